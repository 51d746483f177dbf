package httpclient

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/reachops/terraform-provider-reach/internal/reading"
)

const (
	// A secret whose reading is shorter is part of too many words. It is removed
	// in its exact encodings alone.
	shortestDisguise = 4
	// Of Base64, which has no letter case to change, more has to be the same.
	shortestInBase64 = 8
	// A part of a secret is long from so many characters on, if that is more than
	// half of it.
	longPart = 8
)

// disguises are the readings of all secrets, for texts that are read as they
// are and as quoted-printable.
type disguises struct {
	known [2][][]byte
	whole [][]byte // of the secrets themselves
}

func (d *disguises) add(secret string) {
	for view := range d.known {
		for _, form := range spoken(secret) {
			d.learn(view, form, shortestDisguise)
		}
		for _, form := range raised(secret) {
			d.learn(view, hex.EncodeToString([]byte(form)), shortestInBase64)
			for _, encoded := range base64Encodings(form) {
				d.learn(view, encoded, shortestInBase64)
			}
		}
	}
	d.whole = append(d.whole, readingOf(secret, 0))
}

func (d *disguises) learn(view int, form string, shortest int) {
	known := readingOf(form, view)
	if len(known) >= shortest && !slices.ContainsFunc(d.known[view], func(other []byte) bool { return bytes.Equal(other, known) }) {
		d.known[view] = append(d.known[view], known)
	}
}

func readingOf(form string, view int) []byte {
	return bytes.Trim(reading.Of(form, view == 1).Text, " ")
}

// raised are the bytes that a secret has in UTF-8 and, where that can hold it,
// in Latin-1 as Windows has it.
func raised(secret string) []string {
	forms := []string{secret}
	if narrow, err := charmap.Windows1252.NewEncoder().String(secret); err == nil && narrow != secret {
		forms = append(forms, narrow)
	}
	return forms
}

// spoken are the texts that a secret becomes when letters are made large or
// small, and when its bytes are taken for another encoding, up to twice.
func spoken(secret string) []string {
	var forms []string
	for _, text := range []string{secret, strings.ToUpper(secret), strings.ToLower(secret)} {
		forms = append(forms, raised(text)...)
		for range 2 {
			text = misread(text)
			forms = append(forms, text)
		}
	}
	return forms
}

// misread is UTF-8 that was taken for Latin-1.
func misread(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

type span struct{ first, last int }

const (
	// A long text is read in pieces, so that what a reading takes stays small.
	piece = 1 << 18
	// overlap is how much of a piece is read again with the next: more than any
	// disguise of a secret that is not absurdly long.
	overlap = 1 << 15
)

// pieces calls see with each piece of a text and where it begins.
func pieces(text string, see func(part string, at int)) {
	for at := 0; ; at += piece {
		if len(text)-at <= piece+overlap {
			see(text[at:], at)
			return
		}
		see(text[at:at+piece+overlap], at)
	}
}

// remove is text without what reads as a secret.
func (d *disguises) remove(text string) string {
	var found []span
	pieces(text, func(part string, at int) {
		for view, known := range d.known {
			if view == 1 && !strings.Contains(part, "=") {
				continue
			}
			seen := reading.Of(part, view == 1)
			for _, form := range known {
				for start := 0; ; {
					offset := bytes.Index(seen.Text[start:], form)
					if offset < 0 {
						break
					}
					first := start + offset
					from, to := seen.Original(first, first+len(form))
					found = append(found, span{at + from, at + to})
					start = first + 1
				}
			}
		}
	})
	if len(found) == 0 {
		return text
	}
	slices.SortFunc(found, func(a, b span) int { return a.first - b.first })
	var b strings.Builder
	end := 0
	for _, one := range found {
		if one.first >= end {
			b.WriteString(text[end:one.first])
			b.WriteString(Removed)
		}
		end = max(end, one.last)
	}
	b.WriteString(text[end:])
	return b.String()
}

// isPartIn reports whether a long part of a secret reads from text.
func (d *disguises) isPartIn(text string) (found bool) {
	pieces(text, func(part string, _ int) {
		if found {
			return
		}
		seen := reading.Of(part, false).Text
		found = slices.ContainsFunc(d.whole, func(secret []byte) bool { return shares(seen, secret) })
	})
	return found
}

// shares reports whether more than half of secret, in one piece, is in text.
// Every such part has one of its blocks whole, from which it is grown.
func shares(text, secret []byte) bool {
	long := max(longPart, len(secret)/2+1)
	block := (long + 1) / 2
	for at := 0; at+block <= len(secret) && long <= len(secret); at += block {
		for start := 0; ; {
			offset := bytes.Index(text[start:], secret[at:at+block])
			if offset < 0 {
				break
			}
			first := start + offset
			if sameBefore(text[:first], secret[:at])+block+sameAfter(text[first+block:], secret[at+block:]) >= long {
				return true
			}
			start = first + 1
		}
	}
	return false
}

func sameBefore(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

func sameAfter(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
