package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryPackageSaysWhatItIs looks for a comment that go doc shows, in
// packages of tests alone too, which the linter passes over.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	comments := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		folder := filepath.Dir(path)
		comments[folder] += ""
		if strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err == nil && file.Doc != nil {
			comments[folder] += file.Doc.Text()
		}
		return err
	})
	if err != nil || len(comments) < 30 {
		t.Fatalf("%d packages were found (%v)", len(comments), err)
	}
	for folder, comment := range comments {
		if len(comment) < 40 {
			t.Errorf("%s: the package comment says %q", folder, comment)
		}
	}
}
