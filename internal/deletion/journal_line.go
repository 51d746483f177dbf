package deletion

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The kinds of record.
const (
	KindContact       = "contact"
	KindCommunication = "communication"
)

// Line is one line of the journal: a record as its service held it just before
// the delete was sent. Whether the service then did it, the line does not know.
//
// A journal is JSON Lines: one object to a line, keys in snake_case. It is only
// ever appended to.
type Line struct {
	Time   time.Time `json:"time"`   // UTC
	Kind   string    `json:"kind"`   // KindContact or KindCommunication
	ID     int64     `json:"id"`     // the native id, which the record lost
	Policy string    `json:"policy"` // the deletion policy that was carried out
	Place            // where the record was; older lines do not say
	Record Entry     `json:"record"`
}

// Place is where a service has a record: it counts records anew in each. What is
// not known is left out.
type Place struct {
	Endpoint string `json:"endpoint,omitempty"` // the address of the service
	Realm    string `json:"realm,omitempty"`    // of WhatCounts, there
}

// Entry is a [ContactEntry] or a [CommunicationEntry].
type Entry interface {
	kind() string
	id() int64
	check() error
}

// UnmarshalJSON reads a line with the record that its kind says. A key that it
// does not know is an error: what a newer version has written must not be lost
// on the way back.
func (l *Line) UnmarshalJSON(text []byte) error {
	var read struct {
		Time   time.Time `json:"time"`
		Kind   string    `json:"kind"`
		ID     int64     `json:"id"`
		Policy string    `json:"policy"`
		Place
		Record json.RawMessage `json:"record"`
	}
	if err := unmarshal(text, &read); err != nil {
		return err
	}
	record, err := readRecord(read.Kind, read.Record)
	if err != nil {
		return err
	}
	*l = Line{Time: read.Time, Kind: read.Kind, ID: read.ID, Policy: read.Policy, Place: read.Place, Record: record}
	return l.check()
}

func readRecord(kind string, text json.RawMessage) (Entry, error) {
	if len(text) == 0 {
		return nil, errors.New("there is no record")
	}
	switch kind {
	case KindContact:
		var contact ContactEntry
		err := unmarshal(text, &contact)
		return contact, err
	case KindCommunication:
		var communication CommunicationEntry
		err := unmarshal(text, &communication)
		return communication, err
	}
	return nil, fmt.Errorf("there is no kind %q", kind)
}

func unmarshal(text []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(target)
}

// check finds what a line lacks of all that brings a record back. It is held
// against lines that are written and against lines that are read.
func (l Line) check() error {
	switch {
	case l.Time.IsZero():
		return errors.New("the time is missing")
	case l.Policy == "":
		return errors.New("the policy is missing")
	case l.Record == nil:
		return errors.New("there is no record")
	case l.Kind != l.Record.kind():
		return fmt.Errorf("the kind is %q, and the record is a %s", l.Kind, l.Record.kind())
	case l.ID <= 0 || l.ID != l.Record.id():
		return fmt.Errorf("the id is %d, and the record's own id %d", l.ID, l.Record.id())
	}
	return l.Record.check()
}
