package model_test

import (
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// without are the dialects that no walk speaks, and why.
var without = map[string]string{
	"wc-data-line-feed-separates": "says something about values that the provider refuses to send",
}

// spoken are the names of the dialects of one service that a walk may draw.
func spoken(service string) []string {
	names := []string{}
	for _, d := range simulator.Dialects() {
		if _, not := without[d.Name]; d.Service == service && !not {
			names = append(names, d.Name)
		}
	}
	return names
}

// speaks reports whether the services of this walk speak a dialect.
func (w *walk) speaks(dialect string) bool { return slices.Contains(w.dialects, dialect) }
