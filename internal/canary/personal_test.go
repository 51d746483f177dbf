package canary_test

import (
	"bufio"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// TestAccPersonalDataIsTracedAlone: up to DEBUG, the lines that the provider
// itself logs name nobody. Terraform and its libraries log diagnostics and
// configurations at their own choice; their lines carry another module.
func TestAccPersonalDataIsTracedAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple, "DEBUG")
	w.install(filepath.Dir(acctest.BuildProvider(t)))
	w.mustRun("apply", "apply", "-auto-approve", "-input=false")
	w.sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.Replace, Body: "FAILURE: jane@example.com does not appear to be a valid email address", Count: -1})
	w.sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.CutAfter})
	w.mustFail("an apply that fails", "jane@example.com", "apply", "-auto-approve", "-input=false", "-var=last_name=Smith")
	w.sim.Faults.Clear()
	w.mustRun("destroy", "destroy", "-auto-approve")
	w.collect()
	own := 0
	lines := bufio.NewScanner(strings.NewReader(w.traces["the file terraform.log"]))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		if !strings.Contains(line, "@module=reach ") && !strings.HasSuffix(line, "@module=reach") {
			continue
		}
		own++
		for _, personal := range []string{"jane", "billing", "example.com", "Doe", "Smith", "gold"} {
			if strings.Contains(strings.ToLower(line), strings.ToLower(personal)) {
				t.Errorf("a line tells of %s: %s", personal, line)
			}
		}
	}
	if err := lines.Err(); err != nil || own < 10 {
		t.Errorf("%d lines of the provider's own: %v", own, err)
	}
	w.expectSilence()
}
