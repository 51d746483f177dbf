package deletion

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/gobwas/glob"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Pattern is a glob over e-mail addresses and communication values, compared
// whole and without case. safeguards.deletable is made of them, and so is what an
// action selects by, so that both mean the same.
type Pattern struct {
	glob *glob.Pattern
	text string // as it is compared
}

// startsClass finds a class that begins with ^, behind which most people expect
// what is excluded.
var startsClass = regexp.MustCompile(`^(?:[^\\]|\\.)*?\[\^`)

// NewPattern reads a pattern. The error names one that is not a glob, or can
// match nothing.
func NewPattern(text string) (Pattern, error) {
	if text == "" || strings.TrimSpace(text) != text {
		return Pattern{}, fmt.Errorf("%q is empty or has blanks around it, and matches nothing", text)
	}
	if startsClass.MatchString(text) {
		return Pattern{}, fmt.Errorf("%q holds [^, which here is a class with the character ^ in it, and not its opposite. For any character but those named write [!a-c], for a class with ^ in it [abc^], for the two characters \\[^", text)
	}
	compared := textform.Key(text)
	compiled, err := glob.Compile(compared)
	if err != nil {
		return Pattern{}, fmt.Errorf("%q is not a glob: %w", text, err)
	}
	return Pattern{compiled, compared}, nil
}

// Match reports whether an address or value is one of those that are meant.
func (p Pattern) Match(address string) bool { return p.glob.Match(textform.Key(address)) }

// Literal is the longest text that is a part of whatever matches, for a service
// that searches by a part of an address. It is ASCII, since a service may find
// other letters in one form only, and empty where there is none.
func (p Pattern) Literal() string {
	longest, current := "", ""
	alternatives, class, escaped := 0, false, false
	for _, c := range p.text {
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
			continue
		case class:
			class = c != ']'
			continue
		case strings.ContainsRune("*?[]{}", c):
			class, current = c == '[', ""
			switch c {
			case '{':
				alternatives++
			case '}':
				alternatives = max(0, alternatives-1)
			}
			continue
		}
		switch {
		case class || alternatives > 0:
		case c > unicode.MaxASCII:
			current = ""
		default:
			current += string(c)
		}
		if len(current) > len(longest) {
			longest = current
		}
	}
	return longest
}
