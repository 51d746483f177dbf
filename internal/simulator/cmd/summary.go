package cmd

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// longestReason is how many characters of a service's text a line shows.
const longestReason = 90

// summary is one request as one line, without anybody's address or values:
// what the log keeps in full should not scroll past on a shared screen.
func summary(e traffic.Entry) string {
	parts := []string{e.Time.Format("15:04:05"), e.Operation}
	if subject := subject(e); subject != "" {
		parts = append(parts, subject)
	}
	parts = append(parts, "->")
	if e.Status != 0 {
		parts = append(parts, strconv.Itoa(e.Status))
	}
	if e.Said != "" {
		parts = append(parts, shortened(e.Said))
	}
	if e.Fault != "" {
		parts = append(parts, "[fault: "+e.Fault+"]")
	}
	return withoutAddresses(strings.Join(parts, " "))
}

// subject is what a request was about: ids and counts.
func subject(e traffic.Entry) string {
	if e.Service == "7g" {
		return strings.ReplaceAll(e.Query.Encode(), "&", " ")
	}
	var words []string
	for _, name := range []string{"r", "realm", "list_id", "subscriber_id"} {
		if value, sent := e.Argument(name); sent {
			words = append(words, name+"="+value)
		}
	}
	if len(e.Rows) > 0 {
		words = append(words, fmt.Sprintf("rows=%d", len(e.Rows)))
	}
	return strings.Join(words, " ")
}

func shortened(text string) string {
	if characters := []rune(text); len(characters) > longestReason {
		return string(characters[:longestReason]) + "…"
	}
	return text
}

// withoutAddresses hides e-mail addresses, and what would not be one line.
func withoutAddresses(line string) string {
	words := strings.FieldsFunc(line, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) })
	for i, word := range words {
		if strings.ContainsAny(word, "@^") || strings.Contains(word, "%40") {
			words[i] = "(address)"
		}
	}
	return strings.Join(words, " ")
}
