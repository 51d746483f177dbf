package faults

import (
	"flag"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// TestMain lets more trials run at once than there are processors: they spend
// their time waiting for pauses.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	acctest.Main(m)
}
