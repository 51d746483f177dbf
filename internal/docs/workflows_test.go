package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// workflows are the files of the workflows, by name.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob(root + "/.github/workflows/*.yml")
	if err != nil || len(found) == 0 {
		t.Fatalf("no workflow was found (%v)", err)
	}
	files := map[string]string{}
	for _, path := range found {
		files[filepath.Base(path)] = read(t, path)
	}
	return files
}

var (
	target = regexp.MustCompile(`(?m)^([a-z-]+):`)

	// making is at the beginning of a line, of code or of a step, so that
	// "make sure" is none.
	making = regexp.MustCompile("(?m)(?:^|`|run: )make((?: -s)?(?: [a-z][a-z-]*)+)")
)

// TestMakeTargetsExist looks up each make command that a workflow runs, or
// that a page tells a person to type.
func TestMakeTargetsExist(t *testing.T) {
	t.Parallel()
	targets := map[string]bool{"-s": true}
	for _, found := range target.FindAllStringSubmatch(read(t, root+"/GNUmakefile"), -1) {
		targets[found[1]] = true
	}
	texts := workflows(t)
	texts[".ci/run"] = read(t, root+"/.ci/run")
	for _, p := range pages(t) {
		texts[p.path] = p.text
	}
	called := 0
	for where, text := range texts {
		for _, found := range making.FindAllStringSubmatch(text, -1) {
			for _, name := range strings.Fields(found[1]) {
				if called++; !targets[name] {
					t.Errorf("%s calls make %s, which is not in the GNUmakefile", where, name)
				}
			}
		}
	}
	if called < 20 {
		t.Errorf("only %d calls were found", called)
	}
}

var pinned = regexp.MustCompile(`uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// TestWorkflowsAreSafe holds each action to one commit, whose version stands
// beside it, since a tag can be moved to other code; and each workflow to
// reading. What needs more asks for it in the one job that does.
func TestWorkflowsAreSafe(t *testing.T) {
	t.Parallel()
	for name, text := range workflows(t) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(strings.TrimPrefix(line, "- "), "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s: %q names no commit with its version", name, line)
			}
		}
		if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") {
			t.Errorf("%s is allowed more than to read", name)
		}
		if strings.Count(text, "persist-credentials: false") != strings.Count(text, "uses: actions/checkout@") {
			t.Errorf("%s leaves a checkout's token to what runs after it", name)
		}
	}
}
