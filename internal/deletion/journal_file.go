package deletion

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"filippo.io/age"
)

// mode is that of a new journal: it holds the personal data of everyone in it.
const mode = 0o600

// JournalFile is a journal on disk. It is open only while a line is written, and
// safe for concurrent use.
type JournalFile struct {
	path       string
	recipients []age.Recipient
	mu         sync.Mutex
}

// NewJournalFile is the journal at a path, which its recipients alone can read.
// The file is made with its first line, its directory has to exist.
func NewJournalFile(path string, recipients ...age.Recipient) *JournalFile {
	return &JournalFile{path: path, recipients: recipients}
}

// CheckPlace reports why the file could not be written now, as far as that shows
// without writing: its directory is not there, or it is a directory itself.
func (f *JournalFile) CheckPlace() error {
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		return errors.New("it is a directory, and has to be a file")
	}
	switch info, err := os.Stat(filepath.Dir(f.path)); {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist", filepath.Dir(f.path))
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s is not a directory", filepath.Dir(f.path))
	}
	return nil
}

// Append writes one line and returns once it is on disk. After an error it may
// not be, in whole or in part. A line that could not be read back is not
// written.
func (f *JournalFile) Append(line Line) error {
	text, err := write(line)
	if err == nil {
		text, err = seal(line, text, f.recipients)
	}
	if err != nil {
		return err
	}
	return f.append(text)
}

// write is a line as text, its line break included.
func write(line Line) ([]byte, error) {
	if err := line.check(); err != nil {
		return nil, err
	}
	return jsonText(line)
}

func jsonText(line any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // for people: "R&D" is found under this name
	err := encoder.Encode(line)
	return text.Bytes(), err
}

// append writes in one call to a file opened for appending, so that lines of
// several processes never mix.
func (f *JournalFile) append(line []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, statErr := os.Stat(f.path)
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, mode)
	if err != nil {
		return err
	}
	if isTorn(file) {
		line = append([]byte{'\n'}, line...)
	}
	_, err = file.Write(line)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if os.IsNotExist(statErr) {
		return syncDirectory(filepath.Dir(f.path))
	}
	return nil
}

// isTorn reports whether the file ends within a line, as after a full disk or
// a power cut. The next record must not become a part of that line. A line
// that another process is writing at this moment may look torn as well; what
// comes of it is an empty line, which readers pass over.
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
