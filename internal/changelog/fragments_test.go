package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC)

// project writes a changelog and fragments into a folder of their own.
func project(t *testing.T, changelog string, fragments map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, fragmentsFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{changelogFile: changelog}
	for name, text := range fragments {
		files[filepath.Join(fragmentsFolder, name)] = text
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestReleaseMovesFragmentsIntoTheChangelog(t *testing.T) {
	t.Parallel()
	root := project(t, title+"\nHow to read it.\n\n## 0.1.0 (2026-01-02)\n\nAdded:\n\n- Everything.\n", map[string]string{
		"fixed-b.md": "A refused delete\nis an error.\n",
		"added-a.md": "A list.\n",
		"fixed-a.md": "A lost answer is read back.\n",
	})
	if err := run(root, "0.2.0", day); err != nil {
		t.Fatal(err)
	}
	const want = title + `
How to read it.

## 0.2.0 (2026-03-04)

Added:

- A list.

Fixed:

- A lost answer is read back.
- A refused delete is an error.

## 0.1.0 (2026-01-02)

Added:

- Everything.
`
	got, err := os.ReadFile(filepath.Join(root, changelogFile))
	if err != nil || string(got) != want {
		t.Errorf("the changelog is\n%s\nwant\n%s\n(%v)", got, want, err)
	}
	if left, _, err := collect(filepath.Join(root, fragmentsFolder)); err != nil || len(left) > 0 {
		t.Errorf("fragments are left: %v, %v", left, err)
	}
}

func TestReleaseRefuses(t *testing.T) {
	t.Parallel()
	one := map[string]string{"added-a.md": "A list.\n"}
	tests := map[string]struct {
		changelog, version string
		fragments          map[string]string
		want               string
	}{
		"no version number":   {title, "v1", one, "1.2.3"},
		"a version twice":     {title + "\n## 0.1.0 (2026-01-02)\n", "0.1.0", one, "already"},
		"nothing to release":  {title, "0.1.0", nil, "no change"},
		"an unknown kind":     {title, "0.1.0", map[string]string{"feature-a.md": "A list.\n"}, "added, changed, fixed, removed"},
		"an empty fragment":   {title, "0.1.0", map[string]string{"added-a.md": "\n"}, "plain sentences"},
		"a fragment's bullet": {title, "0.1.0", map[string]string{"added-a.md": "- A list.\n"}, "plain sentences"},
		"another file":        {"# Something else\n", "0.1.0", one, "does not begin"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project(t, test.changelog, test.fragments)
			err := run(root, test.version, day)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one with %q", err, test.want)
			}
			if text, readErr := os.ReadFile(filepath.Join(root, changelogFile)); readErr != nil || string(text) != test.changelog {
				t.Errorf("the changelog was changed: %q, %v", text, readErr)
			}
		})
	}
}

// TestFragmentsOfThisProject reads those that wait for the next release.
func TestFragmentsOfThisProject(t *testing.T) {
	t.Parallel()
	if _, _, err := collect(filepath.Join("..", "..", fragmentsFolder)); err != nil {
		t.Error(err)
	}
}
