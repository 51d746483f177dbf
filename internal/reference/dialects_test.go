package reference

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

var (
	tableRow   = regexp.MustCompile(`(?m)^\| (\d+) \|.*\|([^|]*)\|$`)
	switchName = regexp.MustCompile("`((?:7g|wc)-[a-z0-9-]+)`")
)

// TestEveryDialectHasASource finds each dialect of the simulator in the table
// "Contradictions", in the row that its code cites, and nothing else there.
func TestEveryDialectHasASource(t *testing.T) {
	inTable := map[string][]string{} // name to page and row
	for _, page := range []string{"7g.md", "whatcounts.md"} {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(string(content), "\n## Contradictions\n")
		for number, row := range tableRow.FindAllStringSubmatch(table, -1) {
			if row[1] != strconv.Itoa(number+1) {
				t.Errorf("%s: row %d has the number %s", page, number+1, row[1])
			}
			for _, name := range switchName.FindAllStringSubmatch(row[2], -1) {
				inTable[name[1]] = append(inTable[name[1]], page+" "+row[1])
			}
		}
	}
	for _, d := range simulator.Dialects() {
		page := map[string]string{"7G": "7g.md", "WhatCounts": "whatcounts.md"}[d.Service]
		if cited := []string{page + " " + strconv.Itoa(d.Row)}; !slices.Equal(inTable[d.Name], cited) {
			t.Errorf("%s cites %q, and is in %q", d.Name, cited, inTable[d.Name])
		}
		delete(inTable, d.Name)
	}
	for name, row := range inTable {
		t.Errorf("there is no dialect %s, which is in %q", name, row)
	}
}
