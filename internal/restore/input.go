package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"filippo.io/age"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// input is what a file holds: a journal, or the instances of a state or a plan.
type input struct {
	journal *deleted
	state   *state
}

// errOther is what becomes of a file that is none of what can be read.
var errOther = errors.New("this is neither a journal, nor a state of Terraform or OpenTofu (version 4, as terraform state pull prints it), nor what terraform show -json prints of a state or a plan. " +
	"A plan file is read with terraform show -json FILE > plan.json")

// readInput reads a file, which says by what it holds which kind it is. The identities
// are for the encrypted lines of a journal.
func readInput(path string, identities ...age.Identity) (*input, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	read, err := recognise(content, identities...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// recognise reads what a file holds. A shell of Windows may have written it in
// UTF-16.
func recognise(content []byte, identities ...age.Identity) (*input, error) {
	if plain, _, err := transform.Bytes(unicode.BOMOverride(encoding.Nop.NewDecoder()), content); err == nil {
		content = plain
	}
	var keys map[string]json.RawMessage
	isObject := json.Unmarshal(content, &keys) == nil
	has := func(key string) bool { _, found := keys[key]; return found }
	switch {
	case isObject && has("format_version"):
		state, err := readShown(content)
		return &input{state: state}, err
	case isObject && has("encrypted_data"):
		return nil, errors.New("this state is encrypted; tofu state pull prints it as it is")
	case isObject && has("version") && (has("lineage") || has("resources")):
		state, err := readState(content)
		return &input{state: state}, err
	}
	found, err := collect(bytes.NewReader(content), identities...)
	if err == nil && len(found.deletions) == 0 && len(bytes.TrimSpace(content)) > 0 && !bytes.Contains(content, []byte(`{"time":`)) {
		err = errOther
	}
	return &input{journal: found}, err
}
