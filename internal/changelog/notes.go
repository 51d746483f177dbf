package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// printNotes prints the section of a version without its heading. A release
// whose version has no section is refused: nobody could read what it brings.
func printNotes(out io.Writer, root, version string) error {
	text, err := os.ReadFile(filepath.Join(root, changelogFile))
	if err != nil {
		return err
	}
	_, section, found := strings.Cut(string(text), "\n## "+version+" ")
	if !found {
		return fmt.Errorf("%s has no version %s; make changelog VERSION=%s moves the changes there", changelogFile, version, version)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	_, notes, _ := strings.Cut(section, "\n")
	_, err = fmt.Fprintln(out, strings.TrimSpace(notes))
	return err
}
