package safeguard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// fields is what the journal is given of a record: every field that the
// service gave.
type fields struct {
	Email string `json:"email"`
	Note  string `json:"note"`
}

func readJournal(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// lines decodes a journal, every line of which must be whole.
func lines(t *testing.T, text string) []Line {
	t.Helper()
	if !strings.HasSuffix(text, "\n") {
		t.Errorf("the journal does not end with a line: %q", text)
	}
	var decoded []Line
	for _, one := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		var line Line
		if err := json.Unmarshal([]byte(one), &line); err != nil {
			t.Fatalf("%v in the line %q", err, one)
		}
		decoded = append(decoded, line)
	}
	return decoded
}

func TestJournalHoldsEachRecordOnALineOfItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	guard := newGuard(t, Settings{Policy: Abandon, JournalPath: path})
	if !guard.Journals() {
		t.Error("it keeps no journal")
	}
	began := time.Now()
	records := []struct {
		record Record
		policy Policy
		note   string
	}{
		{contact(7, Delete), Delete, "two\nlines \u2028 and <html> & \"quotes\""},
		{contact(8, DeleteWithoutOptout), DeleteWithoutOptout, ""},
		{communication(9), Abandon, "by the provider's policy"},
	}
	for _, r := range records {
		if err := guard.Journal(r.record, fields{r.record.Address, r.note}); err != nil {
			t.Fatal(err)
		}
	}
	got := lines(t, readJournal(t, path))
	if len(got) != len(records) {
		t.Fatalf("%d lines, want %d", len(got), len(records))
	}
	for i, want := range records {
		line := got[i]
		if line.Kind != want.record.Kind || line.ID != want.record.ID || line.Policy != want.policy {
			t.Errorf("line %d is %+v, want %+v with policy %s", i+1, line, want.record, want.policy)
		}
		content, ok := line.Record.(map[string]any)
		if !ok || content["email"] != want.record.Address || content["note"] != want.note {
			t.Errorf("line %d holds the record %v", i+1, line.Record)
		}
		if line.Time.Before(began.Add(-time.Second)) || line.Time.After(time.Now()) || line.Time.Location() != time.UTC {
			t.Errorf("line %d has the time %v", i+1, line.Time)
		}
	}
}

// It holds the personal data of everyone it names.
func TestJournalIsReadableByItsOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	if err := newGuard(t, Settings{JournalPath: path}).Journal(contact(7, Delete), nil); err != nil {
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

// Terraform deletes ten records at a time, and two provider blocks may name
// one journal.
func TestConcurrentLinesNeverMix(t *testing.T) {
	const writers, each = 20, 10
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	guards := []*Guard{newGuard(t, Settings{JournalPath: path}), newGuard(t, Settings{JournalPath: path})}
	long := strings.Repeat("a long note ", 1000) // longer than a page, so that a torn write would show
	var callers sync.WaitGroup
	for writer := range writers {
		callers.Go(func() {
			for number := range each {
				record := contact(int64(writer*each+number), Delete)
				if err := guards[writer%2].Journal(record, fields{record.Address, long}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	seen := make(map[int64]bool)
	for _, line := range lines(t, readJournal(t, path)) {
		seen[line.ID] = true
	}
	if len(seen) != writers*each {
		t.Errorf("%d records in the journal, want %d", len(seen), writers*each)
	}
}

func TestJournalIsContinued(t *testing.T) {
	const whole = `{"kind":"contact","id":1}` + "\n"
	tests := map[string]struct{ before, kept string }{
		"after an empty file":               {"", ""},
		"after a whole line":                {whole, whole},
		"on a new line after one that torn": {whole + `{"kind":"con`, whole + `{"kind":"con` + "\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "deleted.jsonl")
			if err := os.WriteFile(path, []byte(test.before), 0o600); err != nil {
				t.Fatal(err)
			}
			guard := newGuard(t, Settings{JournalPath: path})
			for id := range int64(2) {
				if err := guard.Journal(contact(id, Delete), nil); err != nil {
					t.Fatal(err)
				}
			}
			added, found := strings.CutPrefix(readJournal(t, path), test.kept)
			if !found {
				t.Fatalf("what was there has changed: %s", readJournal(t, path))
			}
			if got := lines(t, added); len(got) != 2 || got[0].ID != 0 || got[1].ID != 1 {
				t.Errorf("added: %s", added)
			}
		})
	}
}

func TestJournalThatCannotBeWrittenIsAnError(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	if err := os.WriteFile(file, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		path    string
		content any
	}{
		"in a directory that is not there":   {filepath.Join(directory, "none", "deleted.jsonl"), nil},
		"in a directory that is a file":      {filepath.Join(file, "deleted.jsonl"), nil},
		"at the place of a directory":        {directory, nil},
		"with a record that cannot be noted": {filepath.Join(directory, "deleted.jsonl"), func() {}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := newGuard(t, Settings{JournalPath: test.path}).Journal(contact(7, Delete), test.content)
			if err == nil || !strings.Contains(err.Error(), "safeguards.journal_path "+test.path) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestWithoutAPathNothingIsJournalled(t *testing.T) {
	guard := newGuard(t, Settings{})
	if guard.Journals() {
		t.Error("it keeps a journal")
	}
	if err := guard.Journal(contact(7, Delete), func() {}); err != nil {
		t.Error(err)
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
