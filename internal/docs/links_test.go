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

var (
	relativeLink = regexp.MustCompile(`\]\(([^):#\s]*)(?:#([^)\s]*))?\)`)
	heading      = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor       = regexp.MustCompile(`<a id="([^"]*)">`)
	unspoken     = regexp.MustCompile(`[^a-z0-9_ -]`)
)

// TestLinksLeadSomewhere follows every link within the repository, to the file
// and to the heading in it. Between pages a link ends in .md: so it works in
// the repository, and the registry takes the ending off.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, p := range pages(t) {
		for _, link := range relativeLink.FindAllStringSubmatch(p.prose, -1) {
			followed++
			if problem := broken(t, p.path, link[1], link[2]); problem != "" {
				t.Errorf("%s: %s", p.path, problem)
			}
		}
	}
	if followed < 50 {
		t.Errorf("only %d links were found", followed)
	}
}

func TestBrokenLinks(t *testing.T) {
	t.Parallel()
	const page = "docs/guides/importing.md"
	for link, want := range map[[2]string]string{
		{"destroy-is-permanent.md", "the-journal"}:              "",
		{"../resources/contact.md", "import"}:                   "",
		{"../resources/contact.md", "nestedatt--subscriptions"}: "",
		{"", "one-record"}:                                      "",
		{"destroy.md", ""}:                                      "no file",
		{"destroy-is-permanent.md", "journal"}:                  "no heading",
		{"", "two-records"}:                                     "no heading",
	} {
		if problem := broken(t, page, link[0], link[1]); !strings.HasPrefix(problem, want) || (want == "") != (problem == "") {
			t.Errorf("%q: got %q, want %q", link, problem, want)
		}
	}
}

// broken is what is wrong with a link of a page, nothing if it leads somewhere.
func broken(t *testing.T, page, file, fragment string) string {
	t.Helper()
	target := page
	if file != "" {
		target = filepath.ToSlash(filepath.Join(filepath.Dir(page), file))
	}
	if missing := missingPath(target); missing != nil {
		return missing[0]
	}
	if fragment == "" {
		return ""
	}
	text := read(t, filepath.Join(root, target))
	var anchors []string
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, strings.ReplaceAll(unspoken.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, found[1])
	}
	if !slices.Contains(anchors, fragment) {
		return "no heading " + fragment + " in " + target
	}
	return ""
}

// TestEveryPackageIsOnTheMap finds a folder of the code that the README's map
// leaves out.
func TestEveryPackageIsOnTheMap(t *testing.T) {
	t.Parallel()
	_, layout, _ := strings.Cut(read(t, filepath.Join(root, "README.md")), "## How the code is laid out")
	layout, _, _ = strings.Cut(layout, "## ")
	folders, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !regexp.MustCompile(`\b` + folder.Name() + `\b`).MatchString(layout) {
			t.Errorf("internal/%s is not on the map", folder.Name())
		}
	}
}

// TestGuidesAreGenerated finds a guide that was changed in one place alone. The
// other pages are written from the schemas: make docs changes nothing on a tree
// that is in step.
func TestGuidesAreGenerated(t *testing.T) {
	t.Parallel()
	for name, guide := range guides(t) {
		if read(t, filepath.Join(root, "docs/guides", name)) != guide {
			t.Errorf("docs/guides/%s differs from templates/guides/%s: run make docs", name, name)
		}
	}
}
