package simulator_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestSeedOfTheREADME starts from the example that a person copies.
func TestSeedOfTheREADME(t *testing.T) {
	example := read(t, "testdata/seed.json")
	if !strings.Contains(read(t, "README.md"), "```json\n"+example+"```\n") {
		t.Error("the README shows another seed than testdata/seed.json")
	}
	seed, err := simulator.ReadSeed(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	dump := strings.Join(strings.Fields(simulatortest.Start(t, simulator.Options{Seed: seed}).Dump()), " ")
	for _, line := range []string{
		"biz_entity 42 BE-1 Smith Family Trust 1", "Jane Smith 0", "EMAIL-001 Email billing@example.com biz_entity 42",
		"1001 jane@example.com Jane - 5 (html) last=Doe custom_plan=gold", "8 Confirmed yes", "gone@example.com - global recipient 2026-01-02 15:04:05",
	} {
		if !strings.Contains(dump, line) {
			t.Errorf("%q is not in %s", line, dump)
		}
	}
}

// TestREADMETellsEverything holds the README against the code: each flag, kind
// of fault and path, and each key of the page's JSON.
func TestREADMETellsEverything(t *testing.T) {
	readme := read(t, "README.md")
	wanted := []string{
		page.Path, page.StatePath, simulator.StatePath, simulator.LogPath, simulator.ResetLogPath,
		"`SEVENG_ENDPOINT`", "`SEVENG_USERNAME`", "`SEVENG_PASSWORD`", "`WHATCOUNTS_ENDPOINT`", "`WHATCOUNTS_REALM`", "`WHATCOUNTS_PASSWORD`",
	}
	for source, pattern := range map[string]string{
		"cmd/flags.go":     `(?m)^  (-[a-z-]+)`,
		"traffic/fault.go": `FaultKind = "([a-z-]+)"`,
		"page/page.go":     "`json:\"([a-z_]+)",
	} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(read(t, source), -1)
		if len(found) == 0 {
			t.Errorf("nothing in %s looks like %s", source, pattern)
		}
		for _, match := range found {
			wanted = append(wanted, "`"+match[1])
		}
	}
	for _, text := range wanted {
		if !strings.Contains(readme, text) {
			t.Errorf("the README does not tell of %s", text)
		}
	}
	known := map[string]bool{}
	for _, d := range simulator.Dialects() {
		known[d.Name] = true
	}
	for _, name := range regexp.MustCompile(`\b(?:7g|wc)-[a-z0-9-]+`).FindAllString(readme, -1) {
		if !known[name] {
			t.Errorf("there is no dialect %s", name)
		}
	}
}
