package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestGuideShowsWhatIsWritten holds the lines that the guide shows, and the
// block that it says becomes of one, against the code.
func TestGuideShowsWhatIsWritten(t *testing.T) {
	page, err := os.ReadFile("../../templates/guides/restoring.md")
	if err != nil {
		t.Fatal(err)
	}
	var journal bytes.Buffer
	for _, line := range regexp.MustCompile("(?ms)^```json\n(.*?)^```$").FindAllSubmatch(page, -1) {
		if err := json.Compact(&journal, line[1]); err != nil {
			t.Fatal(err)
		}
		journal.WriteByte('\n')
	}
	found, err := collect(&journal)
	if err != nil {
		t.Fatal(err)
	}
	if got := found.summary(); got != "1 contact and 1 communication" {
		t.Errorf("the guide shows %s", got)
	}
	blocks := strings.Split(string(configuration("deleted.jsonl", found)), "\n\n")
	if contact := blocks[1]; !strings.Contains(string(page), contact) {
		t.Errorf("the guide does not show\n%s", contact)
	}
}
