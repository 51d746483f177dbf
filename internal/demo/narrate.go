package main

import (
	"fmt"
	"strings"
)

func heading(text string) {
	fmt.Printf("\n── %s %s\n", text, strings.Repeat("─", max(0, 76-len([]rune(text)))))
}

func say(format string, arguments ...any) {
	fmt.Printf("  "+format+"\n", arguments...)
}

// confirm says what was checked on the services' own side.
func confirm(format string, arguments ...any) {
	fmt.Printf("  ✓ "+format+"\n", arguments...)
}

func quote(lines []string) {
	for _, line := range lines {
		fmt.Println("    " + line)
	}
}

// worthReading leaves out of a CLI's output what every run says alike: the
// legend of symbols, the reading of known records, unchanged attributes.
func worthReading(printed string) []string {
	var kept []string
	for _, line := range strings.Split(printed, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			if len(kept) == 0 || kept[len(kept)-1] == "" {
				continue
			}
		case hasAnyPrefix(trimmed, "Terraform used the selected", "OpenTofu used the selected", "plan. Resource actions", "Terraform will perform", "OpenTofu will perform",
			"+ create", "~ update in-place", "- destroy", "following symbols:", "Note: Objects have changed", "Changes to Outputs:"),
			strings.Contains(trimmed, "unchanged attributes hidden"), strings.Contains(trimmed, ": Refreshing state..."), strings.Contains(trimmed, "Still "),
			strings.Contains(trimmed, ": Reading..."):
			continue
		}
		kept = append(kept, strings.TrimRight(line, " "))
	}
	for len(kept) > 0 && kept[len(kept)-1] == "" {
		kept = kept[:len(kept)-1]
	}
	return kept
}

func hasAnyPrefix(line string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}
