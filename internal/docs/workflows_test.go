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
	found, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(found) == 0 {
		t.Fatalf("no workflow was found (%v)", err)
	}
	files := map[string]string{}
	for _, path := range found {
		files[filepath.Base(path)] = read(t, path)
	}
	return files
}

// TestMakeTargetsExist looks up each make command that a workflow runs, or
// that a page tells a person to type.
func TestMakeTargetsExist(t *testing.T) {
	t.Parallel()
	targets := map[string]bool{}
	for _, target := range regexp.MustCompile(`(?m)^([a-z-]+):.*## `).FindAllStringSubmatch(read(t, "../../GNUmakefile"), -1) {
		targets[target[1]] = true
	}
	texts := workflows(t)
	texts[".ci/run"] = read(t, "../../.ci/run")
	for _, pattern := range []string{"../../*.md", "../../.github/*.md", "../../internal/*/README.md", "../../templates/guides/*.md", "../../examples/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range found {
			texts[path] = read(t, path)
		}
	}
	// At the beginning of a line, of code or of a step, so that "make sure" is none.
	command := regexp.MustCompile("(?m)(?:^|`|run: )make((?: -s)?(?: [a-z][a-z-]*)+)")
	called := 0
	for where, text := range texts {
		for _, match := range command.FindAllStringSubmatch(text, -1) {
			for _, target := range strings.Fields(match[1]) {
				if target == "-s" {
					continue
				}
				called++
				if !targets[target] {
					t.Errorf("%s calls make %s, which is not in the GNUmakefile", where, target)
				}
			}
		}
	}
	if called < 20 {
		t.Errorf("only %d calls were found", called)
	}
}

// TestActionsArePinned holds each action to one commit, whose version stands
// beside it: a tag can be moved to other code.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for name, text := range workflows(t) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(strings.TrimPrefix(line, "- "), "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s: %q names no commit with its version", name, line)
			}
		}
	}
}

// TestWorkflowsMayOnlyRead looks at what a workflow is allowed as a whole. What
// needs more asks for it in the one job that does.
func TestWorkflowsMayOnlyRead(t *testing.T) {
	t.Parallel()
	for name, text := range workflows(t) {
		if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") {
			t.Errorf("%s is allowed more than to read", name)
		}
		if strings.Count(text, "persist-credentials: false") != strings.Count(text, "uses: actions/checkout@") {
			t.Errorf("%s leaves a checkout's token to what runs after it", name)
		}
	}
}
