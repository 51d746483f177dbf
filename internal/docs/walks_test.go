package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/live"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// walks are the pages with commands, and how a person gets through them.
var walks = map[string]func(*walk){
	"README.md":                           demoAndTests,
	"docs/guides/getting-started.md":      gettingStarted,
	"docs/guides/testing-your-modules.md": testingAModule,
	"docs/guides/restoring.md":            restoring,
	"docs/guides/performance.md":          applyingWider,
	"docs/guides/importing.md":            importingWhatExists,
	"docs/guides/when-a-service-fails.md": lettingThingsGoWrong,

	"docs/guides/ci-and-remote-runs.md":          runningInPipelines,
	"docs/guides/cleaning-a-test-environment.md": cleaning,
	"docs/guides/personal-data.md":               forgetting,
}

// Why a command is run by no walk.
const (
	placeholder = "holds a placeholder for a secret"
	asExample   = "TestExamples of internal/examples runs the folder in this way"
)

// excused are the commands that no walk runs, by page.
var excused = map[string]map[string]string{
	"docs/guides/authentication.md": {
		"export SEVENG_USERNAME=…": placeholder, "export SEVENG_PASSWORD=…": placeholder,
		"export WHATCOUNTS_REALM=…": placeholder, "export WHATCOUNTS_PASSWORD=…": placeholder,
	},
	"examples/contacts-from-csv/README.md":  {"terraform apply -var max_deletes=25": asExample},
	"examples/guarded-production/README.md": {`terraform apply -var 'leavers=["joe@example.com"]'`: asExample},
	"examples/onboarding-module/README.md":  {"terraform init": asExample, "terraform test": asExample},
	"examples/test-environment/README.md":   {"terraform init": asExample, "terraform apply": asExample, "terraform destroy": asExample},
}

// hasWalk reports whether every command of a page is run or excused.
func hasWalk(p page) bool {
	return strings.HasPrefix(p.path, "docs/guides/") || strings.HasPrefix(p.path, "examples/") || p.path == "README.md"
}

// TestCommandsOfGuides does what the guides say, word for word and in their
// order. A changed or a new command of a guide needs a change here.
func TestCommandsOfGuides(t *testing.T) {
	t.Parallel()
	shared := newHome(t)
	for _, p := range pages(t) {
		if through := walks[p.path]; through != nil {
			t.Run(p.path, func(t *testing.T) {
				t.Parallel()
				w := newWalk(t, p, shared)
				if through(w); len(w.left) > 0 {
					t.Errorf("not run: %q", w.left)
				}
			})
		}
	}
}

// TestEveryCommandIsRunOrExcused finds a command that no walk comes to, and an
// excuse for one that is gone.
func TestEveryCommandIsRunOrExcused(t *testing.T) {
	t.Parallel()
	walked := 0
	for _, p := range pages(t) {
		if walks[p.path] != nil {
			walked++
			continue
		}
		if !hasWalk(p) {
			continue
		}
		present := map[string]bool{}
		for _, command := range p.shell {
			present[command] = true
			if excused[p.path][command] == "" {
				t.Errorf("%s: nothing runs %q", p.path, command)
			}
		}
		for command := range excused[p.path] {
			if !present[command] {
				t.Errorf("%s has no %q to excuse", p.path, command)
			}
		}
	}
	if walked != len(walks) {
		t.Errorf("%d walks, and %d pages for them", len(walks), walked)
	}
}

// demoAndTests are the commands of the README. .ci/run runs both of the last.
func demoAndTests(w *walk) {
	w.next("git clone https://github.com/reachops/terraform-provider-reach")
	w.next("cd terraform-provider-reach")
	w.next("make demo")
	w.next("make test")
}

// gettingStarted goes from nothing to a contact that was deleted and added
// again.
func gettingStarted(w *walk) {
	w.next("git clone https://github.com/reachops/terraform-provider-reach")
	w.next("cd terraform-provider-reach")
	w.next("make install")
	w.installs()
	w.simulates("make simulator")
	w.exports()
	w.next("export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1")
	w.write("main.tf", w.page.hcl[0])
	w.runs("terraform init", "terraform apply")
	w.runs("terraform destroy")
	w.isRefused("terraform apply", contact.SummaryOptedOut)
	before, _, _ := strings.Cut(w.page.hcl[0], "resource \"reach_contact\"")
	w.write("main.tf", before+w.page.hcl[1])
	w.runs("terraform apply", "terraform destroy", "terraform apply")
}

// testingAModule tests the module with mocks, where no simulator runs, then with
// the simulator in both ways that the guide shows, and then as a pipeline does.
func testingAModule(w *walk) {
	with := func(part string) string {
		for _, block := range codeBlock.FindAllStringSubmatch(w.page.text, -1) {
			if strings.Contains(block[1], part) {
				return block[1]
			}
		}
		w.t.Fatalf("no block has %q", part)
		return ""
	}
	passes := func(printed, summary string) {
		w.t.Helper()
		if !strings.Contains(printed, summary) {
			w.t.Errorf("not %s:\n%s", summary, printed)
		}
	}
	w.installs()
	w.write("main.tf", withProvider(w.page.hcl[0]))
	w.write("tests/mocks.tftest.hcl", with("mock_provider"))
	w.runs("terraform init")
	passes(w.runs("terraform test -filter=tests/mocks.tftest.hcl"), "3 passed, 0 failed")

	w.simulates("make simulator")
	seed, err := w.shell(w.directory, w.home.simulator+" -print-seed")
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("world.json", seed)
	w.simulates(`make simulator ADDRESS=127.0.0.1:8701 ARGS="-seed world.json -quiet"`)
	w.write("tests/simulator.tftest.hcl", with("adds_the_contact"))
	passes(w.runs("terraform test -filter=tests/simulator.tftest.hcl"), "2 passed, 0 failed")

	taken := port.FindString(strings.Join(w.environment, " "))
	w.environment = nil
	script := with("-ready-file")
	w.write("ci.sh", script)
	w.write("simulator.url", "http://127.0.0.1:1\n") // of a job before
	printed, err := w.shell(w.directory, "sh ci.sh")
	if err != nil {
		w.t.Errorf("%v", err)
	}
	passes(printed, "5 passed, 0 failed")
	w.write("ci.sh", strings.Replace(script, "127.0.0.1:0", taken, 1))
	for _, shell := range []string{"sh", "bash"} {
		printed, err := w.shell(w.directory, shell+" ci.sh")
		if err == nil || !strings.Contains(printed, "address already in use") || strings.Contains(printed, "passed") {
			w.t.Errorf("%s, where the port is taken: %v\n%s", shell, err, printed)
		}
	}
}

var codeBlock = regexp.MustCompile("(?ms)^```\\w*\n(.*?)^```$")

// restoring makes a configuration of the journal that the guide shows.
func restoring(w *walk) {
	var journal bytes.Buffer
	for _, line := range regexp.MustCompile("(?ms)^\\{\n.*?^\\}$").FindAllString(w.page.code, -1) {
		if err := json.Compact(&journal, []byte(line)); err != nil {
			w.t.Fatal(err)
		}
		journal.WriteByte('\n')
	}
	w.write("deleted.jsonl", journal.String())
	files := []string{"deleted.jsonl", filepath.Join(w.directory, "deleted.jsonl"), "restored.tf", filepath.Join(w.directory, "restored.tf")}
	w.inCheckout("go run ./internal/restore -o restored.tf deleted.jsonl", files...)
	printed := w.inCheckout("make restore-plan JOURNAL=deleted.jsonl", files...)
	w.restoresState()
	written, err := os.ReadFile(filepath.Join(w.directory, "restored.tf"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, address := range []string{"jane@example.com", "billing@example.com"} {
		if !strings.Contains(printed, address) || !bytes.Contains(written, []byte(address)) {
			w.t.Errorf("%s is not restored:\n%s\n%s", address, printed, written)
		}
	}
}

// forgetting makes a key, restores what was encrypted for it, and takes a
// person out of the journal.
func forgetting(w *walk) {
	if err := cli.Build(w.t.Context(), filepath.Join(w.home.directory, "reach-restore"), cli.Module+"/internal/restore"); err != nil {
		w.t.Fatal(err)
	}
	printed := strings.Fields(w.runs("reach-restore -new-identity key.txt"))
	recipients, err := deletion.NewRecipients(printed[len(printed)-1:])
	if err != nil {
		w.t.Fatal(err)
	}
	path := filepath.Join(w.directory, "deleted.jsonl")
	for _, journal := range []*deletion.JournalFile{deletion.NewJournalFile(path, recipients...), deletion.NewJournalFile(path)} {
		for id, email := range map[int64]string{1001: "Jane@example.com", 1002: "joe@example.com", 1003: "old@example.com"} {
			when := time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)
			if id == 1003 {
				when = when.AddDate(-1, 0, 0)
			}
			err := journal.Append(deletion.Line{Time: when, Kind: deletion.KindContact, ID: id, Policy: "delete", Record: deletion.ContactEntry{Identity: whatcounts.Identity{SubscriberID: id, Email: email}}})
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
	w.runs("reach-restore -identity key.txt -o restored.tf deleted.jsonl")
	if printed := w.runs(w.left[0], w.left[1]); strings.Count(printed, "Jane@example.com") != 2 || !strings.Contains(printed, "as contact 1001") {
		w.t.Errorf("it is not found in both forms, with its id:\n%s", printed)
	}
	lines := func() (left string) {
		content, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, line := range regexp.MustCompile(`"id":\d+`).FindAllString(string(content), -1) {
			left += line
		}
		return left
	}
	w.runs(w.left[0], w.left[1])
	if left := lines(); strings.Contains(left, "1001") || strings.Count(left, "1002") != 2 || strings.Count(left, "1003") != 2 {
		w.t.Errorf("the journal has %s", left)
	}
	w.runs(w.left[0], w.left[1])
	if left := lines(); left != `"id":1002"id":1002` {
		w.t.Errorf("the journal has %s", left)
	}
}

// restoresState makes a configuration of the state of a contact.
func (w *walk) restoresState() {
	const backup = "terraform.tfstate.backup"
	w.write(backup, `{"version":4,"lineage":"x","resources":[{"mode":"managed","type":"reach_contact","name":"joe","instances":[{"attributes":{`+
		`"subscriber_id":1,"email":"joe@example.com","subscriptions":[{"list_id":5,"format":"html"}],"opted_out":[]}}]}]}`)
	w.write("main.tf", `resource "reach_contact" "another" {}`)
	files := []string{backup, filepath.Join(w.directory, backup), "-config .", "-config " + w.directory, "restored.tf", filepath.Join(w.directory, "of-state.tf")}
	w.inCheckout("make restore-plan STATE="+backup, files...)
	w.inCheckout("go run ./internal/restore -config . -o restored.tf "+backup, files...)
	if written, err := os.ReadFile(filepath.Join(w.directory, "of-state.tf")); err != nil || !bytes.Contains(written, []byte(`"reach_contact" "joe"`)) {
		w.t.Errorf("the state is not restored: %v\n%s", err, written)
	}
}

// runningInPipelines plans and applies on disks that vanish, where the state alone
// is elsewhere: what each place commits is the configuration and the lock file. The
// second pipeline deletes a contact, whom a state from before that brings back.
func runningInPipelines(w *walk) {
	const jane = "\nresource \"reach_contact\" \"jane\" {\n  email         = \"jane@example.com\"\n  subscriptions = [{ list_id = 5 }]\n}\n"
	const billing = "\nresource \"reach_communication\" \"billing\" {\n  type  = \"email\"\n  value = \"billing@example.com\"\n  owner = { type = \"biz_entity\", id = 42 }\n}\n"
	configuration := withProvider(w.page.hcl[0]) + acctest.StateBackend(w.t) + billing
	w.simulate()
	w.installs()
	w.builds("reach-restore", "/internal/restore")
	w.write("main.tf", configuration+jane)
	w.runs("terraform init -input=false", "terraform plan -input=false -lock-timeout=10m -out=reach.tfplan", "terraform apply -input=false -lock-timeout=10m reach.tfplan")
	earlier := w.also("terraform state pull")

	w.moves("main.tf", ".terraform.lock.hcl")
	w.write("main.tf", configuration)
	w.runs("terraform init -input=false", "terraform plan -input=false -out=reach.tfplan")
	w.moves("main.tf", ".terraform.lock.hcl", "reach.tfplan")
	w.also("terraform init -input=false") // before_script, of the other job as well
	w.runs("terraform apply -input=false reach.tfplan")
	if journal := w.also("cat deleted.jsonl"); !strings.Contains(journal, "jane@example.com") {
		w.t.Errorf("the artifact is %q", journal)
	}

	w.moves("main.tf", ".terraform.lock.hcl")
	w.also("terraform init -input=false")
	w.write("earlier.tfstate", earlier)
	w.runs("reach-restore -config . -o restored.tf -state earlier.tfstate")
	if printed := w.runs("terraform plan", "terraform apply"); !strings.Contains(printed, "1 added, 0 changed, 0 destroyed") {
		w.t.Errorf("restored was\n%s", printed)
	}
	w.also("terraform plan -detailed-exitcode")
	w.also(`grep 'resource "reach_contact" "jane"' restored.tf && grep 'force_sub *= true' restored.tf && rm restored.tf`)
	if printed := w.runs("terraform plan -json -out=reach.tfplan > plan.jsonl", `grep '"@level":"warn"' plan.jsonl`, "terraform show -json reach.tfplan > plan.json"); !strings.Contains(printed, contact.SummaryLeavesOptout) {
		w.t.Errorf("the warnings are\n%s", printed)
	}
}

// importingWhatExists has the blocks written for records that exist, one of them
// a contact on no list, and changes none of them.
func importingWhatExists(w *walk) {
	world := inhabited()
	contacts := &world.WhatCounts.Realms[0].Contacts
	*contacts = append(*contacts, simulated.Contact{ID: importedID + 1, Email: "left@example.com"})
	w.simulateWorld(world)
	w.installs()
	_, blocks, _ := strings.Cut(w.page.code, "import {")
	blocks, _, _ = strings.Cut(blocks, "data ")
	w.write("main.tf", withProvider("import {"+blocks))
	if printed := w.runs("terraform init", "terraform plan -generate-config-out=generated.tf", "terraform apply"); strings.Count(printed, "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.") != 2 {
		w.t.Errorf("planned and applied was\n%s", printed)
	}
}

// applyingWider is the one command of the guide about performance, under its
// provider block.
func applyingWider(w *walk) {
	w.simulate()
	w.installs()
	w.write("main.tf", withProvider(w.page.hcl[0]+"\ndata \"reach_lists\" \"all\" {}\n"))
	if printed, err := w.shell(w.directory, "terraform init"); err != nil {
		w.t.Fatalf("%v\n%s", err, printed)
	}
	w.runs("terraform apply -parallelism=100")
}

// lettingThingsGoWrong starts the simulator with each fault that the guide
// shows.
func lettingThingsGoWrong(w *walk) {
	for _, command := range w.page.shell {
		printed := w.simulates(command)
		for _, fault := range regexp.MustCompile(`-fault ("[^"]*"|[^' ]+)`).FindAllStringSubmatch(command, -1) {
			parts := strings.Split(strings.Trim(fault[1], `"`), ":")
			operation := strings.Replace(parts[0], "*", "every request", 1)
			if !strings.Contains(printed, " of "+operation+"\n") {
				w.t.Errorf("%s: no fault of %s in\n%s", command, operation, printed)
			}
		}
	}
}

// cleaning does what every CLI can: it destroys a test workspace, and sweeps. The
// other commands need Terraform 1.14: the nightly action runs in-process here, and
// TestGuidesPlan lists and acts in the same way.
func cleaning(w *walk) {
	with := func(part string) string {
		return w.page.hcl[slices.IndexFunc(w.page.hcl, func(block string) bool { return strings.Contains(block, part) })]
	}
	w.next("terraform query")
	w.next("terraform query -generate-config-out=found.tf")
	w.next("terraform apply -invoke=action.reach_delete_contacts.leftovers")
	w.next("terraform apply -auto-approve -invoke=action.reach_delete_contacts.nightly")
	if deleted := runsInProcess(w.t, populated(), with("max_count")); deleted != 1 {
		w.t.Errorf("%d records were deleted in the night", deleted)
	}
	w.simulate()
	w.installs()
	guarded := withProvider(w.page.hcl[0])
	tester := with("terraform.workspace")
	w.write("main.tf", guarded+"\n"+tester)
	w.runs("terraform init", "terraform workspace new pr-1234", "terraform apply -auto-approve")
	if printed := w.runs("terraform destroy -auto-approve"); !strings.Contains(printed, "ann-pr-1234@test.example.com") {
		w.t.Errorf("destroyed was\n%s", printed)
	}
	w.runs("terraform workspace select default", "terraform workspace delete pr-1234")

	w.write("main.tf", guarded+"\n"+strings.Replace(tester, "ann-", live.Prefix, 1))
	if printed, err := w.shell(w.directory, "terraform apply"); err != nil {
		w.t.Fatalf("%v\n%s", err, printed)
	}
	if printed := w.inCheckout("make sweep ARGS=-delete"); !strings.Contains(printed, "1 records found, 1 deleted.") {
		w.t.Errorf("swept was\n%s", printed)
	}
}
