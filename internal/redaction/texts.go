// Package redaction keeps what says who a person is out of messages. Messages
// are made in many places, of values, of answers and of other errors; so texts
// are learnt where they come in, and taken out where a message goes out, in
// whatever form they are in it.
package redaction

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/reading"
)

// manner is how the texts of an attribute are found in a message.
type manner int

const (
	// asWords: wherever they are whole words.
	asWords manner = iota + 1
	// inQuotes: between double quotes, since they may be any word.
	inQuotes
)

// manners are the attributes whose texts are kept out of messages. Others hold
// no text of a person: ids, types, policies.
var manners = map[string]manner{
	"email": asWords, "first_name": asWords, "last_name": asWords, "value": asWords,
	"phone": asWords, "fax": asWords,
	"key":     inQuotes, // of a row in contacts
	"company": inQuotes, "address_1": inQuotes, "address_2": inQuotes, "city": inQuotes, "state": inQuotes, "zip": inQuotes, "country": inQuotes, "custom_fields": inQuotes,
}

// wildcards are what patterns of addresses have beside letters.
const wildcards = "*?"

// IsPersonal reports whether the texts of an attribute are kept out of messages.
func IsPersonal(attribute string) bool { return manners[attribute] != 0 }

const (
	// A text with fewer letters is part of too much else to be looked for.
	fewestLetters = 2
	// One with fewer is found in its own letter case alone: "An" is not in "an".
	fewestInAnyCase = 4
	// A number with fewer digits may be any number.
	fewestDigits = 6
)

// Texts are the texts of all records that the provider has seen. The zero value
// keeps nothing out, until it is switched on. It is safe for concurrent use.
type Texts struct {
	on atomic.Bool

	mu      sync.RWMutex
	taught  map[string]*text   // by attribute and the text itself
	read    map[string]*text   // by reading
	begins  map[string][]*text // by the first bytes of the reading
	words   map[string][]*text // those of them that are no plain address, which has a form of its own
	tails   map[string][]*text // by those behind the very first
	numbers int
}

// text is one text of one record or several.
type text struct {
	reading   string
	attribute string
	manner    manner
	exact     string // where letter case counts
	record    Record
	several   bool // records have it
	number    int  // that stands for it where no record does; 0 until it is needed
}

// Record is whose text it is. One without an id is named by its row.
type Record struct {
	Kind string
	ID   int64
	Row  int // of contacts, the first being 1
}

func (r Record) String() string {
	switch {
	case r.ID != 0:
		return fmt.Sprintf("%s %d", r.Kind, r.ID)
	case r.Row != 0:
		return fmt.Sprintf("row %d", r.Row)
	}
	return ""
}

// SwitchOn has [Texts.Redact] keep out what is learnt from now on.
func (t *Texts) SwitchOn() { t.on.Store(true) }

// IsOn reports whether anything is kept out.
func (t *Texts) IsOn() bool { return t.on.Load() }

// Learn makes a text known as that of a record's attribute.
func (t *Texts) Learn(of Record, attribute, value string) {
	if !t.IsOn() || !IsPersonal(attribute) {
		return
	}
	if attribute == "email" && strings.ContainsAny(value, wildcards) { // a pattern, of which a part is a name
		for part := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(wildcards, c) }) {
			if !strings.HasPrefix(part, "@") {
				t.Learn(of, attribute, part)
			}
		}
		return
	}
	name := attribute + "\x00" + value
	t.mu.RLock()
	known, taught := t.taught[name]
	settled := taught && (known == nil || known.several || known.record == of || of == Record{})
	t.mu.RUnlock()
	if settled {
		return
	}
	seen := readingOf(value)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taught == nil {
		t.taught = map[string]*text{}
	}
	if !isTelling(seen, manners[attribute]) {
		t.taught[name] = nil
		return
	}
	known = t.read[seen]
	if known == nil {
		known = t.add(seen, attribute)
		if isShort(seen) {
			known.exact = strings.TrimSpace(value)
		}
	}
	known.manner = min(known.manner, manners[attribute])
	if known.exact != "" && known.exact != strings.TrimSpace(value) {
		known.exact = "" // it is written in several ways
	}
	known.belongTo(of)
	t.taught[name] = known
}

func (t *Texts) add(seen, attribute string) *text {
	added := &text{reading: seen, attribute: attribute, manner: manners[attribute]}
	begin := seen[:min(len(seen), longestBegin)]
	if t.read == nil {
		t.read, t.begins, t.words, t.tails = map[string]*text{}, map[string][]*text{}, map[string][]*text{}, map[string][]*text{}
	}
	t.read[seen] = added
	t.begins[begin] = append(t.begins[begin], added)
	if address.FindString(seen) != seen {
		t.words[begin] = append(t.words[begin], added)
	}
	if len(seen) > longestBegin {
		tail := seen[1 : 1+longestBegin]
		t.tails[tail] = append(t.tails[tail], added)
	}
	return added
}

// belongTo notes one more record that has the text. An id says more than a row,
// and rows move.
func (k *text) belongTo(of Record) {
	switch {
	case of == Record{}:
	case k.record.ID == 0:
		k.record = of
	case of.ID != 0 && of != k.record:
		k.several = true
	}
}

// label is what stands for a text: whose it is, or a number that is the same in
// all messages of this process.
func (t *Texts) label(k *text) string {
	if whose := k.record.String(); whose != "" && !k.several {
		return fmt.Sprintf("[%s of %s]", k.attribute, whose)
	}
	if k.number == 0 {
		t.numbers++
		k.number = t.numbers
	}
	return fmt.Sprintf("[%s %d]", k.attribute, k.number)
}

func readingOf(value string) string {
	seen := reading.Of(value, false)
	return string(bytes.TrimSpace(seen.Text))
}

// isTelling reports whether a reading has enough letters or digits to be looked
// for in messages.
func isTelling(seen string, how manner) bool {
	if how == inQuotes {
		return utf8.RuneCountInString(seen) >= fewestLetters
	}
	letters, digits := 0, 0
	for _, c := range seen {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsLetter(c) && c >= firstDense:
			letters += fewestLetters // one such character is a word
		case unicode.IsLetter(c):
			letters++
		}
	}
	return letters >= fewestLetters || digits >= fewestDigits
}

// isShort reports whether a reading is so short that letter case has to agree.
func isShort(seen string) bool { return utf8.RuneCountInString(seen) < fewestInAnyCase }
