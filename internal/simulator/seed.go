package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Seed is the whole state of both services as JSON: what a person writes to
// start from, and what a simulator saves. It holds passwords in plain text.
// A seed may leave the next ids out, and the ids of owners and
// communications.
type Seed struct {
	SevenG     seveng.Snapshot     `json:"7g"`
	WhatCounts whatcounts.Snapshot `json:"whatcounts"`

	file string // where it is from, if from a file
}

// DefaultSeed is a small world to try configurations on: one user, two owners
// of each kind, a realm whose list 8 asks for confirmation, and a realm with
// customer keys. It holds no communications and no contacts.
func DefaultSeed() *Seed {
	return &Seed{
		SevenG: seveng.Snapshot{
			Users: []seveng.User{{Name: "demo", Password: "demo-password"}},
			Types: seveng.DefaultTypes(),
			Owners: []seveng.Owner{
				{Kind: seveng.BizEntity, ID: 42, ExternalID: "BE-1", Name: "Smith Family Trust"},
				{Kind: seveng.BizEntity, ID: 43, ExternalID: "BE-2", Name: "Nguyen Super Fund"},
				{Kind: seveng.Person, ID: 7, ExternalID: "P-1", Name: "Jane Smith"},
				{Kind: seveng.Person, ID: 8, ExternalID: "P-2", Name: "Minh Nguyen"},
				{Kind: seveng.Organisation, ID: 9, ExternalID: "ORG-1", Name: "Smith Holdings Pty Ltd"},
				{Kind: seveng.Organisation, ID: 10, ExternalID: "ORG-2", Name: "Nguyen Advisory Pty Ltd"},
			},
			Communications: []seveng.Communication{},
		},
		WhatCounts: whatcounts.Snapshot{
			Realms: []whatcounts.RealmSnapshot{
				{Realm: whatcounts.Realm{
					Name: "demo", Password: "demo-password",
					Lists: []whatcounts.List{
						{ID: 5, Name: "Newsletter", Description: "Once a month"},
						{ID: 6, Name: "Product news", Description: "What is new"},
						{ID: 7, Name: "Events", Description: "Invitations"},
						{ID: 8, Name: "Confirmed", Description: "Asks the recipient for confirmation", Confirmation: true},
					},
				}},
				{Realm: whatcounts.Realm{
					Name: "keyed", Password: "keyed-password", CustomerKeys: true,
					Lists: []whatcounts.List{{ID: 50, Name: "Customers", Description: "Contacts known by customer key"}},
				}},
			},
		},
	}
}

// ReadSeed reads a seed from JSON. A key that it does not know is an error, so
// that a misspelt one does not pass for an empty list.
func ReadSeed(from io.Reader) (*Seed, error) {
	content, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	seed := &Seed{}
	if err := seed.decode(content); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return seed, nil
}

// ReadSeedFile is ReadSeed for a file. Whatever is wrong with the seed, now or
// when a simulator starts from it, is told with the name of the file.
func ReadSeedFile(path string) (*Seed, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	seed := &Seed{file: path}
	if err := seed.decode(content); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return seed, nil
}

func (s *Seed) decode(content []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(s); err != nil {
		return decodeProblem(content, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: something follows the end of the state", lineAt(content, decoder.InputOffset()))
	}
	return nil
}

// Write prints the seed as indented JSON.
func (s *Seed) Write(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(s)
}

// restore makes a seed the state of both services.
func (s *Simulator) restore(seed *Seed) error {
	name := cmp.Or(seed.file, "seed")
	if err := checkRealms(seed.WhatCounts.Realms); err != nil {
		return fmt.Errorf("%s: whatcounts: %w", name, err)
	}
	if err := s.SevenG.Restore(seed.SevenG); err != nil {
		return fmt.Errorf("%s: 7g: %w", name, err)
	}
	s.WhatCounts.Restore(seed.WhatCounts)
	return nil
}

// checkRealms finds the mistakes of a seed written by hand that WhatCounts
// would otherwise meet in the middle of a request.
func checkRealms(realms []whatcounts.RealmSnapshot) error {
	seen := map[string]bool{}
	for _, r := range realms {
		name := r.Realm.Name
		if name == "" || seen[name] {
			return fmt.Errorf("realm %q: the name must be there, once", name)
		}
		seen[name] = true
		lists := map[int64]bool{}
		for _, list := range r.Realm.Lists {
			if list.ID < 1 || lists[list.ID] {
				return fmt.Errorf("realm %s: list id %d must be 1 or more, and there once", name, list.ID)
			}
			lists[list.ID] = true
		}
		if err := checkContacts(r.Contacts, lists); err != nil {
			return fmt.Errorf("realm %s: %w", name, err)
		}
	}
	return nil
}

func checkContacts(contacts []whatcounts.Contact, lists map[int64]bool) error {
	seen := map[int64]bool{}
	for _, c := range contacts {
		if c.ID < 1 || seen[c.ID] {
			return fmt.Errorf("contact id %d must be 1 or more, and there once", c.ID)
		}
		seen[c.ID] = true
		if c.Email == "" {
			return fmt.Errorf("contact %d has no email", c.ID)
		}
		for _, subscription := range c.Subscriptions {
			if !lists[subscription.ListID] {
				return fmt.Errorf("contact %d is on list %d, which does not exist", c.ID, subscription.ListID)
			}
		}
	}
	return nil
}

// decodeProblem says what is wrong with a seed for the person who wrote it: on
// which line, where that can be known, and in the words of JSON in place of
// those of Go.
func decodeProblem(content []byte, err error) error {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it ends on line %d before its JSON does", lineAt(content, int64(len(content))))
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d is not JSON: %w", lineAt(content, syntax.Offset), err)
	case errors.As(err, &mistyped):
		place := mistyped.Field
		if place == "" {
			place = "the whole"
		}
		return fmt.Errorf("line %d: %s has to be %s, and is: %s", lineAt(content, mistyped.Offset), place, wanted(mistyped.Type), mistyped.Value)
	}
	// The package has no error of its own for a key that does not exist.
	if key, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		if before, after, _ := bytes.Cut(content, []byte(key)); !bytes.Contains(after, []byte(key)) {
			return fmt.Errorf("line %d: there is no key %s", lineAt(content, int64(len(before))), key)
		}
		return fmt.Errorf("there is no key %s where one stands", key)
	}
	return err
}

// lineAt is the number of the line with this byte.
func lineAt(content []byte, offset int64) int {
	return bytes.Count(content[:min(offset, int64(len(content)))], []byte("\n")) + 1
}

// wanted is what stands in JSON for a type of Go.
func wanted(kind reflect.Type) string {
	switch kind.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	}
	return "a number"
}
