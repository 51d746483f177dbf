package main

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const pluginTesting = "github.com/hashicorp/terraform-plugin-testing/"

// depends reports whether something makes a test depend on the CLI's version.
func depends(key string) bool {
	return strings.HasPrefix(key, pluginTesting+"tfversion.Skip")
}

// runsCLI reports whether something runs the CLI.
func runsCLI(key string) bool {
	name, of := strings.CutPrefix(key, pluginTesting+"helper/resource.")
	return of && slices.Contains([]string{"Test", "ParallelTest", "UnitTest"}, name) ||
		strings.HasSuffix(key, "/internal/acctest.NewCLI")
}

// servesInProcess reports whether something speaks to the provider without a
// CLI. A test may do both, such as one that goes through all examples.
func servesInProcess(key string) bool {
	return strings.HasSuffix(key, "/internal/acctest.NewServer")
}

// twinLine names a twin. It may end in a full stop, as comments do.
var twinLine = regexp.MustCompile(`(?m)^Twin: (\w+)\.?$`)

// gated are the tests that some CLI is too old for, with their twins. Each
// problem is a test without a twin that stands in for it.
func (s sources) gated() (tests map[testName][]string, problems []string) {
	tests = map[testName][]string{}
	keys := slices.SortedFunc(maps.Keys(s), func(a, b string) int {
		return cmp.Or(cmp.Compare(s[a].position.Filename, s[b].position.Filename), cmp.Compare(s[a].position.Line, s[b].position.Line))
	})
	for _, key := range keys {
		test := s[key]
		if !test.isTest() || !s.reaches(key, depends) {
			continue
		}
		twins := []string{}
		for _, line := range twinLine.FindAllStringSubmatch(test.doc, -1) {
			twins = append(twins, line[1])
			if problem := s.unfit(test.pkg, line[1]); problem != "" {
				problems = append(problems, fmt.Sprintf("%s: the twin of %s, %s, %s", test.position, test.name, line[1], problem))
			}
		}
		if len(twins) == 0 {
			problems = append(problems, fmt.Sprintf("%s: %s depends on the CLI's version and has no twin: name an in-process test of the same package in a comment right above it, // Twin: TestName", test.position, test.name))
		}
		tests[testName{test.pkg, test.name}] = twins
	}
	return tests, problems
}

// unfit says why a twin does not stand in, or nothing.
func (s sources) unfit(pkg, name string) string {
	key := pkg + "." + name
	switch twin, found := s[key]; {
	case !found || !twin.isTest():
		return "is no test of the same package"
	case s.reaches(key, depends):
		return "depends on the CLI's version itself"
	case s.reaches(key, runsCLI) && !s.reaches(key, servesInProcess):
		return "runs the CLI alone: a twin is in-process"
	}
	return ""
}

// isTest follows the rules of go test.
func (d *declaration) isTest() bool {
	rest, named := strings.CutPrefix(d.name, "Test")
	first, _ := utf8.DecodeRuneInString(rest)
	return named && d.inTest && d.function && d.name != "TestMain" && !unicode.IsLower(first)
}
