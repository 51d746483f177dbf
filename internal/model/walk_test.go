package model_test

import (
	"encoding/json"
	"fmt"
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
	realm      string
	dialects   []string
	kinds      []kind
	server     *acctest.Server
	safeguards map[string]any
	retries    int
	deleted    int // by this process of the provider
	resources  []*resource
	strangers  world // what Terraform does not manage, as it has to stay
	// changedUnseen are records that others changed since Terraform last looked.
	changedUnseen map[key]bool

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
	harmed   []string     // strangers that were found changed
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
var pace = provider.Pace{Retry: time.Millisecond, Errors: time.Millisecond, Consistency: httpclient.Consistency{First: time.Millisecond, Window: 10 * time.Millisecond}}

func TestWalk(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		realm string
		kinds []kind
	}{
		"communications":     {acctest.Realm, []kind{communications{}}},
		"contacts":           {acctest.Realm, []kind{contacts{}}},
		"contacts with keys": {acctest.KeyedRealm, []kind{contacts{keyed: true}}},
		"both":               {acctest.Realm, []kind{communications{}, contacts{}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(history *rapid.T) {
				w := start(t, history, test.realm, test.kinds)
				history.Repeat(map[string]func(*rapid.T){
					"change":    w.change,
					"change 2":  w.change, // what is worth most is drawn most
					"change 3":  w.change,
					"several":   w.several,
					"destroy":   w.destroy,
					"destroy 2": w.destroy,
					"refresh":   w.read,
					"forget":    w.forget,
					"import":    w.adopt,
					"outside":   w.somebody,
					"outside 2": w.somebody,
					"process":   w.process,
					"time":      w.time,
				})
			})
		})
	}
}

func start(t *testing.T, history *rapid.T, realm string, kinds []kind) *walk {
	w := &walk{t: history, tb: failing{t, history}, realm: realm, kinds: kinds, strangers: world{}, changedUnseen: map[key]bool{}}
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
	w.process(history)
	for _, of := range kinds {
		for number := range 3 {
			w.resources = append(w.resources, &resource{walk: w, kind: of, name: fmt.Sprintf("%s.%c", of.typeName(), 'a'+number), state: w.server.None(of.typeName())})
		}
	}
	return w
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
	w.server, w.deleted = acctest.NewServerWithPace(w.tb, pace), 0
	diagnostics := w.server.Configure(map[string]any{
		"seveng": map[string]any{
			"endpoint": w.sim.URL(), "max_retries": w.retries,
			"username": acctest.Username, "password": acctest.PasswordOf(acctest.Username),
		},
		"whatcounts": map[string]any{
			"endpoint": w.sim.WhatCountsURL(), "max_retries": w.retries,
			"realm": w.realm, "password": acctest.PasswordOf(w.realm),
		},
		"safeguards": w.safeguards,
	})
	acctest.NoErrors(w.tb, diagnostics)
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

// pick draws a resource.
func (w *walk) pick(t *rapid.T) *resource {
	return w.resources[rapid.IntRange(0, len(w.resources)-1).Draw(t, "resource")]
}

// change changes the configuration of a resource, or not, and applies it.
func (w *walk) change(t *rapid.T) {
	r := w.pick(t)
	wanted := r.config
	if wanted == nil || !one(t, 4, "as it was") {
		wanted = r.draw(t, r.config)
	}
	w.step(t, "change", func(refresh bool) []*outcome {
		r.config = wanted
		return w.applied(w.prepare(r, wanted, refresh))
	})
}

// several is one apply of many resources at once.
func (w *walk) several(t *rapid.T) {
	wanted := map[*resource]config{}
	for _, r := range w.resources {
		switch choose(t, r.name, "change", "leave", "destroy") {
		case "change":
			wanted[r] = r.draw(t, r.config)
		case "destroy":
			wanted[r] = nil
		}
	}
	w.step(t, "several", func(refresh bool) []*outcome {
		var outcomes []*outcome
		for _, r := range w.resources {
			if config, chosen := wanted[r]; chosen {
				r.config = config
				outcomes = append(outcomes, w.prepare(r, config, refresh))
			}
		}
		for _, o := range outcomes {
			if o.failed() {
				return outcomes // Terraform applies nothing when a plan fails
			}
		}
		return w.applied(outcomes...)
	})
}

func (w *walk) destroy(t *rapid.T) {
	r := w.pick(t)
	if !r.state.Exists() {
		t.Skip("nothing there")
	}
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
	r := w.pick(t)
	if !r.state.Exists() {
		t.Skip("nothing there")
	}
	w.step(t, "refresh", func(bool) []*outcome {
		o := &outcome{resource: r, before: r.state, config: r.config, wasTainted: r.tainted}
		o.refreshed = o.note(w.refresh(r))
		return []*outcome{o}
	})
}

// forget takes a resource out of state, as terraform state rm does, without the
// provider.
func (w *walk) forget(t *rapid.T) {
	r := w.pick(t)
	if !r.state.Exists() {
		t.Skip("nothing there")
	}
	if record, exists := w.world()[r.key()]; exists {
		w.strangers[r.key()] = record
	}
	w.history("forget %s, %v", r.name, r.key())
	r.state, r.tainted = w.server.None(r.typeName()), false
	w.launch()
}

// adopt imports a record that nobody manages.
func (w *walk) adopt(t *rapid.T) {
	r := w.pick(t)
	var free []key
	for _, k := range w.strangers.keys() {
		if k.typeName == r.typeName() {
			free = append(free, k)
		}
	}
	if r.state.Exists() || len(free) == 0 {
		t.Skip("nothing to import, or nowhere to")
	}
	chosen := choose(t, "record", free...)
	w.before = w.world()
	ids := r.importIDs(w, w.before[chosen])
	id := choose(t, "id", append([]string{""}, ids...)...)
	var identity map[string]any
	if id == "" {
		identity = map[string]any{r.idAttribute(): chosen.id}
	}
	w.step(t, "import of "+fmt.Sprint(chosen, " as ", id), func(bool) []*outcome {
		o := &outcome{resource: r, before: r.state, config: r.config}
		imported, diagnostics := w.server.Import(r.typeName(), id, identity)
		if o.note(diagnostics) && imported.Exists() {
			r.state = imported
			delete(w.strangers, chosen)
			if r.key() != chosen && !w.meddled {
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
