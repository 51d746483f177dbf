package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryResourcePageLinksTheGuide looks at the templates, since the pages
// are generated.
func TestEveryResourcePageLinksTheGuide(t *testing.T) {
	t.Parallel()
	const link = "(../guides/destroy-is-permanent.md)"
	for name := range decoded(t).ResourceSchemas {
		template := filepath.Join("../../templates/resources", strings.TrimPrefix(name, "reach_")+".md.tmpl")
		if !strings.Contains(read(t, template), link) {
			t.Errorf("%s does not link to %s", template, link)
		}
	}
}

// relativeLink is a link to another file of the repository.
var relativeLink = regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)

// TestLinksLeadToFiles follows every relative link of the READMEs and of
// the pages. Between pages a link ends in .md: so it works in the repository, and
// the registry takes the ending off.
func TestLinksLeadToFiles(t *testing.T) {
	t.Parallel()
	pages := []string{"../../README.md", "../../docs/index.md"}
	for _, pattern := range []string{"../../.github/*.md", "../../docs/*/*.md", "../../templates/guides/*.md", "../../examples/*/README.md", "../../internal/simulator/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		pages = append(pages, found...)
	}
	followed := 0
	for _, page := range pages {
		for _, link := range relativeLink.FindAllStringSubmatch(read(t, page), -1) {
			target := filepath.Join(filepath.Dir(strings.Replace(page, "templates", "docs", 1)), link[1])
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, link[1], err)
			}
			followed++
		}
	}
	if followed == 0 {
		t.Error("no link was found")
	}
}

// TestNamedFilesExist looks up each path of the code that those who carry the
// project on are told of.
func TestNamedFilesExist(t *testing.T) {
	t.Parallel()
	named := 0
	for _, page := range []string{"../../README.md", "../../.github/CONTRIBUTING.md"} {
		for _, path := range regexp.MustCompile("`((?:internal|templates|examples|\\.changes)/[\\w./-]+)`").FindAllStringSubmatch(read(t, page), -1) {
			if _, err := os.Stat(filepath.Join("../..", path[1])); err != nil {
				t.Errorf("%s names %s: %v", page, path[1], err)
			}
			named++
		}
	}
	if named < 10 {
		t.Errorf("only %d paths were found", named)
	}
}

// TestPageLinksToItsOwnHeadings follows the links within a guide.
func TestPageLinksToItsOwnHeadings(t *testing.T) {
	t.Parallel()
	unspoken := regexp.MustCompile(`[^a-z0-9 -]`)
	for name, page := range guides(t) {
		var anchors []string
		for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
			anchors = append(anchors, strings.ReplaceAll(unspoken.ReplaceAllString(strings.ToLower(heading[1]), ""), " ", "-"))
		}
		for _, link := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(page, -1) {
			if !slices.Contains(anchors, link[1]) {
				t.Errorf("%s links to #%s, and has only %q", name, link[1], anchors)
			}
		}
	}
}
