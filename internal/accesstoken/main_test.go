package accesstoken_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
