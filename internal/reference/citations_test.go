package reference

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

var (
	heading  = regexp.MustCompile(`(?m)^##+ (.*)$`)
	fenced   = regexp.MustCompile("(?ms)^```.*?^```$")
	inSlug   = regexp.MustCompile(`[^\w -]`)
	citation = regexp.MustCompile(`\b(7g|whatcounts)\.md#([\w-]*)`)
	inPage   = regexp.MustCompile(`\]\(#([\w-]*)\)`)
)

// slugs are the headings of a page as links name them.
func slugs(t *testing.T, page string) []string {
	t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, title := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(string(content), ""), -1) {
		found = append(found, strings.ReplaceAll(inSlug.ReplaceAllString(strings.ToLower(title[1]), ""), " ", "-"))
	}
	return found
}

// TestCitationsNameHeadings follows every citation in code and pages, and the
// links within the two pages themselves.
func TestCitationsNameHeadings(t *testing.T) {
	known := map[string][]string{}
	for _, page := range []string{"7g.md", "whatcounts.md"} {
		known[page] = slugs(t, page)
		for i, slug := range known[page] {
			if slices.Contains(known[page][:i], slug) {
				t.Errorf("%s has the heading %s twice", page, slug)
			}
		}
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range inPage.FindAllStringSubmatch(string(content), -1) {
			if !slices.Contains(known[page], link[1]) {
				t.Errorf("%s links to #%s, which does not exist", page, link[1])
			}
		}
	}
	followed := 0
	eachFile(t, func(path, content string) {
		for _, found := range citation.FindAllStringSubmatch(content, -1) {
			followed++
			if page := found[1] + ".md"; !slices.Contains(known[page], found[2]) {
				t.Errorf("%s cites %s, which does not exist", path, found[0])
			}
		}
	}, ".go", ".md")
	if followed < 30 {
		t.Errorf("only %d citations were found", followed)
	}
}

// oldCitation is a source named by the title of a document that is not in the
// repository, or by kind and year alone.
var oldCitation = regexp.MustCompile(`(?i:client practice|test double)|"WhatCounts: |\bWhatCounts: [A-Z]|\b7G: [A-Za-z-]+[,/]`)

// TestCommentsCiteHeadings finds sources that are named in another way than by
// a heading.
func TestCommentsCiteHeadings(t *testing.T) {
	eachFile(t, func(path, content string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		for _, comment := range file.Comments {
			if found := oldCitation.FindString(oneLine(comment)); found != "" {
				t.Errorf("%s: %q cites no heading of 7g.md or whatcounts.md", path, found)
			}
		}
	}, ".go")
}

// oneLine is a comment without its line breaks.
func oneLine(comment *ast.CommentGroup) string {
	return strings.Join(strings.Fields(comment.Text()), " ")
}

func TestOldCitationsAreRecognised(t *testing.T) {
	for text, old := range map[string]bool{
		`once per Client. "WhatCounts: Show Lists".`:      true,
		"WhatCounts: Delete Contact":                      true,
		"the headings are client practice 2016":           true,
		`"find", test double 2026.`:                       true,
		"7G: Communication, DELETE.":                      true,
		"7G: concepts/responses-error-handling.":          true,
		"7G: the JSON body":                               false,
		"WhatCounts: the decoded data argument":           false,
		"Only these count as gone, whatcounts.md#detail.": false,
	} {
		if oldCitation.MatchString(text) != old {
			t.Errorf("%q: want %t", text, old)
		}
	}
}

// eachFile calls a function with every file of the repository that has one of
// these endings, with its path from the root.
func eachFile(t *testing.T, visit func(path, content string), endings ...string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains(endings, filepath.Ext(path)) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		visit(filepath.ToSlash(relative), string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
