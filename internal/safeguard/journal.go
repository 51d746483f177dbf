package safeguard

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Line is one line of the journal: a record as it was just before its delete
// was sent.
type Line struct {
	Time   time.Time `json:"time"` // UTC
	Kind   string    `json:"kind"` // "communication" or "contact"
	ID     int64     `json:"id"`
	Policy Policy    `json:"policy"`
	Record any       `json:"record"` // every field that the service gave
}

// Journals reports whether a journal is kept.
func (g *Guard) Journals() bool { return g.journal != nil }

// Journal appends the record to the journal and returns once it is on disk.
// An error means that it may not be, and that nothing may be deleted. Without
// journal_path it does nothing.
func (g *Guard) Journal(record Record, content any) error {
	if g.journal == nil {
		return nil
	}
	line, err := json.Marshal(Line{
		Time:   time.Now().UTC(),
		Kind:   record.Kind,
		ID:     record.ID,
		Policy: g.Policy(record.Policy),
		Record: content,
	})
	if err == nil {
		err = g.journal.append(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("safeguards.journal_path %s: %w", g.journal.path, err)
	}
	return nil
}

type journal struct {
	path string
	mu   sync.Mutex
	good bool // the last write by this process was whole
}

// append writes one line in one call to a file opened for appending, so that
// lines of several processes never mix.
func (j *journal) append(line []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, statErr := os.Stat(j.path)
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if !j.good && isTorn(file) {
		line = append([]byte{'\n'}, line...)
	}
	_, err = file.Write(line)
	j.good = err == nil
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if os.IsNotExist(statErr) {
		return syncDirectory(filepath.Dir(j.path))
	}
	return nil
}

// isTorn reports whether the file ends within a line, as after a full disk or
// a power cut. The next record must not become a part of that line.
func isTorn(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// syncDirectory makes a new file's name last. Not every system can sync a
// directory; there the name is as safe as the system makes it.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	err = directory.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, os.ErrPermission) {
		err = nil
	}
	return errors.Join(err, directory.Close())
}
