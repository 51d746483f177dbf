//go:build !windows

package deletion

import (
	"os"
	"testing"
)

// It holds the personal data of everyone it names.
func TestJournalIsReadableByItsOwnerAlone(t *testing.T) {
	path := newPath(t)
	if err := NewJournalFile(path).Append(contactLine(7)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("its mode is %o", mode)
	}
}
