package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// A service that folds first names lets through less than one that compares
// them: whatever a test does has to work there. Under the default and under every
// other dialect, packages provider, whatcounts and model run.
func TestMain(m *testing.M) { acctest.MainUnder(m, "wc-first-folded") }
