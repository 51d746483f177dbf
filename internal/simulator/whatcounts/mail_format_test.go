package whatcounts

import (
	"strconv"
	"testing"
)

func TestMailFormats(t *testing.T) {
	for _, format := range []int{1, 2, 99} {
		if got := formatNumber(strconv.Itoa(format)); got != format {
			t.Errorf("the number %d is read as %d", format, got)
		}
		if got := formatNamed(formatWord(format)); got != format {
			t.Errorf("the word %q is read as %d, want %d", formatWord(format), got, format)
		}
	}
	if formatNumber("0") != 0 || formatNamed("pigeon") != 0 || formatWord(0) != "" {
		t.Error("an unknown format is taken for a known one")
	}
}
