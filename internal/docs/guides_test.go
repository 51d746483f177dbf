package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// TestGuidesPlan plans every configuration of the guides and of the README as
// it is written. Nothing is applied: some of them keep what they make from being
// destroyed.
func TestGuidesPlan(t *testing.T) {
	for _, p := range pages(t) {
		if !strings.HasPrefix(p.path, "docs/guides/") && p.path != "README.md" {
			continue
		}
		for _, block := range p.hcl {
			first, _, _ := strings.Cut(block, "\n")
			t.Run(p.path+", "+first, func(t *testing.T) {
				if formatted := string(hclwrite.Format([]byte(block))); formatted != block {
					t.Errorf("formatted, it would be\n%s", formatted)
				}
				if newerBlock.MatchString(block) {
					runsInProcess(t, populated(), block)
					return
				}
				t.Setenv("TF_VAR_email", "new@test.example.com") // of the module in testing-your-modules.md
				runsWithCLI(t, inhabited(), nil, resource.TestStep{
					Config:             withProvider(block),
					PlanOnly:           true,
					ExpectNonEmptyPlan: strings.Contains(block, "resource \"") || strings.Contains(block, "output \""),
				})
			})
		}
	}
}

// newerBlock is a block that Terraform knows since 1.14.
var newerBlock = regexp.MustCompile(`(?m)^(list|action) "`)

var (
	summaryInCode = regexp.MustCompile(`(?m)^\s*(?:const )?[sS]ummary\w*\s+=\s+"([^"]+)"`)
	boldText      = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// TestTroubleshootingExplainsEverySummary compares the guide with the summaries
// of diagnostics in the code, in both directions.
func TestTroubleshootingExplainsEverySummary(t *testing.T) {
	t.Parallel()
	explained, inCode := map[string]bool{}, map[string]bool{}
	for _, bold := range boldText.FindAllStringSubmatch(read(t, filepath.Join(root, "docs/guides/troubleshooting.md")), -1) {
		explained[bold[1]] = true
	}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		for _, summary := range summaryInCode.FindAllStringSubmatch(read(t, file), -1) {
			inCode[summary[1]] = true
			if words := strings.Fields(summary[1]); len(words) > 6 {
				t.Errorf("%q has %d words, and Terraform shows it in one line: use six at most", summary[1], len(words))
			}
		}
		return nil
	})
	if err != nil || len(inCode) < 20 || !maps.Equal(explained, inCode) {
		t.Errorf("the guide explains %q\nthe code says       %q (%v)", names(explained), names(inCode), err)
	}
}
