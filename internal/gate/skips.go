package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// versionReason is how terraform-plugin-testing words a skip because of the
// CLI's version.
var versionReason = regexp.MustCompile(`^Terraform CLI version .*: skipping test\.?$`)

// logged is where in the sources a test logged a line.
var logged = regexp.MustCompile(`^\S+\.go:\d+: `)

// excuse is a skip that is as it should be.
type excuse struct {
	test   testName
	reason string
	twins  []string
}

// skips tells the skips that are as they should be from the others.
func (r *results) skips(gated map[testName][]string) (excused []excuse, problems []string) {
	for _, test := range r.ordered {
		if test.ending != "skip" || test.name.test == "" {
			continue
		}
		reason := test.reason()
		twins, known := gated[test.name.whole()]
		switch {
		case !versionReason.MatchString(reason):
			problems = append(problems, fmt.Sprintf("%s was skipped: %s. A test that another system cannot run has a build constraint instead", test.name, orNothing(reason)))
		case !known:
			problems = append(problems, fmt.Sprintf("%s was skipped: %s. Nothing in its source says so: use tfversion.SkipBelow or one of its kind", test.name, reason))
		default:
			problems = append(problems, r.notPassed(test.name, twins)...)
			excused = append(excused, excuse{test.name, reason, twins})
		}
	}
	return excused, problems
}

// notPassed are the twins that did not show what the skipped test does not.
func (r *results) notPassed(test testName, twins []string) (problems []string) {
	for _, twin := range twins {
		if ran, found := r.tests[testName{test.pkg, twin}]; !found || ran.ending != "pass" {
			problems = append(problems, fmt.Sprintf("%s was skipped, and its twin %s did not pass in this run", test, twin))
		}
	}
	return problems
}

// reason is the last line that the test itself printed.
func (r *record) reason() string {
	last := ""
	for _, line := range r.output {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			last = logged.ReplaceAllString(line, "")
		}
	}
	return last
}

func orNothing(reason string) string {
	if reason == "" {
		return "without a reason"
	}
	return reason
}

// summarise prints how many tests passed, and which the CLI is too old for.
func (r *results) summarise(to io.Writer, excused []excuse) {
	fmt.Fprintf(to, "\n%d tests passed", r.passed)
	if len(excused) == 0 {
		fmt.Fprintln(to, ", none was skipped")
		return
	}
	fmt.Fprintf(to, ", %d skipped because of the CLI's version:\n", len(excused))
	for _, e := range excused {
		fmt.Fprintf(to, "  %s: %s (twin: %s)\n", e.test, strings.TrimSuffix(e.reason, "."), strings.Join(e.twins, ", "))
	}
}
