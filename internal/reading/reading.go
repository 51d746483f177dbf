// Package reading reads a text as a person can who undoes escapes and sees past
// letter case: who looks for something in texts of others finds it in
// whatever form it is.
package reading

import (
	"bytes"
	"html"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Reading is a text without escapes and letter case: two spellings of one text
// have the same reading.
type Reading struct {
	Text []byte
	from []int32 // where in the original each byte comes from; one more than there are bytes
}

// mostLayers is how often a text can have been escaped, each time by another.
const mostLayers = 4

// Of reads a text. An equals sign is an escape in quoted-printable alone, and
// ordinary elsewhere.
func Of(text string, quotedPrintable bool) Reading {
	r := Reading{[]byte(text), make([]int32, len(text)+1)}
	for i := range r.from {
		r.from[i] = int32(i)
	}
	escapes := `%&\`
	if quotedPrintable {
		escapes += "="
	}
	for undone, layers := true, 0; undone && layers < mostLayers; layers++ {
		r, undone = r.unescaped(escapes)
	}
	return r.folded()
}

func (r *Reading) add(from int32, text ...byte) {
	for _, c := range text {
		r.Text, r.from = append(r.Text, c), append(r.from, from)
	}
}

// Original is the part of the original, its end exclusive, that bytes first to
// last, exclusive, come from.
func (r *Reading) Original(first, last int) (start, end int) {
	for last < len(r.Text) && r.from[last] == r.from[last-1] {
		last++ // one character of the original may be several bytes here
	}
	return int(r.from[first]), int(r.from[last])
}

// unescaped undoes one layer of the escapes that begin with one of the
// characters given, and reports whether there was any.
func (r *Reading) unescaped(escapes string) (plain Reading, undone bool) {
	next := bytes.IndexAny(r.Text, escapes)
	if next < 0 {
		return *r, false
	}
	plain = Reading{make([]byte, 0, len(r.Text)), make([]int32, 0, len(r.from))}
	for i := 0; i < len(r.Text); {
		if next = bytes.IndexAny(r.Text[i:], escapes); next != 0 {
			if next < 0 {
				next = len(r.Text) - i
			}
			plain.Text, plain.from = append(plain.Text, r.Text[i:i+next]...), append(plain.from, r.from[i:i+next]...)
			i += next
			continue
		}
		text, length := []byte(nil), 0
		switch rest := r.Text[i:]; rest[0] {
		case '%':
			text, length = percentEscape(rest)
		case '&':
			text, length = entity(rest)
		case '\\':
			text, length = backslashEscape(rest)
		case '=':
			text, length = printableEscape(rest)
		}
		undone = undone || length > 0
		if length == 0 {
			text, length = r.Text[i:i+1], 1
		}
		plain.add(r.from[i], text...)
		i += length
	}
	plain.from = append(plain.from, r.from[len(r.Text)])
	return plain, undone
}

// folded makes letters small, undoes accents that were composed, and takes
// blanks for one, quotes that were doubled for one, and what nobody sees for
// nothing. A byte that is no UTF-8 is a character of Latin-1, and one of its
// controls what Windows has in its place.
func (r *Reading) folded() Reading {
	plain := Reading{make([]byte, 0, len(r.Text)), make([]int32, 0, len(r.from))}
	fold, before := cases.Fold(), rune(0)
	for i := 0; i < len(r.Text); {
		if c := r.Text[i]; c > ' ' && c < 0x7f && c != '+' && rune(c) != before {
			plain.Text, plain.from = append(plain.Text, small(c)), append(plain.from, r.from[i])
			before = rune(c)
			i++
			continue
		}
		c, size := utf8.DecodeRune(r.Text[i:])
		if c == utf8.RuneError && size == 1 {
			c = rune(r.Text[i])
		}
		if c >= 0x80 && c < 0xa0 {
			c = charmap.Windows1252.DecodeByte(byte(c))
		}
		switch {
		case unicode.IsSpace(c) || c == '+':
			c = ' '
		case unicode.In(c, unicode.Cc, unicode.Cf):
			c = 0
		}
		isRepeated := c == before && (c == ' ' || c == '"' || c == '\'' || c == '`')
		switch {
		case c == 0 || isRepeated:
		case c < utf8.RuneSelf:
			plain.add(r.from[i], small(byte(c)))
		default:
			plain.add(r.from[i], norm.NFD.Bytes(fold.Bytes(utf8.AppendRune(nil, c)))...)
		}
		if c != 0 {
			before = c
		}
		i += size
	}
	plain.from = append(plain.from, r.from[len(r.Text)])
	return plain
}

func small(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// digits is the number that so many digits of a base stand for.
func digits(text []byte, count, base int) (number uint64, ok bool) {
	if len(text) < count {
		return 0, false
	}
	number, err := strconv.ParseUint(string(text[:count]), base, 32)
	return number, err == nil
}

// percentEscape is %C3, or %u00E4 as the old escape of browsers has it.
func percentEscape(text []byte) (plain []byte, length int) {
	if number, ok := digits(text[1:], 2, 16); ok {
		return []byte{byte(number)}, 3
	}
	if len(text) > 1 && text[1] == 'u' {
		return unit(text)
	}
	return nil, 0
}

// printableEscape is =C3, or the end of a line that was broken.
func printableEscape(text []byte) (plain []byte, length int) {
	if number, ok := digits(text[1:], 2, 16); ok {
		return []byte{byte(number)}, 3
	}
	for _, broken := range []string{"=\r\n", "=\n"} {
		if bytes.HasPrefix(text, []byte(broken)) {
			return nil, len(broken)
		}
	}
	return nil, 0
}

// unit is %u or \u with four digits, or two of them for one character.
func unit(text []byte) (plain []byte, length int) {
	high, ok := digits(text[2:], 4, 16)
	if !ok {
		return nil, 0
	}
	if rest := text[6:]; utf16.IsSurrogate(rune(high)) && len(rest) > 2 && bytes.EqualFold(rest[:2], text[:2]) {
		if low, ok := digits(rest[2:], 4, 16); ok {
			return utf8.AppendRune(nil, utf16.DecodeRune(rune(high), rune(low))), 12
		}
	}
	return utf8.AppendRune(nil, rune(high)), 6
}

// backslashEscape is one of JSON, Go, C, Python or JavaScript. Before anything
// else a backslash says nothing.
func backslashEscape(text []byte) (plain []byte, length int) {
	if len(text) < 2 {
		return nil, 1
	}
	switch text[1] {
	case 'n', 'r', 't':
		return []byte{' '}, 2
	case 'u':
		if plain, length = unit(text); length > 0 {
			return plain, length
		}
		if end := bytes.IndexByte(text, '}'); end > 3 && end < 10 && text[2] == '{' {
			if number, ok := digits(text[3:], end-3, 16); ok {
				return utf8.AppendRune(nil, rune(number)), end + 1
			}
		}
	case 'U':
		if number, ok := digits(text[2:], 8, 16); ok {
			return utf8.AppendRune(nil, rune(number)), 10
		}
	case 'x':
		if number, ok := digits(text[2:], 2, 16); ok {
			return []byte{byte(number)}, 4
		}
	}
	if number, ok := digits(text[1:], 3, 8); ok && number < 0x100 {
		return []byte{byte(number)}, 4
	}
	return text[1:2], 2
}

// longestEntity is more than any name or number of HTML takes.
const longestEntity = 34

// entity is one of HTML, by name or number, with or without its semicolon.
func entity(text []byte) (plain []byte, length int) {
	end := 1
	for end < min(len(text), longestEntity) && (text[end] == '#' || text[end] < utf8.RuneSelf && (unicode.IsLetter(rune(text[end])) || unicode.IsDigit(rune(text[end])))) {
		end++
	}
	if end < len(text) && text[end] == ';' {
		end++
	}
	name := string(text[:end])
	if plain := html.UnescapeString(name); plain != name {
		return []byte(plain), end
	}
	return nil, 0
}
