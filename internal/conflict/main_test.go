package conflict_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

type errorDiagnostic = tfprotov6.Diagnostic

func TestMain(m *testing.M) { acctest.Main(m) }
