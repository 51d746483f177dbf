// Package terminal keeps texts of others from steering the terminal that shows
// them: what a service answers, and what a record holds.
package terminal

import (
	"fmt"
	"strings"
	"unicode"
)

// Escape is text with every character that a terminal obeys, that turns the
// direction of writing or that nobody sees given by its number, as Terraform
// gives it in a plan and reads it in a string. Line breaks and tabs stay.
func Escape(text string) string {
	var b strings.Builder
	before := rune(0)
	for _, c := range text {
		switch {
		case !obeyed(c) || joins(c, before):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
		before = c
	}
	return b.String()
}

// obeyed is for the categories Cc, Cf, Zl and Zp of Unicode. What it puts into
// Cf although it is seen, such as the Arabic sign of a year and the controls
// that arrange hieroglyphs, is left out, as it is from the property
// Default_Ignorable_Code_Point (Unicode Standard, DerivedCoreProperties.txt).
func obeyed(c rune) bool {
	switch {
	case c == '\n' || c == '\t':
		return false
	case c < unicode.MaxASCII || unicode.IsControl(c):
		return unicode.IsControl(c)
	case unicode.Is(unicode.Prepended_Concatenation_Mark, c) || unicode.Is(unicode.Egyptian_Hieroglyphs, c):
		return false
	}
	return unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp)
}

const (
	mongolianVowelSeparator = '\u180e'
	zeroWidthNonJoiner      = '\u200c'
	zeroWidthJoiner         = '\u200d'
	emojiPresentation       = '\ufe0f'
)

// joins reports whether a character without width belongs into ordinary text:
// words of Persian, of the scripts of India and of Mongolian are misspelt
// without it, and emoji fall apart (Unicode Standard, chapter 23.2; UAX #31,
// section 2.3; UTS #51, section 2.2). It does behind a letter or a mark of a
// script whose letters change their shape with their neighbours, or an emoji.
// Behind any other, it only hides.
func joins(c, before rune) bool {
	switch c {
	case mongolianVowelSeparator, zeroWidthNonJoiner:
		return shapes(before)
	case zeroWidthJoiner:
		return shapes(before) || unicode.Is(unicode.So, before) || unicode.Is(unicode.Sk, before) || before == emojiPresentation
	}
	return false
}

func shapes(c rune) bool {
	return unicode.In(c, unicode.L, unicode.M) && !unicode.In(c,
		unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul, unicode.Common, unicode.Inherited)
}
