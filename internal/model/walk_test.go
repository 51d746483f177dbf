package model_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// walk is one random history.
type walk struct {
	t          *rapid.T
	tb         testing.TB
	sim        *simulator.Simulator
	tally      *tally
	realm      string
	dialects   []string
	kinds      []kind
	aliases    []*alias
	safeguards map[string]any
	retries    int
	batch      int  // rows in a command; 0: as the provider has it
	goesOn     bool // the last step ended with an apply, and its process lives on
	resources  []*resource
	strangers  world // what Terraform does not manage, as it has to stay
	// held are records that two resources have in state, since somebody imported
	// them to a second address.
	held map[key]bool
	// changedUnseen are records that others changed since Terraform last looked.
	changedUnseen map[key]bool
	// gone are records that a stale read may still show.
	gone world

	// The step under way.
	before  world
	after   world
	faulty  bool
	optouts map[string]int // global ones that a delete has left, by address
	// standing are all opt-outs before the step.
	standing []whatcounts.Optout
	mu       sync.Mutex
	meddled  bool         // somebody else did something in the middle of it
	touched  map[key]bool // the records that they changed or deleted
	taken    map[key]bool // those of them that were not changed by another alias alone
	harmed   []string     // strangers that were found changed
}

// alias is one provider block, which is one configured provider.
type alias struct {
	name   string
	server *acctest.Server
}

// failing lets what takes a testing.TB end a history rather than the test.
type failing struct {
	testing.TB
	history *rapid.T
}

func (f failing) Cleanup(end func())                { f.history.Cleanup(end) }
func (f failing) Fatal(args ...any)                 { f.history.Fatal(args...) }
func (f failing) Fatalf(format string, args ...any) { f.history.Fatalf(format, args...) }
func (f failing) Error(args ...any)                 { f.history.Error(args...) }
func (f failing) Errorf(format string, args ...any) { f.history.Errorf(format, args...) }

// pace makes a service that answers with the past wait no longer than the
// simulator's does.
var pace = provider.Pace{Others: time.Millisecond, Retry: time.Millisecond, Errors: time.Millisecond, Consistency: httpclient.Consistency{First: time.Millisecond, Window: 10 * time.Millisecond}}

func TestWalk(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		realm   string
		aliases int
		kinds   []kind
	}{
		"communications":     {acctest.Realm, 1, []kind{communications{}}},
		"contacts":           {acctest.Realm, 1, []kind{contacts{}}},
		"contacts with keys": {acctest.KeyedRealm, 1, []kind{contacts{keyed: true}}},
		"both":               {acctest.Realm, 1, []kind{communications{}, contacts{}}},
		"two aliases":        {acctest.Realm, 2, []kind{communications{}, contacts{}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var done tally
			defer done.print(t)
			rapid.Check(t, func(history *rapid.T) {
				w := start(t, history, test.realm, test.aliases, test.kinds)
				w.tally = &done
				history.Repeat(map[string]func(*rapid.T){
					"change":    w.change,
					"change 2":  w.change, // what is worth most is drawn most
					"change 3":  w.change,
					"plan":      w.whole,
					"plan 2":    w.whole,
					"plan 3":    w.whole,
					"destroy":   w.destroy,
					"destroy 2": w.destroy,
					"refresh":   w.read,
					"forget":    w.forget,
					"import":    w.adopt,
					"import 2":  w.importTwice,
					"outside":   w.somebody,
					"outside 2": w.somebody,
					"process":   w.process,
					"time":      w.time,
				})
			})
		})
	}
}

func start(t *testing.T, history *rapid.T, realm string, aliases int, kinds []kind) *walk {
	w := inRealm(t, history, realm, aliases, kinds)
	for _, of := range kinds {
		for _, under := range w.aliases {
			for range 4 - aliases {
				w.block(of, under)
			}
		}
	}
	return w
}

// inRealm is a history that begins, without resources.
func inRealm(t *testing.T, history *rapid.T, realm string, aliases int, kinds []kind) *walk {
	w := &walk{t: history, tb: failing{t, history}, realm: realm, kinds: kinds, strangers: world{}, held: map[key]bool{}, changedUnseen: map[key]bool{}}
	if one(history, 2, "dialects") {
		w.dialects = append(w.dialects, rapid.SliceOfN(rapid.SampledFrom(spoken("7G")), 0, 2).Draw(history, "7G")...)
		w.dialects = append(w.dialects, rapid.SliceOfN(rapid.SampledFrom(spoken("WhatCounts")), 0, 3).Draw(history, "WhatCounts")...)
	}
	seed := simulator.DefaultSeed()
	for i := range seed.WhatCounts.Realms {
		seed.WhatCounts.Realms[i].Realm.Lists = []whatcounts.List{
			{ID: 5, Name: "Newsletter"}, {ID: 6, Name: "Product news"}, {ID: 7, Name: "Events"}, {ID: confirmedList, Name: "Confirmed", Confirmation: true},
		}
	}
	w.sim = simulatortest.Start(w.tb, simulator.Options{Seed: seed, Dialects: w.dialects})
	for number := range aliases {
		w.aliases = append(w.aliases, &alias{name: fmt.Sprintf("reach.%d", number)})
	}
	w.process(history)
	return w
}

// block adds a resource to the configuration.
func (w *walk) block(of kind, under *alias) {
	name := fmt.Sprintf("%s.%c", of.typeName(), 'a'+len(w.resources))
	w.resources = append(w.resources, &resource{walk: w, kind: of, alias: under, name: name, state: under.server.None(of.typeName())})
}

// history is what is printed of a history that fails.
func (w *walk) history(format string, args ...any) { w.t.Logf(format, args...) }

// world is what both services hold.
func (w *walk) world() world {
	all := world{}
	for _, c := range w.sim.SevenG.Communications() {
		all[key{"reach_communication", c.ID}] = c
	}
	for _, c := range w.sim.WhatCounts.Contacts(w.realm) {
		all[key{"reach_contact", c.ID}] = c
	}
	return all
}

// process starts the provider anew, with other safeguards.
func (w *walk) process(t *rapid.T) {
	w.safeguards = map[string]any{}
	if one(t, 3, "safeguards") {
		w.safeguards["deletion_policy"] = optional("default policy", "delete", "abandon", "prevent")(t)
		w.safeguards["max_deletes_per_run"] = optional("most deletes", 0, 1)(t)
		w.safeguards["deletable"] = optional("deletable", []any{"a@*"}, []any{"*@test.example.com", "+61*"}, []any{})(t)
	}
	w.retries = choose(t, "max_retries", 2, 0, 1)
	w.launch()
}

// launch starts the provider anew as it was.
func (w *walk) launch() {
	for _, each := range w.aliases {
		each.server = w.configured()
	}
	w.goesOn = false
}

func (w *walk) configured() *acctest.Server {
	server := acctest.NewServerWithPace(w.tb, pace)
	whatCounts := map[string]any{
		"endpoint": w.sim.WhatCountsURL(), "max_retries": w.retries,
		"realm": w.realm, "password": acctest.PasswordOf(w.realm),
	}
	if w.batch > 0 {
		whatCounts["batch_size"] = w.batch
	}
	diagnostics := server.Configure(map[string]any{
		"seveng": map[string]any{
			"endpoint": w.sim.URL(), "max_retries": w.retries,
			"username": acctest.Username, "password": acctest.PasswordOf(acctest.Username),
		},
		"whatcounts": whatCounts,
		"safeguards": w.safeguards,
	})
	acctest.NoErrors(w.tb, diagnostics)
	return server
}

// time lets some pass: the provider trusts a contradicting read again, and
// access tokens expire.
func (w *walk) time(t *rapid.T) {
	for _, r := range w.resources {
		r.state.Private = aged(r.state.Private)
	}
	if !w.speaks("7g-expired-token-200") { // where an expired token looks like any refusal
		w.sim.Clock.Advance(21 * time.Minute)
	}
}

// aged is private state with the note of the last write a day older.
func aged(private []byte) []byte {
	notes := map[string][]byte{}
	var note services.Note
	if len(private) == 0 || json.Unmarshal(private, &notes) != nil || json.Unmarshal(notes["note"], &note) != nil || note.Written == 0 {
		return private
	}
	note.Written = time.Now().Add(-24 * time.Hour).Unix()
	notes["note"], _ = json.Marshal(note)
	changed, err := json.Marshal(notes)
	if err != nil {
		return private
	}
	return changed
}

// pick draws a resource that suits a step. The step is left out before anything
// is drawn where none does; rapid would take it for a bad history later.
func (w *walk) pick(t *rapid.T, suits func(*resource) bool) *resource {
	var all []*resource
	for _, r := range w.resources {
		if suits(r) {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		t.Skip("no resource suits")
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "resource")]
}

// alone reports whether a plan of its own (-target) may be about a resource: of
// a record that another one has too, only a whole plan shows everything.
func (w *walk) alone(r *resource) bool { return !w.shared(r) }

func (r *resource) exists() bool { return r.state.Exists() }

// change changes the configuration of a resource, or not, and applies it.
func (w *walk) change(t *rapid.T) {
	r := w.pick(t, w.alone)
	wanted := r.config
	if wanted == nil || !one(t, 4, "as it was") {
		wanted = r.draw(t, r.config)
	}
	w.step(t, "change", func(refresh bool) []*outcome {
		r.config = wanted
		return w.applied(w.prepare(r, wanted, refresh))
	})
}

func (w *walk) destroy(t *rapid.T) {
	r := w.pick(t, func(r *resource) bool { return r.exists() && w.alone(r) })
	w.step(t, "destroy", func(refresh bool) []*outcome {
		r.config = nil
		return w.applied(w.prepare(r, nil, refresh))
	})
}

func (w *walk) applied(outcomes ...*outcome) []*outcome {
	w.apply(outcomes)
	return outcomes
}

// read is a refresh.
func (w *walk) read(t *rapid.T) {
	r := w.pick(t, (*resource).exists)
	w.step(t, "refresh", func(bool) []*outcome {
		o := &outcome{resource: r, before: r.state, config: r.config, wasTainted: r.tainted}
		o.refreshed = o.note(w.refresh(r))
		return []*outcome{o}
	})
}

// forget takes a resource out of state, as terraform state rm does, without the
// provider.
func (w *walk) forget(t *rapid.T) {
	r := w.pick(t, (*resource).exists)
	w.history("forget %s, %v", r.name, r.key())
	left := r.key()
	r.state, r.tainted = r.none(), false
	if record, exists := w.world()[left]; exists && w.ownersOf(left) == nil {
		w.strangers[left] = record
	}
	w.launch()
}

// adopt imports a record that nobody manages.
func (w *walk) adopt(t *rapid.T) {
	free := func(r *resource) []key {
		return slices.DeleteFunc(w.strangers.keys(), func(k key) bool { return k.typeName != r.typeName() })
	}
	r := w.pick(t, func(r *resource) bool { return !r.exists() && len(free(r)) > 0 })
	chosen := choose(t, "record", free(r)...)
	w.before = w.world()
	ids := r.importIDs(w, w.before[chosen])
	id := choose(t, "id", append([]string{""}, ids...)...)
	var identity map[string]any
	if id == "" {
		identity = map[string]any{r.idAttribute(): chosen.id}
	}
	w.step(t, "import of "+fmt.Sprint(chosen, " as ", id), func(bool) []*outcome {
		o := &outcome{resource: r, before: r.state, config: r.config}
		imported, diagnostics := r.alias.server.Import(r.typeName(), id, identity)
		if o.note(diagnostics) && imported.Exists() {
			r.state, r.config = imported, r.written(acctest.Plain(imported.Value).(map[string]any))
			delete(w.strangers, chosen)
			if r.key() != chosen && !w.meddled && !w.speaks("7g-stale-reads") {
				w.t.Fatalf("%q named %v, and %v was imported", id, chosen, r.key())
			}
		}
		return []*outcome{o}
	})
}

// somebody is what others do between two runs of Terraform.
func (w *walk) somebody(t *rapid.T) {
	act := w.drawOutsider(t, choose(t, "service", w.kinds...))
	w.begin()
	w.history("outside")
	w.outside(act)
	w.end()
}

// describe is a configuration in one line.
func describe(c config) string {
	if c == nil {
		return "nothing"
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(text), `"`, "")
}
