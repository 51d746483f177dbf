// Command skips reads the file that go test -json wrote and holds the tests to
// one rule: none is skipped, unless the Terraform CLI at hand is too old for
// what it shows. Then the same was shown in-process, by a test of the same
// package that the comment above the skipped one names:
//
//	// Covered in-process by TestDeleteContacts.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// module is the import path of this module, in front of those of its packages.
const module = "github.com/reachops/terraform-provider-reach/"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: skips FILE, which go test -json wrote in this module's root")
	}
	events, err := os.Open(arguments[0])
	if err != nil {
		return err
	}
	defer events.Close() //nolint:errcheck // it was only read
	return check(events, os.DirFS("."))
}

// test is a test, or a part of one, in a package.
type test struct{ pkg, name string }

// result is how a test ended, and the last line that it printed itself.
type result struct{ action, reason string }

var (
	// byVersion is what terraform-plugin-testing says when it skips a test
	// because of the CLI's version.
	byVersion = regexp.MustCompile(`Terraform CLI version .*: skipping test`)

	// covered is a line of a comment that names a test.
	covered = regexp.MustCompile(`(?m)^Covered in-process by (Test\w+)\.$`)
)

// check returns an error for every test that was skipped against the rule.
func check(events io.Reader, sources fs.FS) error {
	results, err := read(events)
	if err != nil {
		return err
	}
	passed := 0
	var problems []error
	for skipped, result := range results {
		if result.action == "pass" {
			passed++
		}
		if result.action != "skip" {
			continue
		}
		if !byVersion.MatchString(result.reason) {
			problems = append(problems, fmt.Errorf("%s: %s was skipped for another reason than the version of the CLI: %q. A test that another system cannot run has a build constraint instead", skipped.pkg, skipped.name, result.reason))
			continue
		}
		whole, _, _ := strings.Cut(skipped.name, "/")
		comment, err := commentOf(sources, test{skipped.pkg, whole})
		if err != nil {
			return err
		}
		named := covered.FindAllStringSubmatch(comment, -1)
		if len(named) == 0 {
			problems = append(problems, fmt.Errorf("%s: %s was skipped, and no comment above it says: Covered in-process by TestName", skipped.pkg, skipped.name))
		}
		for _, name := range named {
			if results[test{skipped.pkg, name[1]}].action != "pass" {
				problems = append(problems, fmt.Errorf("%s: %s was skipped, and %s, which is to cover it, did not pass in this run", skipped.pkg, skipped.name, name[1]))
			}
		}
	}
	if passed == 0 {
		problems = append(problems, errors.New("no test passed"))
	}
	return errors.Join(problems...)
}

// read returns the results of all tests in a stream of events, which go doc
// test2json describes.
func read(events io.Reader) (map[test]result, error) {
	results := map[test]result{}
	decoder := json.NewDecoder(events)
	for {
		var event struct{ Action, Package, Test, Output string }
		err := decoder.Decode(&event)
		if errors.Is(err, io.EOF) {
			return results, nil
		}
		if err != nil {
			return nil, err
		}
		if event.Test == "" {
			continue
		}
		of := test{event.Package, event.Test}
		known := results[of]
		switch line := strings.TrimSpace(event.Output); event.Action {
		case "pass", "fail", "skip":
			known.action = event.Action
		case "output":
			if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
				known.reason = line
			}
		}
		results[of] = known
	}
}

// commentOf returns the comment above a test.
func commentOf(sources fs.FS, of test) (string, error) {
	files, err := fs.Glob(sources, strings.TrimPrefix(of.pkg, module)+"/*_test.go")
	if err != nil {
		return "", err
	}
	for _, name := range files {
		text, err := fs.ReadFile(sources, name)
		if err != nil {
			return "", err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return "", err
		}
		for _, declaration := range file.Decls {
			if function, is := declaration.(*ast.FuncDecl); is && function.Name.Name == of.name {
				return function.Doc.Text(), nil
			}
		}
	}
	return "", fmt.Errorf("%s: no source of %s", of.pkg, of.name)
}
