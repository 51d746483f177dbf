package whatcounts

import "strings"

// formatNumber reads the number of a mail format: 1 plain text, 2 HTML,
// 99 MIME. Anything else is 0.
func formatNumber(text string) int {
	switch text {
	case "1":
		return 1
	case "2":
		return 2
	case "99":
		return 99
	}
	return 0
}

// formatNamed reads the word for a mail format, in any case. The words are
// constructed; 0 stands for an unknown one.
func formatNamed(text string) int {
	switch strings.ToLower(text) {
	case "text", "plain", "plain text":
		return 1
	case "html":
		return 2
	case "mime":
		return 99
	}
	return 0
}

// formatWord is the word for a mail format, taken from the documentation of
// the format argument.
func formatWord(format int) string {
	switch format {
	case 1:
		return "Plain Text"
	case 2:
		return "HTML"
	case 99:
		return "MIME"
	}
	return ""
}
