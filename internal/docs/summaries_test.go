package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// summaries are the texts of all constants of the product whose name begins
// with Summary, by text.
func summaries(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, isValue := node.(*ast.ValueSpec)
			if !isValue {
				return true
			}
			for i, name := range spec.Names {
				if !strings.HasPrefix(strings.ToLower(name.Name), "summary") || i >= len(spec.Values) {
					continue
				}
				literal, isText := spec.Values[i].(*ast.BasicLit)
				if !isText {
					t.Errorf("%s: %s is no plain text", path, name.Name)
					continue
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Error(err)
				}
				found[text] = path
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("only %d summaries were found", len(found))
	}
	return found
}

var boldText = regexp.MustCompile(`\*\*([^*]+)\*\*`)

// TestTroubleshootingExplainsEverySummary holds the guide against the code, in
// both directions.
func TestTroubleshootingExplainsEverySummary(t *testing.T) {
	t.Parallel()
	explained := map[string]bool{}
	for _, bold := range boldText.FindAllStringSubmatch(guides(t)["troubleshooting.md"], -1) {
		explained[bold[1]] = true
	}
	inCode := summaries(t)
	for summary, file := range inCode {
		if !explained[summary] {
			t.Errorf("the guide does not explain %q of %s", summary, file)
		}
	}
	for summary := range explained {
		if _, found := inCode[summary]; !found {
			t.Errorf("the guide explains %q, which no code says", summary)
		}
	}
}
