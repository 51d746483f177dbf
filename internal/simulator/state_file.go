package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// stateFile keeps the state of a simulator on disk.
type stateFile struct {
	path  string
	mu    sync.Mutex
	saved []byte // what the file holds
}

// readStateFile returns nil when there is no such file yet.
func readStateFile(path string) (*Seed, error) {
	seed, err := ReadSeedFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return seed, err
}

// save writes the file when the state is another than what it holds.
func (f *stateFile) save(s *Simulator) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var content bytes.Buffer
	seed := Seed{SevenG: s.SevenG.Snapshot(), WhatCounts: s.WhatCounts.Snapshot()}
	if err := seed.Write(&content); err != nil {
		return err
	}
	if bytes.Equal(content.Bytes(), f.saved) {
		return nil
	}
	if err := replaceFile(f.path, content.Bytes()); err != nil {
		return fmt.Errorf("saving the state: %w", err)
	}
	f.saved = content.Bytes()
	return nil
}

// replaceFile writes a file beside the old one and renames it, so that there
// is a whole one at any time. Only the owner may read it: it holds passwords.
func replaceFile(path string, content []byte) error {
	// CreateTemp makes files with mode 0600.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
