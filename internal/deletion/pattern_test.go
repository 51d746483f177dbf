package deletion

import "testing"

// The text that a search by a part can be made with is a part of every address
// that matches, and as long as it gets.
func TestLiteralOfAPattern(t *testing.T) {
	for text, want := range map[string]string{
		"*@test.example.com":      "@test.example.com",
		"jane@example.com":        "jane@example.com",
		"*@Test.EXAMPLE.com":      "@test.example.com",
		"test-*@example.com":      "@example.com",
		"club?@*":                 "club",
		"*":                       "",
		"?*?":                     "",
		"*@{test,qa}.example.com": ".example.com",
		"*{@a{b,c},@example.com}": "",
		"[a-c]ane@*":              "ane@",
		"[!\\]abcdef]x@*":         "x@",
		"a\\*b@*":                 "a*b@",
		"zo\u00eb@x.example":      "@x.example",
		"\\\u00eb*abc":            "abc",
		"[\\\u00eb]abc":           "abc",
	} {
		pattern, err := NewPattern(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := pattern.Literal(); got != want {
			t.Errorf("%s: %q, not %q", text, got, want)
		}
	}
}
