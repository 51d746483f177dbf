package model_test

import (
	"flag"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// What make test walks: few and short histories, the same each time, so that
// it fails for the change at hand. make soak goes where nobody has been. The
// flags of the command line come after these.
var defaults = map[string]string{
	"rapid.seed":       "1",
	"rapid.checks":     "6",
	"rapid.steps":      "20",
	"rapid.nofailfile": "true", // the seed it prints is enough, and a failure becomes a test of its own
}

func TestMain(m *testing.M) {
	for name, value := range defaults {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	acctest.Main(m)
}
