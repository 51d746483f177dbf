package traffic

import (
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var (
	charsetInHeader = regexp.MustCompile(`;\s*charset=[^;]*`)
	charsetInXML    = regexp.MustCompile(`^(<\?xml[^>]*) encoding="[^"]*"`)
)

// InWindows1252 is the answer in another charset than UTF-8, which its content
// type declares or says nothing of. A character that the charset lacks is written
// as escape has it. The log keeps the answer as it was.
func (a Answer) InWindows1252(isDeclared bool, escape func(rune) string) Answer {
	if a.Logged == nil {
		a.Logged = a.Body
	}
	var body []byte
	for _, letter := range strings.TrimPrefix(string(a.Body), "\ufeff") {
		switch encoded, known := charmap.Windows1252.EncodeRune(letter); {
		case known && letter != utf8.RuneError:
			body = append(body, encoded)
		default:
			body = append(body, escape(letter)...)
		}
	}
	inHeader, inXML := "", "$1"
	if isDeclared {
		inHeader, inXML = "; charset=windows-1252", `$1 encoding="windows-1252"`
	}
	a.Body = charsetInXML.ReplaceAll(body, []byte(inXML))
	a.Header = maps.Clone(a.Header)
	if kind, named := a.Header["Content-Type"]; named {
		a.Header["Content-Type"] = charsetInHeader.ReplaceAllString(kind, "") + inHeader
	}
	return a
}
