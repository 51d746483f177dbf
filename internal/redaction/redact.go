package redaction

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/reading"
)

const (
	// longestBegin is how many bytes a text is looked up by.
	longestBegin = 4
	// firstDense is where scripts begin that put no blanks between words.
	firstDense = '\u2e80'
	// longestCut is how far before an ellipsis a text is looked for.
	longestCut = 256
)

// found is a part of a message that a text was read from.
type found struct {
	first, last int
	text        *text // nil: of an encoding that holds one
}

// undecodable stands for what was encoded together with a text.
const undecodable = "[encoded text]"

// Redact is a message with every text that is known, and every e-mail address,
// replaced by whose it is.
func (t *Texts) Redact(message string) string {
	if !t.IsOn() || message == "" {
		return message
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all := append(t.find(message), t.encoded(message)...)
	if len(all) == 0 {
		return message
	}
	slices.SortStableFunc(all, func(a, b found) int {
		if a.first != b.first {
			return a.first - b.first
		}
		return b.last - a.last
	})
	var b strings.Builder
	end := 0
	for _, one := range all {
		if one.first >= end {
			b.WriteString(message[end:one.first])
			if one.text == nil {
				b.WriteString(undecodable)
			} else {
				b.WriteString(t.label(one.text))
			}
		}
		end = max(end, one.last)
	}
	b.WriteString(message[end:])
	return b.String()
}

// find are the texts that can be read from a message, as it is and as
// quoted-printable.
func (t *Texts) find(message string) (all []found) {
	for _, printable := range []bool{false, true} {
		if printable && !strings.Contains(message, "=") {
			continue
		}
		seen := reading.Of(message, printable)
		for at := range seen.Text {
			if k := t.startingAt(seen, at, message); k != nil {
				first, last := seen.Original(at, at+len(k.reading))
				if strings.HasSuffix(message[:first], "+") {
					first-- // of a phone number
				}
				all = append(all, found{first, last, k})
			}
		}
		all = append(all, t.cut(seen)...)
		all = append(all, t.addresses(seen, message)...)
	}
	return all
}

// startingAt is the longest text that begins at a place of a reading.
func (t *Texts) startingAt(seen reading.Reading, at int, message string) (longest *text) {
	rest := seen.Text[at:]
	if !isBoundary(seen.Text, at) {
		return nil
	}
	for length := 1; length <= min(longestBegin, len(rest)); length++ {
		for _, k := range t.words[string(rest[:length])] {
			end := at + len(k.reading)
			switch {
			case longest != nil && len(longest.reading) >= len(k.reading):
			case end > len(seen.Text) || string(seen.Text[at:end]) != k.reading || !isBoundary(seen.Text, end):
			case k.manner == inQuotes && !isQuoted(seen.Text, at, end):
			case k.exact != "" && !isExact(seen, at, end, message, k.exact):
			default:
				longest = k
			}
		}
	}
	return longest
}

func isQuoted(text []byte, first, last int) bool {
	return first > 0 && text[first-1] == '"' && last < len(text) && text[last] == '"'
}

func isExact(seen reading.Reading, at, end int, message, exact string) bool {
	first, last := seen.Original(at, end)
	return message[first:last] == exact
}

// isBoundary reports whether no word goes on across a place of a reading.
func isBoundary(text []byte, at int) bool {
	before, _ := utf8.DecodeLastRune(text[:at])
	after, _ := utf8.DecodeRune(text[at:])
	if at == 0 || at == len(text) {
		return true
	}
	if !utf8.RuneStart(text[at]) || unicode.IsMark(after) {
		return false
	}
	return !isOfWord(before) || !isOfWord(after)
}

func isOfWord(c rune) bool {
	return c < firstDense && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c))
}

// ellipsis ends what a client has cut from an answer.
var ellipsis = []byte("…")

// cut are the texts of which a reading has only the beginning.
func (t *Texts) cut(seen reading.Reading) (all []found) {
	for end := range seen.Text {
		if !bytes.HasPrefix(seen.Text[end:], ellipsis) {
			continue
		}
		for at := max(0, end-longestCut); at+longestBegin <= end; at++ {
			rest := seen.Text[at:end]
			whole := slices.IndexFunc(t.begins[string(rest[:longestBegin])], func(k *text) bool {
				return k.manner == asWords && strings.HasPrefix(k.reading, string(rest))
			})
			if whole >= 0 && isBoundary(seen.Text, at) {
				first, last := seen.Original(at, end)
				all = append(all, found{first, last, t.begins[string(rest[:longestBegin])][whole]})
				break
			}
		}
	}
	return all
}

// address is an e-mail address in a reading, or a pattern of addresses. One of
// everybody in a domain names nobody.
var address = regexp.MustCompile(`[\pL\pN_][^\s"'<>()\[\]{},;:|=@\\]*@[^\s"'<>()\[\]{},;:|=@\\]*[\pL\pN*]`)

// withTags is where an address begins that may have plus signs before a place. A
// reading takes them for blanks.
func withTags(message string, first int) int {
	for _, plus := range []string{"+", "%2B", "%2b"} {
		if before, found := strings.CutSuffix(message[:first], plus); found {
			blank := strings.LastIndexAny(before, " \t\r\n\"'<>()[]{},;:|=*?\\")
			return withTags(message, blank+1)
		}
	}
	return first
}

// addresses are all e-mail addresses of a reading, also those that nobody has
// taught.
func (t *Texts) addresses(seen reading.Reading, message string) (all []found) {
	for _, at := range address.FindAllIndex(seen.Text, -1) {
		first, last := seen.Original(at[0], at[1])
		first = withTags(message, first)
		whole := readingOf(message[first:last])
		k := t.read[whole]
		if k == nil {
			k = t.add(whole, "email")
		}
		all = append(all, found{first, last, k})
	}
	return all
}
