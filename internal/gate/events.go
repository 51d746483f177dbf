package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of go test -json, as go doc test2json describes it.
type event struct {
	Action  string
	Package string
	Test    string // empty for what concerns the whole package
	Output  string
}

// testName is a test, or a part of one, in a package.
type testName struct{ pkg, test string }

// whole is the test that a part belongs to.
func (n testName) whole() testName {
	test, _, _ := strings.Cut(n.test, "/")
	return testName{n.pkg, test}
}

func (n testName) String() string { return n.pkg + ": " + n.test }

// record is what is known of one test: how it ended, and what it printed.
type record struct {
	name   testName
	ending string // pass, fail or skip; empty while it runs
	output []string
}

// results are the tests of a run.
type results struct {
	tests   map[testName]*record
	ordered []*record // in the order in which they began
	passed  int       // without parts of tests
}

// longestLine is far more than a test prints in one line.
const longestLine = 16 << 20

// follow reads what go test -json prints to its end. Of packages that pass it
// prints the line that go test would, of others everything about their failure.
func follow(from io.Reader, to io.Writer) (*results, error) {
	ran := &results{tests: map[testName]*record{}}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			// What the tools print beside the events.
			fmt.Fprintln(to, lines.Text())
			continue
		}
		ran.take(e, to)
	}
	return ran, lines.Err()
}

func (r *results) take(e event, to io.Writer) {
	if e.Action == "build-output" {
		fmt.Fprint(to, e.Output)
		return
	}
	of := r.record(testName{e.Package, e.Test})
	switch e.Action {
	case "output":
		of.output = append(of.output, e.Output)
	case "pass", "fail", "skip":
		of.ending = e.Action
		switch {
		case e.Test == "":
			r.printPackage(of, to)
		case e.Action == "pass" && of.name == of.name.whole():
			r.passed++
		}
	}
}

func (r *results) record(name testName) *record {
	known, found := r.tests[name]
	if !found {
		known = &record{name: name}
		r.tests[name] = known
		r.ordered = append(r.ordered, known)
	}
	return known
}

// printPackage prints what a person wants to see of a package that has ended.
func (r *results) printPackage(pkg *record, to io.Writer) {
	if pkg.ending == "fail" {
		for _, test := range r.ordered {
			// One that has not ended was running when the package did.
			if test.name.pkg == pkg.name.pkg && test != pkg && (test.ending == "fail" || test.ending == "") {
				printLines(test.output, to)
			}
		}
		printLines(pkg.output, to)
		return
	}
	for _, line := range pkg.output {
		if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "? ") {
			fmt.Fprint(to, line)
		}
	}
}

// printLines leaves out what only says that a test begins, waits or goes on.
func printLines(lines []string, to io.Writer) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(to, line)
		}
	}
}
