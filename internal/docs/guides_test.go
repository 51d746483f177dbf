package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

const guidesFolder = "../../templates/guides"

// configurationBlock is a piece of configuration in a page.
var configurationBlock = regexp.MustCompile("(?ms)^```(?:hcl|terraform)\n(.*?)^```$")

// guides are the guides by file name.
func guides(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(guidesFolder, "*.md"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no guide was found (%v)", err)
	}
	pages := map[string]string{}
	for _, path := range found {
		pages[filepath.Base(path)] = read(t, path)
	}
	return pages
}

// blocksOf are the configurations of a page, by where they are.
func blocksOf(t *testing.T, page string) map[string]string {
	t.Helper()
	blocks := map[string]string{}
	for _, found := range configurationBlock.FindAllStringSubmatchIndex(page, -1) {
		heading := page[:found[0]]
		heading = heading[strings.LastIndex(heading, "\n## ")+len("\n## "):]
		heading, _, _ = strings.Cut(heading, "\n")
		block := page[found[2]:found[3]]
		first, _, _ := strings.Cut(block, "\n")
		where := heading + ": " + first
		if _, taken := blocks[where]; taken {
			t.Fatalf("two configurations under %q begin alike; give them different first lines", where)
		}
		blocks[where] = block
	}
	return blocks
}

// TestGuidesPlan plans every configuration of the guides and of the README as
// it is written. Nothing is applied: some of them keep what they make from being
// destroyed.
func TestGuidesPlan(t *testing.T) {
	planned := guides(t)
	planned["README.md"] = read(t, filepath.Join(root, "README.md"))
	for name, page := range planned {
		for where, block := range blocksOf(t, page) {
			t.Run(name+", "+where, func(t *testing.T) {
				if newerBlock.MatchString(block) {
					runsInProcess(t, block)
					return
				}
				surroundings(t, inhabited())
				t.Setenv("TF_VAR_email", "new@test.example.com") // of the module in testing-your-modules.md
				resource.UnitTest(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps: []resource.TestStep{{
						Config:             withProvider(block),
						PlanOnly:           true,
						ExpectNonEmptyPlan: strings.Contains(block, "resource \"") || strings.Contains(block, "output \""),
					}},
				})
			})
		}
	}
}

// newerBlock is a block that Terraform knows since 1.14.
var newerBlock = regexp.MustCompile(`(?m)^(list|action) "`)

// runsInProcess lists and acts as a block says, which only a newer CLI would.
func runsInProcess(t *testing.T, block string) {
	t.Helper()
	server := acctest.NewConfigured(t, simulatortest.Start(t, simulator.Options{Seed: populated()}), acctest.Realm, nil)
	for _, one := range outermost(t, block) {
		var problems []*tfprotov6.Diagnostic
		if one.Type == "list" {
			_, problems = server.List(one.Labels[0], acctest.Listing{Config: configOf(t, one)})
		} else {
			_, problems = server.Act(one.Labels[0], configOf(t, one))
		}
		acctest.NoErrors(t, problems)
	}
}

// TestGuidesNameExistingAttributes finds what Terraform does not, and what
// make fmt would change.
func TestGuidesNameExistingAttributes(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	for name, page := range guides(t) {
		for where, block := range blocksOf(t, page) {
			for _, problem := range unknownNames([]byte(block), provider) {
				t.Errorf("%s, %s: %s", name, where, problem)
			}
			if formatted := string(hclwrite.Format([]byte(block))); formatted != block {
				t.Errorf("%s, %s: formatted, it would be\n%s", name, where, formatted)
			}
		}
	}
}

// TestGuideTellsEveryRefusal holds the guide about deletes against the names in
// the code: of each policy, each setting, and each message that it explains.
func TestGuideTellsEveryRefusal(t *testing.T) {
	t.Parallel()
	page := guides(t)["destroy-is-permanent.md"]
	var wanted []string
	for _, policy := range deletion.ContactPolicies() {
		wanted = append(wanted, "| `"+policy+"` |")
	}
	for name := range decoded(t).ConfigSchema.Block.Attributes["safeguards"].AttributeNestedType.Attributes {
		wanted = append(wanted, name)
	}
	for _, summary := range []string{
		deletion.SummaryPrevented, deletion.SummaryOutside, deletion.SummaryTooMany, deletion.SummaryJournal,
		contact.SummaryPermanent, contact.SummaryReplacement, contact.SummaryChanged, contact.SummaryAmbiguous,
		contact.SummaryOptedOut, contact.SummaryOptoutRemain, contact.SummaryIncomplete,
		communication.SummaryPermanent, communication.SummaryChanged,
	} {
		wanted = append(wanted, "**"+summary+"**")
	}
	for _, text := range wanted {
		if !strings.Contains(page, text) {
			t.Errorf("the guide does not mention %s", text)
		}
	}
}
