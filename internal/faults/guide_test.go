package faults

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// update rewrites the table in the guide: go test ./internal/faults -run Guide -update.
var update = flag.Bool("update", false, "rewrite the table in the guide")

// guidePaths are the guide and its copy for the registry.
var guidePaths = []string{"../../templates/guides/when-a-service-fails.md", "../../docs/guides/when-a-service-fails.md"}

const (
	tableBegins = "<!-- This table is written by go test ./internal/faults -run Guide -update. -->\n"
	tableEnds   = "<!-- The table ends. -->\n"
)

// TestGuideShowsTheTable holds the table that users read against the one that
// the provider is held to.
func TestGuideShowsTheTable(t *testing.T) {
	t.Parallel()
	for _, path := range guidePaths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		page := string(content)
		before, rest, found := strings.Cut(page, tableBegins)
		shown, after, ends := strings.Cut(rest, tableEnds)
		if !found || !ends {
			t.Fatalf("%s has no place for the table", path)
		}
		want := "\n" + published() + "\n"
		if *update {
			if err := os.WriteFile(path, []byte(before+tableBegins+want+tableEnds+after), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if shown != want {
			t.Errorf("%s shows another table than the tests hold. Run go test ./internal/faults -run Guide -update.\nIt shows:\n%s\nThe tests hold:\n%s", path, shown, want)
		}
	}
}

// published is the table of each service.
func published() string {
	var text strings.Builder
	for _, service := range []string{sevenG, whatCounts} {
		var columns []*operation
		for _, o := range operations() {
			if o.service == service {
				columns = append(columns, o)
			}
		}
		fmt.Fprintf(&text, "### %s\n\n| what goes wrong |", service)
		for _, o := range columns {
			text.WriteString(" " + o.name + " |")
		}
		text.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
		for _, f := range faults() {
			row, met := "| "+f.name+" |", false
			for _, o := range columns {
				met = met || f.expected(o) != none
				row += " " + string(f.expected(o)) + " |"
			}
			if met {
				text.WriteString(row + "\n")
			}
		}
		text.WriteString("\n")
	}
	return strings.TrimSpace(text.String()) + "\n"
}

// TestGuideTellsEveryError finds an error of the table, or a warning about a
// fault, that the guide does not explain.
func TestGuideTellsEveryError(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(guidePaths[0])
	if err != nil {
		t.Fatal(err)
	}
	summaries := []string{communication.SummaryExists, contact.SummaryExists, contact.SummaryIncomplete, contact.SummaryUnread}
	for _, o := range operations() {
		summaries = append(summaries, o.summary)
	}
	for _, summary := range summaries {
		if !strings.Contains(string(content), "**"+summary+"**") {
			t.Errorf("the guide does not mention **%s**", summary)
		}
	}
}
