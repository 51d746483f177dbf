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

// update rewrites the table: go test ./internal/faults -run Table -update.
var update = flag.Bool("update", false, "rewrite the table in the reference")

const (
	tablePath = "../reference/faults.md"
	guidePath = "../../templates/guides/when-a-service-fails.md"

	tableBegins = "<!-- This table is written by go test ./internal/faults -run Table -update. -->\n"
)

// TestReferenceShowsTheTable holds the table that users read against the one that
// the provider is held to.
func TestReferenceShowsTheTable(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(tablePath)
	if err != nil {
		t.Fatal(err)
	}
	before, shown, found := strings.Cut(string(content), tableBegins)
	if !found {
		t.Fatalf("%s has no place for the table", tablePath)
	}
	want := "\n" + published()
	if *update {
		if err := os.WriteFile(tablePath, []byte(before+tableBegins+want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if shown != want {
		t.Errorf("%s shows another table than the tests hold. Run go test ./internal/faults -run Table -update.\nIt shows:\n%s\nThe tests hold:\n%s", tablePath, shown, want)
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
		fmt.Fprintf(&text, "## %s\n\n| what goes wrong |", service)
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
	content, err := os.ReadFile(guidePath)
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
