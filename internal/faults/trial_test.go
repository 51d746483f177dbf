package faults

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// retries is what the trials set max_retries to.
const retries = 2

// patient and impatient are what the trials set request_timeout to: more than
// a slow machine needs, and as little as a silent service is worth waiting for.
const (
	patient   = "20s"
	impatient = "2s"
)

// trial is one operation under one fault.
type trial struct {
	t         *testing.T
	sim       *simulator.Simulator
	server    *acctest.Server
	operation *operation
	timeout   string         // request_timeout
	state     acctest.State  // of the resource, now
	before    acctest.State  // and before the operation
	answer    map[string]any // of a data source
}

func newTrial(t *testing.T, o *operation, timeout string, dialects ...string) *trial {
	t.Helper()
	x := &trial{t: t, sim: acctest.Simulator(t, dialects...), operation: o, timeout: timeout}
	x.restart()
	return x
}

// restart makes another process of the provider.
func (x *trial) restart() {
	x.t.Helper()
	x.server = acctest.NewServer(x.t)
	acctest.NoErrors(x.t, x.server.Configure(map[string]any{
		"seveng": map[string]any{
			"endpoint": x.sim.URL(), "username": acctest.Username, "password": acctest.PasswordOf(acctest.Username),
			"request_timeout": x.timeout, "max_retries": retries,
		},
		"whatcounts": map[string]any{
			"endpoint": x.sim.WhatCountsURL(), "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm),
			"request_timeout": x.timeout, "max_retries": retries,
		},
	}))
}

func (x *trial) apply(typeName string, config map[string]any) []*tfprotov6.Diagnostic {
	x.t.Helper()
	state, diagnostics := x.server.Change(typeName, x.state, config)
	x.state = state
	return diagnostics
}

func (x *trial) look(dataSource string, config map[string]any) []*tfprotov6.Diagnostic {
	x.t.Helper()
	answer, diagnostics := x.server.Look(dataSource, config)
	x.answer = answer
	return diagnostics
}

// records is how many records the service holds.
func (x *trial) records() int {
	if x.operation.service == sevenG {
		return len(x.sim.SevenG.Communications())
	}
	return len(x.sim.WhatCounts.Contacts(acctest.Realm))
}

// do sets the scene, lets the fault happen, and runs the operation. It returns
// the diagnostics and how often the command was sent.
func (x *trial) do(f *fault, make form) (diagnostics []*tfprotov6.Diagnostic, sent int) {
	x.t.Helper()
	o := x.operation
	o.setUp(x)
	x.before = x.state
	wrong := make(o, x.sim)
	wrong.Operation = o.command
	if f.every {
		wrong.Count = -1
	}
	x.sim.Faults.Add(wrong)
	if f.blind {
		armed := false
		x.sim.Log.Follow(func(e traffic.Entry) {
			if e.Operation != o.command || armed {
				return
			}
			armed = true
			for _, look := range o.looks {
				x.sim.Faults.Add(traffic.Fault{Operation: look, Kind: traffic.StatusBefore, Status: 503, Count: -1})
			}
		})
	}
	already := x.sim.Log.Len()
	diagnostics = o.run(x)
	var at []time.Time
	for _, e := range x.sim.Log.Since(already) {
		if e.Operation == o.command {
			at = append(at, e.Time)
		}
	}
	if len(at) > 1 {
		if early := until(wrong.Header["Retry-After"], at[0]).Sub(at[1]); early > 0 {
			x.t.Errorf("%s was repeated %v before the time that the service asked for", o.command, early)
		}
	}
	return diagnostics, len(at)
}

// until is when a Retry-After that came at some time is over.
func until(retryAfter string, came time.Time) time.Time {
	if seconds, err := strconv.Atoi(retryAfter); err == nil {
		return came.Add(time.Duration(seconds) * time.Second)
	}
	at, err := http.ParseTime(retryAfter)
	if err != nil {
		return came
	}
	return at
}

// judge holds what happened against the table.
func (x *trial) judge(f *fault, want outcome, diagnostics []*tfprotov6.Diagnostic, sent int) {
	x.t.Helper()
	o := x.operation
	errors := acctest.Errors(diagnostics)
	if want.fails() {
		acctest.OneError(x.t, diagnostics, o.summary, f.says)
	} else if len(errors) > 0 {
		x.t.Fatalf("expected %q, got:\n%s", want, acctest.Texts(errors))
	}
	if secret := "token=secret"; strings.Contains(acctest.Texts(diagnostics), secret) {
		x.t.Errorf("the error shows %q", secret)
	}
	done := o.done(x)
	switch {
	case want == succeeds && !done:
		x.t.Errorf("it succeeded without being done:\n%s", x.sim.Dump())
	case want == unchanged && o.writes() && done:
		x.t.Errorf("it was done, and the error says nothing of it:\n%s", acctest.Texts(errors))
	case (want == unknown || want == importable) && done != f.done:
		x.t.Errorf("done: %v, want %v", done, f.done)
	}
	// Of what nobody knows, state may name more than before: the next refresh
	// looks for it.
	if want.fails() && want != unknown && !x.state.Value.Equal(x.before.Value) || want == unknown && !x.isSameRecord() {
		x.t.Errorf("the state changed from %v to %v", acctest.Plain(x.before.Value), acctest.Plain(x.state.Value))
	}
	if want == succeeds && o.writes() && x.state.Exists() != (o.left > 0 && o.name != "`unsubscribe`") {
		x.t.Errorf("in state: %v, in the service: %d records", x.state.Exists(), x.records())
	}
	if x.records() > 1 {
		x.t.Errorf("there are %d records:\n%s", x.records(), x.sim.Dump())
	}
	if want := f.sends(o, want); want > 0 && sent != want {
		x.t.Errorf("%s was sent %d times, want %d", o.command, sent, want)
	}
}

// isSameRecord reports whether state has the record that it had before.
func (x *trial) isSameRecord() bool {
	if !x.before.Exists() || !x.state.Exists() {
		return x.before.Exists() == x.state.Exists()
	}
	return x.state.Attribute("subscriber_id") == x.before.Attribute("subscriber_id") && x.state.Attribute("communication_id") == x.before.Attribute("communication_id")
}

// sends is how often the command is sent, or 0 where that does not matter: a
// read may be repeated.
func (f *fault) sends(o *operation, want outcome) int {
	switch {
	case o.name == login:
		return 1
	case !o.writes(), f.uncounted:
		return 0
	case want == unchanged && slices.Contains(f.refusal, o.service):
		return len(o.names) + 1
	case want == unknown, want == importable, f.done:
		return 1
	case want == unchanged:
		return 1 + retries
	}
	return 2
}

var importBlock = regexp.MustCompile(`import \{\n {2}to = (\S+)\.NAME\n {2}id = "([^"]+)"\n\}`)

// importID is the id of an import block. Where a person has to look it up, it
// is what the data source that the error names shows.
func (x *trial) importID(text string) string {
	x.t.Helper()
	if text != "COMMUNICATION_ID" {
		return text
	}
	acctest.NoErrors(x.t, x.look("reach_communications", map[string]any{"owner": map[string]any{"type": "biz_entity", "id": 42}}))
	for _, c := range x.answer["communications"].([]any) {
		return fmt.Sprint(c.(map[string]any)["communication_id"])
	}
	return "999999" // there is none
}

// recover does what the error asks for, in another process and without the
// fault, and sees that everything ends well: done once, known to the state.
func (x *trial) recover(want outcome, diagnostics []*tfprotov6.Diagnostic) {
	x.t.Helper()
	o := x.operation
	x.sim.Faults.Clear()
	x.timeout = patient
	x.restart()
	typeName := communicationType
	if o.service == whatCounts {
		typeName = contactType
	}
	if want == importable {
		found := importBlock.FindStringSubmatch(acctest.Texts(diagnostics))
		if found == nil || found[1] != typeName {
			x.t.Fatalf("there is no import block to paste:\n%s", acctest.Texts(diagnostics))
		}
		imported, problems := x.server.Import(typeName, x.importID(found[2]), nil)
		if imported.Exists() != (x.records() == 1) {
			x.t.Fatalf("%d records, and the import says:\n%s", x.records(), acctest.Texts(problems))
		}
		x.state = imported
	} else if x.state.Exists() {
		acctest.NoErrors(x.t, refresh(typeName)(x))
	}
	if o.writes() && (x.state.Exists() || o.left > 0) {
		acctest.NoErrors(x.t, o.run(x))
	} else if !o.writes() {
		x.before = x.state
		acctest.NoErrors(x.t, o.run(x))
	}
	if !o.done(x) || x.records() != o.left {
		x.t.Errorf("another run does not put it right:\n%s", x.sim.Dump())
	}
}
