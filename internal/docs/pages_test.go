package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the repository.
const root = "../.."

// page is a text that people read: one of the registry, a README, or one about
// the project.
type page struct {
	path  string   // from the root
	prose string   // without blocks and without what stands above the title
	spans []string // pieces of prose in the form of code
	shell []string // commands in blocks
	hcl   []string // configurations in blocks
	code  string   // all blocks but those of commands
}

var (
	frontMatter = regexp.MustCompile(`(?s)\A---\n.*?\n---\n`)
	fenced      = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	codeSpan    = regexp.MustCompile("`([^`\n]+)`")
)

// pages are all of them. Those of the registry are generated, so that the
// descriptions in the schemas and the examples are in them.
func pages(t *testing.T) []page {
	t.Helper()
	var found []page
	for _, pattern := range []string{
		"docs/index.md", "docs/*/*.md", "README.md", ".github/*.md",
		"examples/*/README.md", "internal/simulator/README.md", "internal/decisions/*.md",
	} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			relative, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, newPage(filepath.ToSlash(relative), read(t, path)))
		}
	}
	return found
}

func newPage(path, text string) page {
	p := page{path: path}
	text = frontMatter.ReplaceAllString(text, "")
	for _, block := range fenced.FindAllStringSubmatch(text, -1) {
		switch block[1] {
		case "sh", "shell", "console":
			p.shell = append(p.shell, commandsIn(block[2])...)
			continue
		case "hcl", "terraform":
			p.hcl = append(p.hcl, block[2])
		}
		p.code += block[2]
	}
	p.prose = fenced.ReplaceAllString(text, "")
	for _, span := range codeSpan.FindAllStringSubmatch(p.prose, -1) {
		p.spans = append(p.spans, span[1])
	}
	return p
}

// comment is what explains a command.
var comment = regexp.MustCompile(`(^|\s+)# .*$`)

// hereDocument is a file that a command writes.
var hereDocument = regexp.MustCompile(`(?ms)^cat > \S+ <<'END'\n.*?^END$`)

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
