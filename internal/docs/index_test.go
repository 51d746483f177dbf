package main

import (
	"maps"
	"regexp"
	"testing"
)

var (
	variableInDescription = regexp.MustCompile("Environment variable `([A-Z_]+)`")
	variableInTable       = regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| `([a-z_.]+)` \\|")
)

// TestEnvironmentVariablesOfTheIndex holds the table of the index page, which
// is written by hand, against the descriptions of the attributes.
func TestEnvironmentVariablesOfTheIndex(t *testing.T) {
	t.Parallel()
	described, listed := map[string]string{}, map[string]string{}
	for block, attribute := range decoded(t).ConfigSchema.Block.Attributes {
		for name, nested := range attribute.AttributeNestedType.Attributes {
			if found := variableInDescription.FindStringSubmatch(nested.Description); found != nil {
				described[found[1]] = block + "." + name
			}
		}
	}
	for _, row := range variableInTable.FindAllStringSubmatch(read(t, "../../templates/index.md.tmpl"), -1) {
		listed[row[1]] = row[2]
	}
	if len(described) == 0 || !maps.Equal(described, listed) {
		t.Errorf("the attributes name %v\nthe table names %v", described, listed)
	}
}
