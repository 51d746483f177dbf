package redaction

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"

	"github.com/reachops/terraform-provider-reach/internal/reading"
)

// fewestEncoded is how many bytes of a text show within others that were encoded
// with it. A shorter one shows alone.
const fewestEncoded = 6

var (
	inBase64 = regexp.MustCompile(`[A-Za-z0-9+/_-]{6,}`)
	inHex    = regexp.MustCompile(`(?:[0-9a-fA-F]{2}){4,}`)
	// certainAddress is an address that no other bytes look like.
	certainAddress = regexp.MustCompile(`[a-z0-9._%-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
)

// encoded are the parts of a message that were encoded as Base64 or as hex, with
// a text in them.
func (t *Texts) encoded(message string) (all []found) {
	for _, at := range inHex.FindAllStringIndex(message, -1) {
		decoded, err := hex.DecodeString(message[at[0]:at[1]])
		if err == nil && t.holds(decoded) {
			all = append(all, found{at[0], at[1], nil})
		}
	}
	for _, at := range inBase64.FindAllStringIndex(message, -1) {
		run := strings.NewReplacer("-", "+", "_", "/").Replace(message[at[0]:at[1]])
		for before := range 4 { // where it begins within a group of four is not known
			padded := strings.Repeat("A", before) + run
			padded += strings.Repeat("A", -len(padded)&3)
			decoded, err := base64.StdEncoding.DecodeString(padded)
			if err == nil && t.holds(decoded) {
				all = append(all, found{at[0], at[1], nil})
				break
			}
		}
	}
	return all
}

// holds reports whether a text can be read from bytes that were decoded, at
// random perhaps.
func (t *Texts) holds(decoded []byte) bool {
	seen := reading.Of(string(decoded), false)
	if certainAddress.Match(seen.Text) {
		return true
	}
	isText := !bytes.ContainsFunc(decoded, func(c rune) bool { return !unicode.IsPrint(c) || c == unicode.ReplacementChar })
	for at := range seen.Text {
		if isText && t.startingAt(seen, at, string(decoded)) != nil {
			return true
		}
		// Of the first and the last byte, Base64 may have a part alone.
		begin := seen.Text[at:min(len(seen.Text), at+longestBegin)]
		for skipped, candidates := range [][]*text{t.begins[string(begin)], t.tails[string(begin)]} {
			for _, k := range candidates {
				if len(k.reading) >= fewestEncoded && k.manner == asWords && bytes.HasPrefix(seen.Text[at:], []byte(k.reading[skipped:len(k.reading)-1])) {
					return true
				}
			}
		}
	}
	return false
}
