package reading_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/reading"
)

// What is found in a reading is told by its place in the text as it was.
func TestReadingLeadsBackToTheText(t *testing.T) {
	for text, want := range map[string]string{
		"name: Zoë Doe!": "Zoë Doe", "name: ZOË%20DOE": "ZOË%20DOE", "zoe%CC%88+doe": "zoe%CC%88+doe", `{"x":"Zo\u00eb  Doe"}`: `Zo\u00eb  Doe`,
		"&#90;o&euml;&nbsp;doe;": "&#90;o&euml;&nbsp;doe", "Zo%25C3%25AB Doe": "Zo%25C3%25AB Doe", "Zo\xeb Doe": "Zo\xeb Doe", "Zoë\u200b Doe": "Zoë\u200b Doe",
	} {
		seen := reading.Of(text, false)
		at := strings.Index(string(seen.Text), "zoe\u0308 doe")
		if at < 0 {
			t.Errorf("%q reads as %q", text, seen.Text)
			continue
		}
		if first, last := seen.Original(at, at+len("zoe\u0308 doe")); text[first:last] != want {
			t.Errorf("in %q it is %q, want %q", text, text[first:last], want)
		}
	}
	if seen := reading.Of("a=C3=AB", true); string(seen.Text) != "ae\u0308" {
		t.Errorf("quoted-printable reads as %q", seen.Text)
	}
}
