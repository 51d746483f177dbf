package report

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

// The lines of the guide between which the measurements stand.
const (
	begin = "<!-- measured: make bench writes from here -->"
	end   = "<!-- measured: to here -->"
)

// Fill is the page with the results between its markers.
func Fill(page string, r *figures.Results) (string, error) {
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the lines %q and %q are not both there, in this order", begin, end)
	}
	return before + begin + "\n" + section(r) + "\n" + end + after, nil
}

func section(r *figures.Results) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n![Seconds by number of records, for each kind and step](https://raw.githubusercontent.com/reachops/terraform-provider-reach/main/docs/images/performance.svg)\n")
	for _, kind := range figures.Kinds() {
		if rows := rowsOf(r, kind); len(rows) > 0 {
			fmt.Fprintf(&text, "\n`%s`%s:\n\n", kind.Resource(), note(kind))
			markdown(&text, heading, rows)
		}
	}
	fmt.Fprintf(&text, "\nMeasured with %s on %s, %d cores; each figure is the median of %s.\n", r.CLI, r.System, r.CPUs, samples(r))
	var rows [][]string
	for _, j := range r.Judge() {
		judged := "kept"
		if !j.Passed() {
			judged = "**missed**"
		}
		rows = append(rows, []string{j.Name, amount(j.Value, j), amount(j.Limit, j), judged})
	}
	if len(rows) > 0 {
		fmt.Fprintf(&text, "\nThe limits that the provider is held to:\n\n")
		markdown(&text, []string{"figure", "measured", "at most", ""}, rows)
	}
	return text.String()
}

// note is behind the name of a resource.
func note(kind figures.Kind) string {
	if kind == figures.Row {
		return ", all rows in one resource"
	}
	return ""
}

func markdown(text *strings.Builder, heading []string, rows [][]string) {
	line := func(cells []string) { fmt.Fprintf(text, "| %s |\n", strings.Join(cells, " | ")) }
	line(heading)
	fmt.Fprintln(text, strings.Repeat("|---", len(heading))+"|")
	for _, row := range rows {
		line(row)
	}
}
