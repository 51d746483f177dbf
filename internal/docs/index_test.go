package main

import (
	"maps"
	"regexp"
	"testing"
)

var (
	variableInDescription = regexp.MustCompile("Environment variable `([A-Z_]+)`")
	variableInCode        = regexp.MustCompile(`setting\{block: "([a-z]+)", name: "([a-z_]+)", variable: "([A-Z_]+)"`)
	variableInTable       = regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| `([a-z_.]+)` \\|")
)

// TestEnvironmentVariablesOfTheIndex holds the table of the index page, which
// is written by hand, and the descriptions of the attributes against what the
// provider reads.
func TestEnvironmentVariablesOfTheIndex(t *testing.T) {
	t.Parallel()
	inCode, described, listed := map[string]string{}, map[string]string{}, map[string]string{}
	for _, found := range variableInCode.FindAllStringSubmatch(read(t, "../provider/credentials.go"), -1) {
		inCode[found[3]] = found[1] + "." + found[2]
	}
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
	if len(inCode) == 0 || !maps.Equal(inCode, described) || !maps.Equal(inCode, listed) {
		t.Errorf("the provider reads %v\nthe attributes name %v\nthe table names %v", inCode, described, listed)
	}
}
