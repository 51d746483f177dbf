package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// readyFile is where a script reads the URL as soon as requests are answered.
// Empty is no file.
type readyFile string

// write creates the file whole: a script that sees it can read it.
func (f readyFile) write(url string) error {
	if f == "" {
		return nil
	}
	partial := string(f) + ".partial"
	err := os.WriteFile(partial, []byte(url+"\n"), 0o600)
	if err == nil {
		err = os.Rename(partial, string(f))
	}
	if err != nil {
		return fmt.Errorf("writing the ready file: %w", err)
	}
	return nil
}

// remove removes a file of this or an earlier run, which says nothing once that
// run has ended. Any other file is left alone.
func (f readyFile) remove() error {
	if f == "" {
		return nil
	}
	content, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(content) > 0 && !strings.HasPrefix(string(content), "http://") {
		return fmt.Errorf("%s is not a ready file of the simulator and is not replaced; name another one", f)
	}
	if err == nil {
		err = os.Remove(string(f))
	}
	if err != nil {
		return fmt.Errorf("removing the ready file of an earlier run: %w", err)
	}
	return nil
}
