// Package report tells what the bench has measured: as tables for a terminal
// and for a page, and as a plot.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

// heading is over the columns of a table of measurements.
var heading = []string{"records", "latency", "parallelism", "step", "nothing", "reach", "curl", "reach / ideal", "requests each", "CPU each", "peak memory"}

// rowsOf are the measurements of one kind as texts under the heading.
func rowsOf(r *figures.Results, kind figures.Kind) [][]string {
	var rows [][]string
	cases := slices.DeleteFunc(r.Cases(), func(c figures.Case) bool { return c.Kind != kind })
	slices.SortStableFunc(cases, func(a, b figures.Case) int {
		return cmp.Or(cmp.Compare(a.Records, b.Records), cmp.Compare(a.Latency, b.Latency), cmp.Compare(a.Parallelism, b.Parallelism))
	})
	for _, c := range cases {
		for _, step := range figures.Steps(kind) {
			row := []string{fmt.Sprint(c.Records), fmt.Sprintf("%d ms", c.Latency), fmt.Sprint(c.Parallelism), string(step)}
			for _, lane := range []figures.Lane{figures.Floor, figures.Provider, figures.Curl} {
				row = append(row, wall(r.Find(c, lane, step)))
			}
			rows = append(rows, append(row, costs(r, c, step)...))
		}
	}
	return rows
}

// samples is how often everything was measured.
func samples(r *figures.Results) string {
	if len(r.Measurements) == 0 {
		return "0"
	}
	least, most := len(r.Measurements[0].Wall), 0
	for _, m := range r.Measurements {
		least, most = min(least, len(m.Wall)), max(most, len(m.Wall))
	}
	if least == most {
		return fmt.Sprint(most)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

const none = "–"

func wall(m *figures.Measurement) string {
	if m == nil {
		return none
	}
	return fmt.Sprintf("%.1f s", figures.Median(m.Wall))
}

// costs are the columns about the provider alone.
func costs(r *figures.Results, c figures.Case, step figures.Step) []string {
	m := r.Find(c, figures.Provider, step)
	if m == nil {
		return []string{none, none, none, none}
	}
	ratio := none
	if value := r.Ratio(c, figures.Provider, step); value > 0 {
		ratio = fmt.Sprintf("%.2f", value)
	}
	return []string{
		ratio,
		each(m.PerRecord(), m.Total()),
		fmt.Sprintf("%.*f ms", digits(c), 1000*figures.Median(m.CPU)/float64(m.Records)),
		fmt.Sprintf("%.0f MB", figures.Median(m.Peak)/1e6),
	}
}

// each is how many requests one record has cost. Where that is next to nothing,
// it is how many all of them have cost.
func each(number float64, total int) string {
	if number < 0.1 && total > 0 {
		return fmt.Sprintf("%d in all", total)
	}
	return fmt.Sprintf("%.2f", number)
}

func digits(c figures.Case) int {
	if c.Kind == figures.Row {
		return 2
	}
	return 1
}

// Table is everything that was measured, for a terminal.
func Table(r *figures.Results) string {
	var text strings.Builder
	for _, kind := range figures.Kinds() {
		rows := rowsOf(r, kind)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n%ss\n", kind)
		aligned := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
		for _, row := range append([][]string{heading}, rows...) {
			fmt.Fprintln(aligned, strings.Join(row, "\t")+"\t")
		}
		// It writes into memory.
		_ = aligned.Flush()
	}
	fmt.Fprintf(&text, "\nMedian of %s. ideal: nothing, and the round trips of a record at this latency, so many at a time. CPU and memory are those of the provider's process.\n", samples(r))
	return text.String()
}

// Judgements are the figures with limits, for a terminal.
func Judgements(r *figures.Results) string {
	var text strings.Builder
	fmt.Fprintln(&text)
	aligned := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, j := range r.Judge() {
		judged := "pass"
		if !j.Passed() {
			judged = "FAIL"
		}
		fmt.Fprintf(aligned, "%s\t%s\t%s\tat most %s\n", judged, j.Name, amount(j.Value, j), amount(j.Limit, j))
	}
	// It writes into memory.
	_ = aligned.Flush()
	if a := r.Aside; len(a.Handshake) > 0 {
		fmt.Fprintf(&text, "\nFrom the start of a provider's process until it can be talked to: %.0f ms, and %.0f ms of one that does nothing.\n", figures.Median(a.Handshake), figures.Median(a.HandshakeOfFloor))
	}
	if a := r.Aside; a.MillionWall != nil {
		fmt.Fprintf(&text, "One reach_optout in a realm with a million opt-outs: %.1f s.\n", *a.MillionWall)
	}
	return text.String()
}

func amount(value float64, j figures.Judgement) string {
	digits := 2
	switch {
	case j.Limit >= 100:
		digits = 0
	case j.Limit < 0.1:
		digits = 3
	case j.Limit >= 10:
		digits = 1
	}
	return fmt.Sprintf("%.*f%s", digits, value, j.Unit)
}
