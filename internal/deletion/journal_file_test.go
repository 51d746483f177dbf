package deletion

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func newPath(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "deleted.jsonl")
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAppendWritesTheDocumentedForm(t *testing.T) {
	path := newPath(t)
	file := NewJournalFile(path)
	for _, line := range []Line{
		{Time: deletedAt, Kind: KindContact, ID: 1001, Policy: "delete", Record: wholeContact},
		{Time: deletedAt, Kind: KindCommunication, ID: 501, Policy: "delete", Record: wholeCommunication},
	} {
		if err := file.Append(line); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, path); got != wholeContactLine+wholeCommunicationLine {
		t.Errorf("got  %swant %s", got, wholeContactLine+wholeCommunicationLine)
	}
}

// No value can end its line early.
func TestEachRecordHasALineOfItsOwn(t *testing.T) {
	path := newPath(t)
	record := inCompany(7, "two\nlines\r \u2028 and \x00")
	if err := NewJournalFile(path).Append(Line{Time: deletedAt, Kind: KindContact, ID: 7, Policy: "delete", Record: record}); err != nil {
		t.Fatal(err)
	}
	text := content(t, path)
	if strings.Count(text, "\n") != 1 || strings.ContainsAny(text, "\r\x00\u2028") {
		t.Errorf("the line is %q", text)
	}
	if got := lines(t, text)[0].Record.(ContactEntry).Values["company"]; got != record.Values["company"] {
		t.Errorf("the company reads as %q", got)
	}
}

// What could not be brought back must not be deleted.
func TestLineThatCouldNotBeReadBackIsNotWritten(t *testing.T) {
	whole := contactLine(7)
	tests := map[string]func(*Line){
		"without record":             func(l *Line) { l.Record = nil },
		"with another kind":          func(l *Line) { l.Kind = KindCommunication },
		"with another id":            func(l *Line) { l.ID = 8 },
		"without policy":             func(l *Line) { l.Policy = "" },
		"of a contact with no email": func(l *Line) { l.Record = named(7, "") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			path, line := newPath(t), whole
			change(&line)
			if err := NewJournalFile(path).Append(line); err == nil {
				t.Error("it is written")
			}
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("the file was made (%v)", err)
			}
		})
	}
}

// Terraform deletes ten records at a time, and two provider blocks may name
// one journal.
func TestConcurrentLinesNeverMix(t *testing.T) {
	const writers, each = 20, 10
	path := newPath(t)
	files := []*JournalFile{NewJournalFile(path), NewJournalFile(path)}
	long := strings.Repeat("a long note ", 1000) // longer than a page, so that a torn write would show
	var callers sync.WaitGroup
	for writer := range writers {
		callers.Go(func() {
			for number := range each {
				line := contactLine(int64(1 + writer*each + number))
				line.Record = inCompany(line.ID, long)
				if err := files[writer%2].Append(line); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	seen := make(map[int64]bool)
	for _, line := range lines(t, content(t, path)) {
		seen[line.ID] = true
	}
	if len(seen) != writers*each {
		t.Errorf("%d records in the journal, want %d", len(seen), writers*each)
	}
}

func TestJournalIsContinued(t *testing.T) {
	const torn = `{"kind":"con`
	tests := map[string]struct{ before, kept string }{
		"after an empty file":               {"", ""},
		"after a whole line":                {wholeContactLine, wholeContactLine},
		"on a new line after one that torn": {wholeContactLine + torn, wholeContactLine + torn + "\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			if err := os.WriteFile(path, []byte(test.before), 0o600); err != nil {
				t.Fatal(err)
			}
			file := NewJournalFile(path)
			for id := range int64(2) {
				if err := file.Append(contactLine(id + 1)); err != nil {
					t.Fatal(err)
				}
			}
			added, found := strings.CutPrefix(content(t, path), test.kept)
			if !found {
				t.Fatalf("what was there has changed: %s", content(t, path))
			}
			if got := lines(t, added); len(got) != 2 || got[0].ID != 1 || got[1].ID != 2 {
				t.Errorf("added: %s", added)
			}
		})
	}
}

// Another process may have been cut off since this one wrote.
func TestLineTornByAnotherIsNotContinued(t *testing.T) {
	path := newPath(t)
	file := NewJournalFile(path)
	if err := file.Append(contactLine(1)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content(t, path)+`{"kind":"con`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := file.Append(contactLine(2)); err != nil {
		t.Fatal(err)
	}
	if found, torn, err := read(content(t, path)); err != nil || len(found) != 2 || len(torn) != 1 {
		t.Errorf("%d lines, torn %v, error %v", len(found), torn, err)
	}
}

func TestJournalThatCannotBeWrittenIsAnError(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	if err := os.WriteFile(file, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"in a directory that is not there": filepath.Join(directory, "none", "deleted.jsonl"),
		"in a directory that is a file":    filepath.Join(file, "deleted.jsonl"),
		"at the place of a directory":      directory,
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		tests["on a disk that is full"] = "/dev/full"
	}
	for name, path := range tests {
		t.Run(name, func(t *testing.T) {
			if err := NewJournalFile(path).Append(contactLine(7)); err == nil {
				t.Error("there is no error")
			}
		})
	}
}

func TestNewNameIsSyncedIntoItsDirectory(t *testing.T) {
	directory := t.TempDir()
	if err := syncDirectory(directory); err != nil {
		t.Error(err)
	}
	if err := syncDirectory(filepath.Join(directory, "none")); err == nil {
		t.Error("a directory that is not there was synced")
	}
}
