package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// page is a text that people read: one of the registry, a README, or one about
// the project.
type page struct {
	path    string // from the root
	text    string
	shell   []string // commands in blocks, those of pipelines as well
	hcl     []string // configurations in blocks
	code    string   // all blocks but those of commands
	links   []string // targets of links and images
	anchors []string // where links to this page may lead
}

var (
	frontMatter = regexp.MustCompile(`(?s)\A---\n.*?\n---\n`)
	anchor      = regexp.MustCompile(`<a id="([^"]*)">`)
	notInAnchor = regexp.MustCompile(`[^a-z0-9_ -]`)
)

// pages are all of them. Those of the registry are generated, so that the
// descriptions in the schemas and the examples are in them; templates are not.
func pages(t *testing.T) []page {
	t.Helper()
	var found []page
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", ".changes", "bin", "dist", "templates", "testdata"}, entry.Name()):
			return fs.SkipDir
		case filepath.Ext(file) != ".md":
			return nil
		}
		relative, err := filepath.Rel(root, file)
		found = append(found, newPage(filepath.ToSlash(relative), read(t, file)))
		return err
	})
	if err != nil || len(found) < 30 {
		t.Fatalf("%d pages were found (%v)", len(found), err)
	}
	return found
}

func newPage(name, content string) page {
	content = frontMatter.ReplaceAllString(content, "")
	p := page{path: name, text: content}
	for _, found := range anchor.FindAllStringSubmatch(content, -1) {
		p.anchors = append(p.anchors, found[1])
	}
	source := []byte(content)
	_ = ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(node ast.Node, entering bool) (ast.WalkStatus, error) { // it fails only if the function does
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			heading := strings.ToLower(string(node.Lines().Value(source)))
			p.anchors = append(p.anchors, strings.ReplaceAll(notInAnchor.ReplaceAllString(heading, ""), " ", "-"))
		case *ast.Link:
			p.links = append(p.links, string(node.Destination))
		case *ast.Image:
			p.links = append(p.links, string(node.Destination))
		case *ast.FencedCodeBlock:
			p.addBlock(string(node.Language(source)), string(node.Lines().Value(source)))
		}
		return ast.WalkContinue, nil
	})
	return p
}

func (p *page) addBlock(language, block string) {
	switch language {
	case "sh", "shell", "console":
		p.shell = append(p.shell, commandsIn(block)...)
		return
	case "yaml":
		for _, command := range inPipeline.FindAllStringSubmatch(block, -1) {
			p.shell = append(p.shell, command[1])
		}
	case "hcl", "terraform":
		p.hcl = append(p.hcl, block)
	}
	p.code += block
}

var (
	// comment is what explains a command.
	comment = regexp.MustCompile(`(^|\s+)# .*$`)

	// inPipeline is a command of Terraform in a step or a script.
	inPipeline = regexp.MustCompile(`(?m)^ *- (?:run: )?(terraform .+)$`)

	// hereDocument is a file that a command writes.
	hereDocument = regexp.MustCompile(`(?ms)^cat > \S+ <<'END'\n.*?^END$`)
)

// commandsIn are the commands of a block, without their comments. One that
// writes a file has many lines.
func commandsIn(block string) []string {
	var commands []string
	if file := hereDocument.FindStringIndex(block); file != nil {
		return slices.Concat(commandsIn(block[:file[0]]), []string{block[file[0]:file[1]]}, commandsIn(block[file[1]:]))
	}
	for line := range strings.Lines(block) {
		if command := strings.TrimSpace(comment.ReplaceAllString(strings.TrimRight(line, "\n"), "")); command != "" {
			commands = append(commands, command)
		}
	}
	return commands
}

// ownAddress is where others find the files of the repository.
var ownAddress = regexp.MustCompile(`^https://(?:github\.com/reachops/terraform-provider-reach/(?:tree|blob)|raw\.githubusercontent\.com/reachops/terraform-provider-reach)/main/`)

// broken is what is wrong with a link of a page, nothing if it leads to a file
// of the repository and a heading in it, or to another site. Between pages a
// link ends in .md: so it works in the repository, and the registry takes the
// ending off.
func broken(p page, link string) string {
	target, fragment, _ := strings.Cut(link, "#")
	file := path.Join(path.Dir(p.path), target)
	switch {
	case target == "":
		file = p.path
	case ownAddress.MatchString(target):
		file = ownAddress.ReplaceAllString(target, "")
	case strings.Contains(target, ":"):
		return ""
	}
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		return "no file " + file
	}
	if fragment == "" {
		return ""
	}
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil || !slices.Contains(newPage(file, string(content)).anchors, fragment) {
		return "no heading " + fragment + " in " + file
	}
	return ""
}

// TestLinks follows every link within the repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, p := range pages(t) {
		for _, link := range p.links {
			followed++
			if problem := broken(p, link); problem != "" {
				t.Errorf("%s links to %s: %s", p.path, link, problem)
			}
		}
	}
	if followed < 90 {
		t.Errorf("only %d links were found", followed)
	}
}

func TestBrokenLinks(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]string{
		"restoring.md#the-journal":                         "",
		"../resources/contact.md#nestedatt--subscriptions": "",
		"#one-record":               "",
		"https://example.com/none":  "",
		"../images/performance.svg": "",
		"destroy.md":                "no file",
		"https://github.com/reachops/terraform-provider-reach/tree/main/examples/none":       "no file",
		"https://github.com/reachops/terraform-provider-reach/tree/main/examples/resources/": "",
		"restoring.md#journal": "no heading",
		"#two-records":         "no heading",
	} {
		p := newPage("docs/guides/importing.md", "## One record\n\n[A link]("+link+")\n")
		if problem := broken(newPage("docs/guides/importing.md", read(t, root+"/docs/guides/importing.md")), p.links[0]); !strings.HasPrefix(problem, want) || (want == "") != (problem == "") {
			t.Errorf("%q: got %q, want %q", link, problem, want)
		}
	}
}

// TestPagesOfResourcesLeadToTheGuide: what a destroy does is on every page that
// can destroy.
func TestPagesOfResourcesLeadToTheGuide(t *testing.T) {
	t.Parallel()
	for name := range decoded(t).ResourceSchemas {
		file := "docs/resources/" + strings.TrimPrefix(name, "reach_") + ".md"
		if !slices.Contains(newPage(file, read(t, filepath.Join(root, file))).links, "../guides/destroy-is-permanent.md") {
			t.Errorf("%s does not link to the guide about deletes", file)
		}
	}
}

// TestEveryPackageIsOnTheMap finds a folder of the code that the map of
// CONTRIBUTING leaves out.
func TestEveryPackageIsOnTheMap(t *testing.T) {
	t.Parallel()
	layout := newPage(".github/CONTRIBUTING.md", read(t, filepath.Join(root, ".github/CONTRIBUTING.md"))).code
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
