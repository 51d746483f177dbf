package main

import (
	"strings"
	"testing"
)

func TestNotesOfAVersion(t *testing.T) {
	t.Parallel()
	root := project(t, title+"\nHow to read it.\n\n## 0.2.0 (2026-03-04)\n\nFixed:\n\n- A delete.\n\n## 0.1.0 (2026-01-02)\n\nAdded:\n\n- Everything.\n", nil)
	for version, want := range map[string]string{
		"0.2.0": "Fixed:\n\n- A delete.\n",
		"0.1.0": "Added:\n\n- Everything.\n",
	} {
		var notes strings.Builder
		if err := printNotes(&notes, root, version); err != nil || notes.String() != want {
			t.Errorf("%s: %q, want %q (%v)", version, &notes, want, err)
		}
	}
	for _, version := range []string{"0.3.0", "0.1", ""} {
		var notes strings.Builder
		if err := printNotes(&notes, root, version); err == nil || notes.String() != "" {
			t.Errorf("%q has notes: %q", version, &notes)
		}
	}
}
