package canary_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// people are what nothing may tell once safeguards.redact_records is set, by
// what it is.
var people = secrets{
	"address": "kestrelina.plover@example.com", "first name": "Kestrelina", "last name": "Plovermann-Öst", "other address": "wagtail+news@example.com",
	"other first name": "Wagtailina", "key of a row": "Dunlinette", "imported name": "Siskinella", "name in an answer": "Fieldfarella", "value": "billing.kestrel@example.com", "number": "+61 400 123 987", "stranger": "stranger.heron@elsewhere.example",
}

// told is all that Terraform would show of a provider, and the summaries that
// were seen.
type told struct {
	*testing.T
	server    *acctest.Server
	summaries map[string]bool
	messages  int
	turn      int
}

// hear looks for people in what was said.
func (s *told) hear(what string, diagnostics []*tfprotov6.Diagnostic, progress ...string) {
	s.Helper()
	text := strings.Join(progress, "\n") + acctest.Texts(diagnostics)
	for _, d := range diagnostics {
		s.summaries[d.Summary] = true
	}
	s.messages += len(diagnostics) + len(progress)
	for _, leak := range people.find(text) {
		s.Errorf("%s: the %s (%s) is in …%s…\nall of it: %s", what, leak.secret, leak.encoding, leak.around, text)
	}
}

// everybody is in each text that a service refuses with, but for those whom the
// provider cannot know yet. Who comes first is
// another one each time, since errors show no more than the beginning.
func (s *told) everybody() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(people)) {
		if name != "key of a row" && name != "imported name" && name != "name in an answer" {
			all = append(all, repeated(people[name]))
		}
	}
	s.turn = (s.turn + 1) % len(all)
	return strings.Join(append(all[s.turn:], all[:s.turn]...), " ")
}

func kestrelina(changes map[string]any) map[string]any {
	config := map[string]any{"email": people["address"], "first_name": people["first name"], "last_name": people["last name"], "phone": people["number"], "subscriptions": []any{map[string]any{"list_id": 5}}}
	maps.Copy(config, changes)
	return config
}

func billing(changes map[string]any) map[string]any {
	config := map[string]any{"type": "email", "value": people["value"], "owner": map[string]any{"type": "biz_entity", "id": 42}}
	maps.Copy(config, changes)
	return config
}

// Errors and warnings of both services, of plans, applies, imports, lists and
// actions: none names anybody.
func TestRecordsAreKeptOutOfMessages(t *testing.T) {
	t.Parallel()
	const contacts, communications, sets = "reach_contact", "reach_communication", "reach_contacts"
	sim := acctest.Simulator(t)
	safe := func(more map[string]any) *acctest.Server {
		settings := map[string]any{"redact_records": true}
		maps.Copy(settings, more)
		server := acctest.NewConfigured(t, sim, acctest.Realm, settings)
		// Terraform has each resource of a configuration validated.
		server.Validate(contacts, kestrelina(nil))
		server.Validate(contacts, kestrelina(map[string]any{"first_name": people["other first name"]}))
		server.Validate(communications, billing(nil))
		return server
	}
	s := &told{T: t, server: safe(nil), summaries: map[string]bool{}}
	refuse := func(operation string) {
		sim.Faults.Add(traffic.Fault{Operation: operation, Kind: traffic.Replace, Body: "FAILURE: " + s.everybody(), Count: -1})
	}
	fail := func(operation string) {
		sim.Faults.Add(traffic.Fault{Operation: operation, Kind: traffic.Replace, Status: http.StatusOK, Body: refusal(s.everybody()), Count: -1})
	}
	change := func(what, resource string, prior acctest.State, config map[string]any) acctest.State {
		t.Helper()
		state, diagnostics := s.server.Change(resource, prior, config)
		s.hear(what, diagnostics)
		return state
	}
	none := s.server.None

	// What is validated.
	for what, config := range map[string]map[string]any{
		"no address": kestrelina(map[string]any{"email": "kestrelina.plover"}), "two addresses": kestrelina(map[string]any{"email": people["address"] + ", " + people["other address"]}),
		"a comma": kestrelina(map[string]any{"first_name": people["first name"] + ", " + people["other first name"]}), "a field twice": kestrelina(map[string]any{"custom_fields": map[string]any{"custom_plan": people["last name"]}}),
	} {
		diagnostics := s.server.Validate(contacts, config)
		s.hear(what, diagnostics)
		for _, d := range diagnostics {
			if strings.Contains(fmt.Sprint(d.Attribute), "email") {
				t.Errorf("%s: Terraform would print the line of the configuration at %s", what, d.Attribute)
			}
		}
	}
	s.hear("a value with a line break", s.server.Validate(communications, billing(map[string]any{"value": people["value"] + "\n"})))
	s.hear("a type that is none", s.server.Plan(communications, none(communications), billing(map[string]any{"type": "pigeon"})).Diagnostics)
	rows, err := json.Marshal(map[string]any{
		people["key of a row"]: map[string]any{"email": people["address"], "first_name": people["first name"], "nickname": people["last name"]},
		people["address"]:      map[string]any{"email": strings.ToUpper(people["address"]), "first_name": people["first name"]}, "3": map[string]any{"email": people["first name"]},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.hear("rows of a set", s.server.Validate(sets, map[string]any{"contacts": string(rows), "subscriptions": []any{map[string]any{"list_id": 5}}}))
	for _, id := range []string{people["other address"] + "," + people["imported name"], people["stranger"], people["first name"], "4711"} {
		_, diagnostics := s.server.Import(contacts, id, nil)
		s.hear("an import", diagnostics)
	}

	// Records that exist, and services that refuse with everybody's name.
	jane := s.server.Created(contacts, kestrelina(nil))
	office := s.server.Created(communications, billing(nil))
	s.server = safe(nil) // which has never seen them
	change("a contact that exists", contacts, none(contacts), kestrelina(map[string]any{"last_name": people["stranger"]}))
	change("a communication that exists", communications, none(communications), billing(map[string]any{"external_id": "E-1"}))
	for what, operation := range map[string]string{"find": "find", "sub": "sub", "show_optglobal": "show_optglobal"} {
		refuse(operation)
		change("a create whose "+what+" is refused", contacts, none(contacts), kestrelina(map[string]any{"email": people["other address"], "first_name": people["other first name"]}))
		sim.Faults.Clear()
	}
	for _, operation := range []string{"update", "detail"} {
		refuse(operation)
		change("an update with a refused "+operation, contacts, jane, kestrelina(map[string]any{"last_name": people["other first name"]}))
		_, diagnostics := s.server.Refresh(contacts, jane)
		if operation == "detail" {
			s.hear("a refresh", diagnostics)
		}
		sim.Faults.Clear()
	}
	for _, operation := range []string{"PUT /communication", "GET /communication", "POST /communication"} {
		fail(operation)
		change("a change with a refused "+operation, communications, office, billing(map[string]any{"value": people["number"], "type": "mobile"}))
		change("a create with a refused "+operation, communications, none(communications), billing(map[string]any{"value": people["other address"]}))
		sim.Faults.Clear()
	}
	_, diagnostics := s.server.Refresh(communications, office)
	acctest.NoErrors(t, diagnostics)

	// Opt-outs, twins, and records that somebody has changed.
	must(t, sim.WhatCounts.OptOut(acctest.Realm, people["other address"], 0))
	change("an address that has opted out", contacts, none(contacts), kestrelina(map[string]any{"email": people["other address"]}))
	change("a rename to it", contacts, jane, kestrelina(map[string]any{"email": people["other address"]}))
	for _, name := range []string{people["name in an answer"], people["last name"]} {
		_, err := sim.WhatCounts.AddContact(acctest.Realm, whatcounts.Contact{Email: people["stranger"], First: name, Fields: map[string]string{"last": people["last name"]}})
		must(t, err)
	}
	_, diagnostics = s.server.Import(contacts, people["stranger"], nil)
	s.hear("an import of two", diagnostics)
	for _, config := range []map[string]any{{"email": people["stranger"]}, {"email": people["other address"], "first_name": people["first name"]}} {
		_, diagnostics = s.server.Look(contacts, config)
		s.hear("a look for contacts", diagnostics)
	}
	planned := s.server.Plan(contacts, jane, nil)
	s.hear("a planned delete", planned.Diagnostics)
	s.hear("another", s.server.Plan(communications, office, nil).Diagnostics)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *whatcounts.Contact) { c.First = people["other first name"] }))
	_, diagnostics = s.server.Apply(contacts, jane, planned)
	s.hear("a delete of what has changed", diagnostics)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *whatcounts.Contact) { c.First = people["first name"] }))
	change("a replacement", contacts, jane, kestrelina(map[string]any{"customer_key": "7"}))

	// Safeguards.
	for what, settings := range map[string]map[string]any{
		"prevented": {"deletion_policy": "prevent"}, "too many": {"max_deletes_per_run": 0}, "outside": {"deletable": []any{"*@test.example.com", people["other address"], "wagtailina*@*"}},
		"no journal": {"journal_path": filepath.Join(t.TempDir(), "none", "deleted.jsonl")},
	} {
		s.server = safe(settings)
		change(what, contacts, jane, nil)
		change(what, communications, office, nil)
	}
	s.server = safe(nil)
	two := s.server.Plan(contacts, none(contacts), kestrelina(map[string]any{"email": "new." + people["stranger"]}))
	acctest.NoErrors(t, two.Diagnostics)
	s.hear("two resources for one contact", s.server.Plan(contacts, none(contacts), kestrelina(map[string]any{"email": "New." + people["stranger"]})).Diagnostics)

	// A set.
	s.server = safe(nil)
	change("a set of contacts that exist", sets, none(sets), map[string]any{"subscriptions": []any{map[string]any{"list_id": 5}},
		"contacts": inJSONText(t, map[string]any{people["first name"]: kestrelinaRow("address"), "b": kestrelinaRow("other address")})})
	sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: " + s.everybody(), Count: -1})
	change("a set that is refused", sets, none(sets), map[string]any{"subscriptions": []any{map[string]any{"list_id": 5}}, "force_sub": true,
		"contacts": inJSONText(t, map[string]any{people["other first name"]: kestrelinaRow("other address")})})
	sim.Faults.Clear()

	// Lists and actions.
	_, diagnostics = s.server.List(contacts, acctest.Listing{Config: map[string]any{"email": "*kestrelina*"}, Limit: 1})
	_, more := s.server.List(contacts, acctest.Listing{Config: map[string]any{"email": "*example*"}, Limit: 1})
	refuse("find")
	_, evenMore := s.server.List(contacts, acctest.Listing{Config: map[string]any{"email": "*" + people["first name"] + "*"}})
	sim.Faults.Clear()
	s.hear("lists", append(append(diagnostics, more...), evenMore...))
	targets := []any{map[string]any{"email": people["address"]}, map[string]any{"email": people["other address"], "first_name": people["other first name"]}}
	for what, config := range map[string]map[string]any{
		"dry run": {"contacts": targets}, "wrong count": {"contacts": targets, "dry_run": false, "expected_count": 2}, "of several": {"contacts": []any{map[string]any{"email": people["stranger"]}}},
		"by selection": {"email": "*kestrelina*"}, "by a short one": {"email": "*ke*"}, "twice": {"contacts": []any{targets[0], map[string]any{"email": strings.ToUpper(people["address"])}}},
	} {
		progress, diagnostics := s.server.Act("reach_delete_contacts", config)
		s.hear("action, "+what, diagnostics, progress...)
	}
	refuse("delete")
	progress, diagnostics := s.server.Act("reach_delete_contacts", map[string]any{"contacts": targets[:1], "dry_run": false, "expected_count": 1})
	s.hear("action, refused", diagnostics, progress...)
	sim.Faults.Clear()
	id := office.Attribute("communication_id")
	progress, diagnostics = s.server.Act("reach_delete_communications", map[string]any{"communication_ids": []any{id}})
	s.hear("action, dry run", diagnostics, progress...)
	fail("DELETE /communication")
	progress, diagnostics = s.server.Act("reach_delete_communications", map[string]any{"communication_ids": []any{id}, "dry_run": false, "expected_count": 1})
	s.hear("action, refused", diagnostics, progress...)
	sim.Faults.Clear()

	if len(s.summaries) < 30 || s.messages < 60 {
		t.Errorf("only %d messages of %d kinds were seen: %v", s.messages, len(s.summaries), s.summaries)
	}
}

func kestrelinaRow(address string) map[string]any {
	return map[string]any{"email": people[address], "first_name": people["first name"], "last_name": people["last name"]}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const redacting = `
variable "email" {
  default   = "kestrelina.plover@example.com"
  sensitive = true
}

variable "first_name" {
  default   = "Kestrelina"
  sensitive = true
}

variable "last_name" {
  default   = "Plovermann-Öst"
  sensitive = true
}

variable "value" {
  default   = "billing.kestrel@example.com"
  sensitive = true
}

provider "reach" {
  seveng {
    endpoint    = %q
    username    = %q
    password    = %q
    max_retries = 1
  }
  whatcounts {
    endpoint    = "%s/bin/api_web"
    realm       = %q
    password    = %q
    max_retries = 1
  }
  safeguards {
    redact_records     = true
    journal_path       = %q
    journal_recipients = [%q]
  }
}

resource "reach_communication" "billing" {
  type  = "email"
  value = var.value
  owner = { type = "biz_entity", id = 42 }
}

resource "reach_contact" "jane" {
  email         = var.email
  first_name    = var.first_name
  last_name     = var.last_name
  subscriptions = [{ list_id = 5 }]
}
`

// TestAccRunnerLearnsNobody: a runner whose configuration marks addresses as
// sensitive shows and logs nobody, at any level of the provider's log, and its
// journal can be read by the holder of the key alone.
func TestAccRunnerLearnsNobody(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	sim := acctest.Simulator(t)
	folder := t.TempDir()
	journal, log := filepath.Join(folder, "deleted.jsonl"), filepath.Join(folder, "terraform.log")
	terraform := acctest.NewCLI(t, fmt.Sprintf(redacting, sim.URL(), acctest.Username, acctest.PasswordOf(acctest.Username), sim.URL(), acctest.Realm, acctest.PasswordOf(acctest.Realm), journal, key.Recipient()))
	terraform.Install(filepath.Dir(acctest.BuildProvider(t)))
	terraform.Set("TF_LOG_PROVIDER", "TRACE")
	terraform.Set("TF_LOG_PATH", log)
	said := ""
	run := func(succeeds bool, says string, arguments ...string) {
		t.Helper()
		printed, err := terraform.Run(arguments...)
		said += printed
		if (err == nil) != succeeds || !strings.Contains(strings.Join(strings.Fields(printed), " "), says) {
			t.Fatalf("%v: %v, without %q\n%s", arguments, err, says, printed)
		}
	}
	run(true, "2 added", "apply", "-auto-approve")
	sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.Replace, Body: "FAILURE: " + (&told{}).everybody(), Count: -1})
	sim.Faults.Add(traffic.Fault{Operation: "PUT /communication", Kind: traffic.Replace, Body: refusal((&told{}).everybody()), Count: -1})
	run(false, "[email of contact 1001]", "apply", "-auto-approve", "-var=last_name=Wagtailina", "-var=value=wagtail+news@example.com")
	sim.Faults.Clear()
	run(false, "Invalid e-mail address", "plan", "-var=email=kestrelina.plover")
	run(true, "[email of contact 1001]", "plan", "-destroy")
	run(true, "2 destroyed", "destroy", "-auto-approve")

	configuration, err := os.ReadFile(filepath.Join(terraform.Directory(), "main.tf"))
	must(t, err)
	terraform.Write("main.tf", strings.Replace(string(configuration), key.Recipient().String(), key.String(), 1))
	if printed, err := terraform.Run("plan"); err == nil || !strings.Contains(printed, "secret key of age") || strings.Contains(printed, key.String()[:20]) {
		t.Errorf("a secret key among the recipients: %v\n%s", err, printed)
	}

	for what, path := range map[string]string{"the journal": journal, "the log": log} {
		text, err := os.ReadFile(path)
		must(t, err)
		if what == "the journal" && strings.Count(string(text), "\n") != 2 {
			t.Errorf("the journal is %s", text)
		}
		if what == "the log" && strings.Count(string(text), "@module=reach") < 10 {
			t.Errorf("the log says little of the provider")
		}
		lines := bufio.NewScanner(strings.NewReader(string(text)))
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			for _, leak := range people.find(lines.Text()) {
				t.Errorf("%s: the %s (%s) is in …%s…", what, leak.secret, leak.encoding, leak.around)
			}
		}
		must(t, lines.Err())
	}
	for _, leak := range people.find(said) {
		t.Errorf("what is printed has the %s (%s): …%s…", leak.secret, leak.encoding, leak.around)
	}
}

func inJSONText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	must(t, err)
	return string(text)
}
