// Package address is what an e-mail address is to this provider, whichever
// service keeps it: how two of them compare, and the function that makes a key
// of one.
package address

import (
	"fmt"
	"strings"
	"unicode"
)

// Valid reports whether text can be an e-mail address: two parts around one @,
// without blanks. More cannot be said for certain; the services decide.
func Valid(text string) bool { return Wrong(text) == "" }

// Wrong is what keeps text from being an e-mail address, as a clause that can
// follow a colon, or nothing.
func Wrong(text string) string {
	local, domain, _ := strings.Cut(text, "@")
	switch ats := strings.Count(text, "@"); {
	case text == "":
		return "it is empty"
	case strings.ContainsFunc(text, unicode.IsSpace):
		return "it holds a blank or a line break"
	case !strings.EqualFold(text, strings.ToLower(text)):
		return "it holds a letter such as İ, whose lower case is another letter: services that ignore letter case would take it for another address"
	case ats == 0:
		return "it has no @"
	case ats > 1:
		return "it has more than one @"
	case local == "" || domain == "":
		return "nothing stands on one side of the @"
	}
	return ""
}

// Normalize is an address in the form that all its spellings share: without
// outer blanks and in lower case. The error says what is wrong with a text that
// is no address, or that holds a character which cannot be seen.
func Normalize(text string) (string, error) {
	trimmed := strings.TrimSpace(text)
	hidden := strings.ContainsFunc(trimmed, func(c rune) bool { return !unicode.IsPrint(c) && !unicode.IsSpace(c) })
	switch {
	case trimmed == "":
		return "", fmt.Errorf("%q is empty, and not an e-mail address", text)
	case hidden:
		return "", fmt.Errorf("%q holds a character that cannot be seen", text)
	case !Valid(trimmed):
		return "", fmt.Errorf("%q is not an e-mail address: %s; it must have one @ between two parts, and no blanks", text, Wrong(trimmed))
	}
	return strings.ToLower(trimmed), nil
}
