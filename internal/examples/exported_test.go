package examples

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// exported are files as other programs write them, of the same people.
var exported = map[string]string{
	"a byte order mark, line breaks of Windows, empty lines": "\ufeffemail,first_name,last_name,lists,plan\r\n" +
		"ANN@Test.example.com,,Lee,5,gold\r\n bob@test.example.com , Bob ,\u00a0,\"5,6\",\r\n\r\nCLEO@TEST.EXAMPLE.COM,\"Cleo\",  ,,\"a; b\"\r\n,,,,\r\n",
	"semicolons, capitals, quotation marks": "\ufeff\"Email\";\"First_Name\";\"Last_Name\";\"Lists\";\"Plan\"\n" +
		"\"Ann@test.example.com\";\"\";\"Lee\";\"5\";\"gold\"\nbob@test.example.com;Bob;;\"5;6\";\n\"cleo@test.example.com\";\"Cleo\";;;\"a; b\"\n",
	"lines twice, in another spelling": "email,first_name,last_name,lists,plan\n" +
		"ann@test.example.com,,Lee,5,gold\nAnn@Test.Example.com ,, Lee,5,gold\nbob@test.example.com,Bob,,5 6,\ncleo@test.example.com,\"Cleo\",,5,a; b",
}

// TestExportedFile: such a file makes these contacts, and nothing is left to do.
// Two lines of one address that differ are told.
func TestExportedFile(t *testing.T) {
	t.Parallel()
	for name, text := range exported {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			w := acctest.NewWorkspace(t, filepath.Join(folder, "contacts-from-csv"), sim)
			w.Write("contacts.csv", text)
			apply(t, w)
			expectEmails(t, sim, "ann@test.example.com", "bob@test.example.com", "cleo@test.example.com")
			ann, bob, cleo := named(sim, "ann@test.example.com"), named(sim, "bob@test.example.com"), named(sim, "cleo@test.example.com")
			if ann.First != "" || ann.Fields["last"] != "Lee" || ann.Custom["plan"] != "gold" {
				t.Errorf("ann is %+v", ann)
			}
			if bob.First != "Bob" || bob.Fields["last"] != "" || len(bob.Subscriptions) != 2 || len(bob.Custom) != 0 {
				t.Errorf("bob is %+v", bob)
			}
			if cleo.First != "Cleo" || cleo.Custom["plan"] != "a; b" || len(cleo.Subscriptions) != 1 || cleo.Subscriptions[0].ListID != 5 {
				t.Errorf("cleo is %+v", cleo)
			}
			other := "\nAnn@test.example.com,Annie,,5,\n"
			if strings.HasPrefix(name, "semicolons") {
				other = strings.ReplaceAll(other, ",", ";")
			}
			w.Write("contacts.csv", text+other)
			w.Refused([]string{"Duplicate object key", "ann@test.example.com"}, "plan", "-input=false")
		})
	}
}

// TestExportedFileOfTheGuide imports, with the blocks of the guide, contacts of
// such a file that exist.
func TestExportedFileOfTheGuide(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/guides/importing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## From a CSV file")
	blocks := regexp.MustCompile("(?ms)^```(?:terraform)?\n(.*?)^```$").FindAllStringSubmatch(section, 2)
	main := regexp.MustCompile(`(?s)csv = <<-EOT.*?\n  EOT`).ReplaceAllString(blocks[0][1], `csv = file("contacts.csv")`)
	for name, text := range map[string]string{
		"commas":     "\ufeffemail,first_name,list_id\r\nANN@test.example.com,,5\r\nbob@test.example.com, Bob ,6\r\nBob@test.example.com,Bob,6\r\n,,\r\n",
		"semicolons": "Email;First_Name;List_ID\nAnn@test.example.com;\" \";5\nbob@test.example.com;Bob;6\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			w := acctest.NewWorkspace(t, filepath.Join(folder, "contacts-from-csv"), sim)
			const terraform = "terraform {\n  required_providers {\n    reach = { source = \"reachops/reach\" }\n  }\n}\n\n"
			w.Write("contacts.csv", text)
			w.Write("main.tf", terraform+main)
			apply(t, w)
			before := sim.Dump()
			w.MustRun("state", "rm", "reach_contact.from_csv")
			w.Write("import.tf", blocks[1][1])
			apply(t, w)
			if after := sim.Dump(); after != before {
				t.Errorf("before the import\n%s\nafter\n%s", before, after)
			}
			expectEmails(t, sim, "ann@test.example.com", "bob@test.example.com")
		})
	}
}
