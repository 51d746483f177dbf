package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

const earlier = "testdata/earlier.json"

// written is a file in a folder of its own.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is in a state comes under its address where a block can have it, and never
// puts back who has opted out.
func TestStateIsRestored(t *testing.T) {
	code, out, problems := command(earlier)
	expect(t, "the report", problems, "reach_communication.c is not restored: its type, its value or its owner is not known")
	if code != succeeded {
		t.Fatalf("exit code %d, %q", code, problems)
	}
	blocks := evaluated(t, functionless([]byte(out)))
	if len(blocks) != 3 {
		t.Errorf("%d blocks in\n%s", len(blocks), out)
	}
	for name, list := range map[string]int64{"reach_contact.jane": 6, "reach_contact.all_bob": 8} {
		got := fmt.Sprint(plain(blocks[name]["subscriptions"]))
		if !strings.Contains(got, fmt.Sprint("list_id:", list)) || strings.Count(got, "list_id") != 1 || plain(blocks[name]["force_sub"]) != true {
			t.Errorf("%s is on %s in\n%s", name, got, out)
		}
	}
	if rows := fmt.Sprint(plain(blocks["reach_contacts.all"]["contacts"])); rows != "map[ann:map[custom_plan:gold email:ann@example.com]]" {
		t.Errorf("the set has %s", rows)
	}
	expect(t, "the configuration", out,
		"Creates 1 contact and 1 set of contacts again, as the state earlier.json has them.",
		"# reach_contact.jane was contact 1001.\n# The configuration had email as sensitive.",
		"Its recipient has opted out of list 5, which is left out.",
		`# module.a["x.y"].module.b.reach_contact.joe["k$${1}"] was contact 1002.`, "It was tainted.", "Under the policy unsubscribe a destroy deletes nothing",
		`# module.a["x.y"].module.b.reach_contact.joe[0] was contact 1003.`, "It is deposed",
		`# Contact 3, the row "cy" of reach_contacts.all.`, "has opted out of list 7 and list 8, and it was on no other",
		"# reach_communication.c was communication 7.\n# It is not written")
}

// Where the block of a record is still there, it is not written again.
func TestBlocksThatAreStillThere(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"main.tf":         "resource \"reach_contacts\" \"all\" {}\nmodule \"a\" {\n  source = \"./m\"\n}\n",
		"m/main.tf.json":  `{"module": {"b": {"source": "../n"}}}`,
		"n/contacts.tofu": "resource \"reach_contact\" \"joe\" {\n  for_each = {}\n}\n",
		"other.tf":        "resource \"reach_contact\" \"all_bob\" {}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, problems := command("-config", folder, earlier)
	expect(t, "the report", problems, "Of 2, the block is still in "+folder)
	expect(t, "the configuration", out,
		`reach_contact.joe["k$${1}"] was contact 1002. Its block is still there (line 1 of `+filepath.ToSlash(filepath.Join(folder, "n/contacts.tofu"))+`): apply again, with "k$${1}" among its instances.`,
		"reach_contacts.all was a set of 3 contacts. Its block is still there (line 1 of ", "apply again, with force_sub = true in it.",
		`The recipient of "bob" has opted out of list 7: take the row out first`,
		"# It is deposed", `resource "reach_contact" "jane" {`)
	if blocks := evaluated(t, []byte(out)); code != succeeded || len(blocks) != 1 {
		t.Errorf("exit code %d, %d blocks in\n%s", code, len(blocks), out)
	}
	if err := os.RemoveAll(filepath.Join(folder, "n")); err != nil {
		t.Fatal(err)
	}
	if code, _, problems := command("-config", folder, earlier); code != failed || !strings.Contains(problems, filepath.Join(folder, "n")) {
		t.Errorf("without the module's folder: exit code %d, %q", code, problems)
	}
	if code, out, _ := command("-config", filepath.Dir(written(t, "main.tf", "module \"a\" {\n  source = \"example/m/reach\"\n}\n")), earlier); code != succeeded || !strings.Contains(out, "1002. Its block is still there (line 1") {
		t.Errorf("a module from elsewhere: exit code %d\n%s", code, out)
	}
}

// Where the provider's policy leaves no opt-out, none is overridden.
func TestPolicyOfTheProvider(t *testing.T) {
	_, out, _ := command("-policy", "delete_without_optout", earlier)
	blocks := evaluated(t, functionless([]byte(out)))
	for name, want := range map[string]bool{"reach_contact.jane": false, "reach_contacts.all": true} {
		if _, forced := blocks[name]["force_sub"]; forced != want {
			t.Errorf("%s has force_sub: %t, want %t", name, forced, want)
		}
	}
}

// A plan brings back what it deletes, and nothing else.
func TestPlanIsRestored(t *testing.T) {
	change := func(address, actions, email string) string {
		module, name, _ := strings.Cut(address, " ")
		return fmt.Sprintf(`{"module_address":%q,"mode":"managed","type":"reach_contact","name":%q,"change":{"actions":[%s],
			"before":{"subscriber_id":1,"email":%q,"subscriptions":[{"list_id":5,"format":"html"}],"opted_out":[],"deletion_policy":"delete"},"before_sensitive":{"email":true,"subscriptions":[{}]}}}`, module, name, actions, email)
	}
	path := written(t, "plan.json", `{"format_version":"1.2","planned_values":{"root_module":{}},"prior_state":{"format_version":"1.0"},"resource_changes":[`+
		strings.Join([]string{change(" gone", `"delete"`, "gone@example.com"), change(" stays", `"no-op"`, "stays@example.com"), change(" forgotten", `"forget"`, "forgotten@example.com"), change(" new", `"delete","create"`, "new@example.com")}, ",")+`]}`)
	code, out, problems := command(path)
	expect(t, "the configuration", out, "1 contact again, which the plan plan.json deletes", "The configuration had email as sensitive", "The plan makes a successor", `# resource "reach_contact" "new`)
	if blocks := evaluated(t, []byte(out)); code != succeeded || len(blocks) != 1 || blocks["reach_contact.gone"] == nil || strings.Contains(out, "subscriptions as sensitive") {
		t.Errorf("exit code %d, %q\n%s", code, problems, out)
	}
	code, out, problems = command(written(t, "plan.json", `{"format_version":"1.2","planned_values":{"root_module":{}}}`))
	expect(t, "the report", problems, "is a plan that deletes no record of this provider")
	if code != succeeded || out != "" {
		t.Errorf("exit code %d, %q", code, out)
	}
}

// terraform show -json prints a state in another form.
func TestShownStateIsRestored(t *testing.T) {
	code, out, problems := command(written(t, "shown.json", `{"format_version":"1.0","values":{"root_module":{"child_modules":[{"address":"module.people","resources":[
		{"address":"module.people.reach_communication.phone[\"ann\"]","mode":"managed","type":"reach_communication","name":"phone","index":"ann","sensitive_values":{"owner":{}},"tainted":true,
		 "values":{"communication_id":7,"type":"phone","type_id":2,"value":"123","external_id":null,"owner":{"type":"person","id":7,"external_id":null},"deletion_policy":null,"timeouts":null}}]}]}}}`))
	expect(t, "the configuration", out, `module.people.reach_communication.phone["ann"] was communication 7.`, "It was tainted", `resource "reach_communication" "people_phone_ann" {`)
	if code != succeeded || problems != "" {
		t.Errorf("exit code %d, %q", code, problems)
	}
}

func TestWhatIsNoSource(t *testing.T) {
	state, err := os.ReadFile(earlier)
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(string(state))) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	tests := map[string]struct {
		text string
		code int
		says string
	}{
		"text":                        {"Hello.\n", failed, "this is neither a journal, nor a state of Terraform or OpenTofu"},
		"another object":              {`{"a": 1}`, failed, "terraform show -json FILE > plan.json"},
		"a plan file":                 {"PK\x03\x04\x00\x00", failed, "terraform show -json FILE > plan.json"},
		"half a state":                {string(state[:200]), failed, "this is neither"},
		"an older state":              {`{"version":3,"lineage":"x","modules":[]}`, failed, "version 3, and version 4"},
		"an encrypted state":          {`{"serial":1,"lineage":"x","meta":{},"encrypted_data":"x","encryption_version":"v0"}`, failed, "tofu state pull"},
		"a state with nobody":         {`{"version":4,"lineage":"x","resources":[]}`, succeeded, "holds no record of this provider"},
		"a state of a Windows shell":  {string(wide), succeeded, "reach_communication.c is not restored"},
		"a journal torn in its first": {`{"time":"2026-03`, succeeded, "cut short"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, _, problems := command(written(t, "source", test.text))
			expect(t, "the report", problems, test.says)
			if code != test.code {
				t.Errorf("exit code %d", code)
			}
		})
	}
	journal := journalFile(t, oneContact(t))
	for _, flag := range [][]string{{"-state", journal}, {"-config", ".", journal}} {
		if code, out, problems := command(flag...); code != failed || out != "" || !strings.Contains(problems, "is a journal") {
			t.Errorf("%v: exit code %d, %q", flag, code, problems)
		}
	}
}

// FuzzState: whatever a state holds, what comes of it is configuration, and no
// text of it ends a comment.
func FuzzState(f *testing.F) {
	state, err := os.ReadFile(earlier)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	f.Add([]byte(strings.NewReplacer("jane", `j\n}\n${x}`, "ann@example.com", `\\\"a\\\n\\u2028@b`, "x.y", `\n`, "custom_plan", "custom_1 ", `\"ann\"`, `\"${a}\\n}\"`).Replace(string(state))))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := recognise(text)
		if err != nil || read.state == nil {
			return
		}
		r, err := restorationOf("x\n}", read.state, nil, deletion.Delete)
		if err != nil {
			t.Fatal(err)
		}
		written := r.configuration()
		file, problems := hclsyntax.ParseConfig(written, "", hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatalf("%v in\n%s", problems, written)
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			if block.Type != "resource" || len(file.Body.(*hclsyntax.Body).Attributes) > 0 {
				t.Fatalf("more than resources in\n%s", written)
			}
		}
	})
}
