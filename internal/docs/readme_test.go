package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// writtenFile is a file that the README has its reader write.
var writtenFile = regexp.MustCompile(`(?ms)^cat > (\S+) <<'END'\n(.*?)^END$`)

// TestReadmeLeadsToAContactAddedAgain follows the README's own path: the contact
// is added, deleted, refused, and added again with the file that replaces it.
func TestReadmeLeadsToAContactAddedAgain(t *testing.T) {
	page := read(t, "../../README.md")
	files := writtenFile.FindAllStringSubmatch(page, -1)
	if len(files) != 3 || files[1][1] != files[2][1] {
		t.Fatalf("the README writes %d files, not two and one of them again", len(files))
	}
	if !strings.Contains(page, `"`+contact.SummaryOptedOut+`"`) {
		t.Errorf("the README does not announce %q", contact.SummaryOptedOut)
	}
	around, first, again := files[0][2], files[1][2], files[2][2]
	surroundings(t, simulator.DefaultSeed())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: around + first},
			{Config: around + first, Destroy: true},
			{Config: around + first, ExpectError: regexp.MustCompile(contact.SummaryOptedOut)},
			{Config: around + again},
			{Config: around + again, Destroy: true},
			{Config: around + first}, // the last delete has left no opt-out
			{Config: around + first, Destroy: true},
		},
	})
}
