package seveng

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The most characters that 7G takes (7g.md#limits).
const (
	LongestValue      = 255
	LongestExternalID = 50
)

// Wrong is what keeps 7G from holding a text of at most so many characters, as a
// clause that can follow a colon, or nothing.
func Wrong(text string, longest int) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "it is empty, or of blanks alone"
	case utf8.RuneCountInString(text) > longest:
		return fmt.Sprintf("it has more than %d characters", longest)
	}
	return ""
}
