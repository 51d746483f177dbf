package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/bench/report"
)

// measured is a run with 100 and 500 records of each kind, in lanes of which
// curl was missing.
func measured() *figures.Results {
	r := &figures.Results{CPUs: 2, System: "linux/amd64", CLI: "Terraform v1.11.4"}
	for _, kind := range figures.Kinds() {
		for _, records := range []int{100, 500} {
			c := figures.JudgedCase(kind)
			c.Records = records
			for _, step := range figures.Steps(kind) {
				r.Add(figures.Measurement{Case: c, Lane: figures.Floor, Step: step, Wall: []float64{float64(records) / 100}})
				r.Add(figures.Measurement{Case: c, Lane: figures.Provider, Step: step, Wall: []float64{float64(records) / 40},
					CPU: []float64{float64(records) / 500}, Peak: []float64{33e6}, Requests: map[string]int{"find": 3 * records}})
			}
		}
	}
	return r
}

func TestTable(t *testing.T) {
	table := report.Table(measured())
	for _, row := range []string{
		"500    50 ms           10     plan    5.0 s  12.5 s     –           1.67           3.00    2.0 ms        33 MB",
		"500    50 ms           10  destroy    5.0 s  12.5 s     –           1.00           3.00    2.0 ms        33 MB",
	} {
		if !strings.Contains(table, row) {
			t.Errorf("the table lacks the row\n%s\nin\n%s", row, table)
		}
	}
}

func TestJudgements(t *testing.T) {
	text := strings.Join(strings.Fields(report.Judgements(measured())), " ")
	for _, line := range []string{
		"FAIL communication, plan: time over floor and network 1.67× at most 1.25×",
		"pass communication, destroy: time over floor and network 1.00× at most 1.25×",
		"FAIL contact, apply: requests for one 3.00 at most 2.15",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
}

func TestPlotIsWellFormed(t *testing.T) {
	for name, r := range map[string]*figures.Results{"measured": measured(), "nothing measured": {}} {
		t.Run(name, func(t *testing.T) {
			plot := report.Plot(r)
			decoder := xml.NewDecoder(strings.NewReader(plot))
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if !strings.Contains(plot, "prefers-color-scheme: dark") {
				t.Error("there are no colours for a dark page")
			}
			if strings.Contains(plot, "NaN") || strings.Contains(plot, "Inf") {
				t.Error("a place is no number")
			}
		})
	}
}

// Nine panels, each with three lines: curl was not measured.
func TestPlotHasALineForEachLane(t *testing.T) {
	plot := report.Plot(measured())
	for class, want := range map[string]int{"floor": 10, "ideal": 10, "reach": 10, "curl": 1} { // one in the legend
		if got := strings.Count(plot, `class="line `+class+`"`); got != want {
			t.Errorf("%d lines are of %s, not %d", got, class, want)
		}
	}
}

func TestFill(t *testing.T) {
	const page = "before\n<!-- measured: make bench writes from here -->\nold\n<!-- measured: to here -->\nafter\n"
	filled, err := report.Fill(page, measured())
	if err != nil {
		t.Fatal(err)
	}
	again, err := report.Fill(filled, measured())
	if err != nil || again != filled {
		t.Errorf("filled twice, the page is another (%v)", err)
	}
	for _, part := range []string{"before\n", "\nafter\n", "performance.svg", "| 500 | 50 ms | 10 | plan | 5.0 s | 12.5 s | – | 1.67 | 3.00 | 2.0 ms | 33 MB |", "Terraform v1.11.4", "**missed**"} {
		if !strings.Contains(filled, part) {
			t.Errorf("the page lacks %q:\n%s", part, filled)
		}
	}
	if strings.Contains(filled, "old") {
		t.Error("what was measured before is still there")
	}
	if _, err := report.Fill("without markers", measured()); err == nil {
		t.Error("a page without markers is filled")
	}
}
