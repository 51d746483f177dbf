package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// readingsOfText are the dialects that treat text in another way: bit by bit of
// a fuzzed number.
var readingsOfText = []string{
	"wc-data-quotes-literal", "wc-first-folded", "wc-text-composed", "wc-text-decomposed", "wc-windows-1252", "wc-windows-1252-undeclared",
	"7g-text-composed", "7g-text-decomposed", "7g-windows-1252", "7g-windows-1252-undeclared",
}

// The ways in which a text comes to be.
const (
	asMade    = iota // the record is made with it
	asChanged        // it takes the place of another text
	asFound          // another program has stored it, and the record is imported
	ways
)

// pieces are what texts are drawn from, byte by byte: letters, and all that means
// something to a service, to XML, CSV or HCL, or to nobody.
var pieces = append(strings.Split("a b Z e \u00eb \u0308 \u0301 \u0323 \u00c9 \u0130 \u0131 \u00df \u1e9e \u212a \u212b \ufb03 \u674e \uac00 \u11a8 \u0344 \u0958 \U0001f469 \u200d \ufe0f \u20ac \u0080 \u009b"+
	" 0 12 1e3 @ . , ; ^ \" \"\" \\ \\\" ' < > & &amp; ]]> % %% %{ $ $${ ${ } # // /* - + = ? * | ( [ ~ ` ! : _ , \", \u2028 \u200b \u202e \ufeff \ufffd \ufffe \ufdd0 \u00ad \x00 \x01 \x1b \x7f", " "),
	" ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u1680")

func drawn(text string) string {
	var all strings.Builder
	for _, c := range []byte(text) {
		all.WriteString(pieces[int(c)%len(pieces)])
	}
	return all.String()
}

// FuzzTexts: any text in any place is refused in the plan, or stored exactly,
// planned empty, deleted, written to the journal and restored. A text that
// another program has stored is planned empty, deleted and restored, or marked as
// one that cannot be. Nobody else is touched.
func FuzzTexts(f *testing.F) {
	bits := func(names ...string) (set uint16) {
		for _, name := range names {
			set |= 1 << slices.Index(readingsOfText, name)
		}
		return set
	}
	inPieces := bits("wc-text-decomposed", "7g-text-decomposed")
	for where := range places {
		where := byte(where)
		f.Add("Zo\u00eb", where, byte(asMade), inPieces, true, false)
		f.Add("Zo\u00eb", where, byte(asChanged), inPieces, false, false)
		f.Add("Zoe\u0308", where, byte(asFound), uint16(0), false, false)
		f.Add("Z\u00f3\u20ac", where, byte(asMade), bits("wc-windows-1252", "7g-windows-1252"), false, false)
		f.Add("Zo\u00eb", where, byte(asMade), bits("wc-windows-1252-undeclared", "7g-windows-1252-undeclared"), false, false)
		f.Add(`say "hi"`, where, byte(asChanged), bits("wc-data-quotes-literal"), false, false)
		f.Add(`"a, b"`, where, byte(asFound), uint16(0), false, false)
		f.Add("\u0085\ufffe\x00", where, byte(asFound), uint16(0), true, false)
		f.Add(" ", where, byte(asFound), uint16(0), false, false)
		f.Add("${x} %{y} \u2028", where, byte(asMade), uint16(0), false, false)
	}
	f.Add("ZOE", byte(1), byte(asMade), bits("wc-first-folded"), true, false)
	f.Add("\x03\x05\x07", byte(1), byte(asFound), uint16(0), false, true)
	f.Add("\x04@\x10", byte(3), byte(asMade), bits("wc-data-quotes-literal"), false, true)
	f.Fuzz(func(t *testing.T, text string, where, way byte, readings uint16, shared, isDrawn bool) {
		if isDrawn {
			text = drawn(text)
		}
		if text = strings.ToValidUTF8(text, "?"); text == "" || utf8.RuneCountInString(text) > 300 {
			return
		}
		var dialects []string
		for bit, name := range readingsOfText {
			if readings>>bit&1 == 1 {
				dialects = append(dialects, name)
			}
		}
		newTrial(t, places[int(where)%len(places)], text, dialects, shared).run(int(way) % ways)
	})
}

// trial is one text in one place, under some dialects.
type trial struct {
	*testing.T
	place
	given   string
	text    string // as it stands in its place
	shared  bool   // others are on the contact's address
	sim     *simulator.Simulator
	others  others
	journal string
}

func newTrial(t *testing.T, p place, text string, dialects []string, shared bool) *trial {
	t.Helper()
	trial := &trial{T: t, place: p, given: text, text: p.written("", text), shared: shared && p.name == "first_name", sim: world(t, dialects...)}
	trial.others, trial.journal = addOthers(t, trial.sim), filepath.Join(t.TempDir(), "deleted.jsonl")
	return trial
}

// server is the provider in a new run.
func (t *trial) server() *acctest.Server {
	t.Helper()
	return acctest.NewConfigured(t, t.sim, cmp.Or(t.realm, acctest.Realm), map[string]any{"journal_path": t.journal})
}

func (t *trial) config(text string) map[string]any {
	config := t.place.config("", text)
	if t.shared {
		config["email"] = neighbour.Email
	}
	return config
}

func (t *trial) run(way int) {
	t.Helper()
	defer func() {
		t.Helper()
		if touched := t.others.changed(t.sim); touched != nil {
			t.Errorf("somebody else was changed: %+v", touched)
		}
	}()
	var id int64
	config := t.config(t.given)
	switch way {
	case asFound:
		id = t.found(config)
	default:
		id = t.written(config, way == asChanged)
	}
	if id != 0 {
		t.restored(id)
	}
}

// written makes the record with the text, or changes one to it, and deletes it
// again. It returns its id, or 0 where the text was refused.
func (t *trial) written(config map[string]any, changes bool) int64 {
	t.Helper()
	server := t.server()
	state := server.None(t.resource)
	if changes {
		if t.shared || t.name == "customer_key" || t.name == "external_id" {
			return 0 // these do not change
		}
		state = server.Created(t.resource, t.config("Before"))
	}
	asked := t.sim.Log.Len()
	problems := validated(server, t.place, config)
	planned := acctest.Planned{}
	if len(problems) == 0 {
		planned = server.Plan(t.resource, state, config)
		problems = acctest.Errors(planned.Diagnostics)
	}
	if len(problems) > 0 {
		if t.sim.Log.Len() != asked {
			t.Errorf("it is refused after a request: %s", acctest.Texts(problems))
		}
		return 0
	}
	state, diagnostics := server.Apply(t.resource, state, planned)
	if problems := acctest.Errors(diagnostics); len(problems) > 0 {
		t.expectRefusal(problems)
		return 0
	}
	id := state.Attribute(t.idAttribute()).(int64)
	if held, _ := t.held(t.sim, id); held != t.form(textform.Compose(t.text)) {
		t.Fatalf("%q is stored as %q", t.text, held)
	}
	if t.lost() {
		return 0 // no later plan reads the record
	}
	t.expectNoChange(state, config)
	_, diagnostics = server.Change(t.resource, state, nil)
	t.noErrors(diagnostics)
	if _, there := t.held(t.sim, id); there {
		t.Fatal("it was not deleted")
	}
	return id
}

// expectRefusal fails the test unless a plan that was accepted may end with an
// error, and nothing was stored that nobody knows of.
func (t *trial) expectRefusal(problems []*tfprotov6.Diagnostic) {
	t.Helper()
	said := acctest.Texts(problems)
	switch {
	case t.shared && textform.MayBeSameName(t.text, neighbour.First):
		if len(t.made()) > 0 {
			t.Errorf("somebody was added: %s", said)
		}
	case t.speaks("wc-data-quotes-literal") && strings.Contains(t.text, ","):
		// A service that does not know quotes refuses a row with a comma in it.
	case t.lost():
		// What cannot be read in an answer is never decided on.
	default:
		t.Fatalf("it is planned, and not done: %s", said)
	}
}

// lost reports whether an answer cannot carry the text, or does not say how to
// read it.
func (t *trial) lost() bool {
	undeclared, declared := "wc-windows-1252-undeclared", "wc-windows-1252"
	if t.resource == communicationType {
		undeclared, declared = "7g-windows-1252-undeclared", "7g-windows-1252"
	}
	held := t.text + t.form(textform.Compose(t.text))
	if t.shared {
		held += neighbour.First
	}
	if t.speaks(undeclared) && !isASCII(held) {
		return true
	}
	return t.speaks(declared) && t.resource == contactType && !isWindows1252(held)
}

// found has another program store the text, imports the record and deletes it.
func (t *trial) found(config map[string]any) int64 {
	t.Helper()
	stored, there := t.store()
	if !there {
		return 0
	}
	server := t.server()
	state, diagnostics := server.Import(t.resource, fmt.Sprint(stored), nil)
	t.noErrors(diagnostics)
	if t.name == "email" {
		t.text = strings.TrimSpace(t.text) // blanks around an address are not its own
		config["email"] = t.text
	}
	if len(validated(server, t.place, config)) > 0 {
		// Such a text can be in a plan only under ignore_changes, where Terraform
		// takes what is in state.
		config[t.name] = state.Attribute(t.name)
		if t.name == "last_name" {
			config["company"], config["custom_fields"] = state.Attribute("company"), state.Attribute("custom_fields")
		}
	}
	planned := server.Plan(t.resource, state, config)
	t.noErrors(planned.Diagnostics)
	if !planned.State.Value.Equal(state.Value) {
		t.Errorf("a change is planned of %v to %v", acctest.Plain(state.Value), acctest.Plain(planned.State.Value))
	}
	state, diagnostics = server.Apply(t.resource, state, planned)
	t.noErrors(diagnostics)
	gone := server.Plan(t.resource, state, nil)
	problems := acctest.Errors(gone.Diagnostics)
	if len(problems) > 0 && problems[0].Summary != contact.SummaryUnsendable {
		t.Fatalf("it cannot be deleted: %s", acctest.Texts(problems))
	}
	if isHidden := strings.TrimSpace(t.given) != t.given && t.identity && t.resource == contactType; len(problems) > 0 || isHidden {
		config["deletion_policy"] = "delete_without_optout"
		state, diagnostics = server.Change(t.resource, state, config)
		t.noErrors(diagnostics)
		gone = server.Plan(t.resource, state, nil)
		t.noErrors(gone.Diagnostics)
	}
	_, diagnostics = server.Apply(t.resource, state, gone)
	t.noErrors(diagnostics)
	if _, there := t.held(t.sim, stored); there {
		t.Fatal("it was not deleted")
	}
	return stored
}

// store is what another program does. It reports false where a service would not
// have it.
func (t *trial) store() (id int64, there bool) {
	t.Helper()
	if t.resource == communicationType {
		communication := seveng.Communication{TypeID: 9, Name: "value", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}
		*t.ofCommunication(&communication) = t.text
		added, err := t.sim.SevenG.AddCommunication(communication)
		return added.ID, err == nil
	}
	added := whatcounts.Contact{Email: "any@example.com", Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: 2}, {ListID: 6, Format: 2}}}
	if t.shared {
		added.Email = neighbour.Email
	}
	if t.realm == acctest.KeyedRealm {
		added.CustomerKey, added.Subscriptions = "key", []whatcounts.Subscription{{ListID: 50, Format: 2}}
	}
	switch t.name {
	case "last_name":
		added.Fields, added.Custom = map[string]string{"last": t.text, "company": t.text}, map[string]string{"plan": t.text}
	default:
		*t.ofContact(&added) = t.text
	}
	stored, err := t.sim.WhatCounts.AddContact(t.realm, added)
	return stored.ID, err == nil
}

// restored restores what the journal has of a record that was deleted, and finds
// it as it was, or marked.
func (t *trial) restored(id int64) {
	t.Helper()
	found, err := journalAt(t.journal)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.deletions) != 1 || found.deletions[0].last.ID != id {
		t.Fatalf("the journal holds %+v", found.deletions)
	}
	written := configuration("deleted.jsonl", found)
	blocks := evaluated(t.T, written)
	isMarked := strings.Contains(string(written), "cannot be created again as it was")
	if len(blocks) == 0 && isMarked && t.identity {
		return
	}
	config := map[string]any{}
	for _, block := range blocks {
		for name, value := range block {
			config[name] = plain(value)
		}
	}
	if _, set := config[t.name]; set == isMarked {
		if strings.TrimSpace(t.text) == "" && !set {
			return // which WhatCounts shows as no value at all
		}
		t.Fatalf("it is set %t and marked %t in\n%s", set, isMarked, written)
	}
	server := t.server()
	problems := validated(server, t.place, config)
	if len(problems) > 0 {
		t.Fatalf("what is restored is not valid: %s\n%s", acctest.Texts(problems), written)
	}
	state, diagnostics := server.Change(t.resource, server.None(t.resource), config)
	if problems := acctest.Errors(diagnostics); len(problems) > 0 {
		if isMarked && t.shared {
			return // without its first name it cannot be beside the others
		}
		t.expectRefusal(problems)
		return
	}
	if held, _ := t.held(t.sim, state.Attribute(t.idAttribute()).(int64)); !isMarked && held != t.form(textform.Compose(t.text)) {
		t.Fatalf("%q is restored as %q", t.text, held)
	}
	t.expectNoChange(state, config)
}

// expectNoChange reads a record in a run of its own and expects an empty plan.
func (t *trial) expectNoChange(state acctest.State, config map[string]any) {
	t.Helper()
	server := t.server()
	state, diagnostics := server.Refresh(t.resource, state)
	t.noErrors(diagnostics)
	server.ExpectNoChange(t.resource, state, config)
}

func (t *trial) noErrors(diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(acctest.Errors(diagnostics)) > 0 && t.lost() {
		t.SkipNow() // what cannot be read is never decided on
	}
	acctest.NoErrors(t, diagnostics)
}

func (t *trial) speaks(dialect string) bool {
	service := t.sim.WhatCounts.Dialects
	if strings.HasPrefix(dialect, "7g-") {
		service = t.sim.SevenG.Dialects
	}
	group := []string{dialect}
	for _, other := range readingsOfText {
		if strings.Contains(dialect, "windows") && strings.Contains(other, "windows") || strings.Contains(dialect, "-text-") && strings.Contains(other, "-text-") {
			group = append(group, other)
		}
	}
	return service.Latest(group...) == dialect
}

// form is a text in the form in which the service keeps it.
func (t *trial) form(text string) string {
	prefix := "wc"
	if t.resource == communicationType {
		prefix = "7g"
	}
	if t.speaks(prefix + "-text-decomposed") {
		return norm.NFD.String(text)
	}
	return text
}

// made are the contacts beside the others.
func (t *trial) made() []whatcounts.Contact {
	return t.sim.WhatCounts.Contacts(cmp.Or(t.realm, acctest.Realm))[len(t.others.contacts[cmp.Or(t.realm, acctest.Realm)]):]
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) < 0
}

func isWindows1252(text string) bool {
	for _, c := range text {
		if _, known := charmap.Windows1252.EncodeRune(c); !known {
			return false
		}
	}
	return true
}
