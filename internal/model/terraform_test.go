package model_test

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// resource is one block of the configuration, with what Terraform keeps of it.
type resource struct {
	kind
	walk    *walk
	alias   *alias
	name    string
	config  config // as it was asked for last
	state   acctest.State
	tainted bool
}

func (r *resource) none() acctest.State { return r.alias.server.None(r.typeName()) }

func (r *resource) plain() state {
	if !r.state.Exists() {
		return nil
	}
	return acctest.Plain(r.state.Value).(map[string]any)
}

// key is the record that the state names.
func (r *resource) key() key { return keyOf(r.kind, r.state) }

func keyOf(of kind, s acctest.State) key {
	if !s.Exists() {
		return key{}
	}
	id, _ := s.Attribute(of.idAttribute()).(int64)
	return key{of.typeName(), id}
}

// outcome is what became of one resource in one step.
type outcome struct {
	*resource
	before      acctest.State // what the step found in state
	config      config        // nil: its end
	creates     bool          // a record was to be added
	ends        bool          // the record in state was to go, for good or as a replacement
	ended       bool          // and did, as far as the provider says
	applied     bool          // planned and sent off, whatever came of it
	wasTainted  bool
	refreshed   bool // the state was read just before
	blind       bool // the state was old, and nobody looked
	planned     acctest.Planned
	diagnostics []*tfprotov6.Diagnostic
	broken      string // what Terraform itself would report as a fault of the provider

	// Of a whole plan.
	imports        key           // the record that an import block names
	createsFirst   bool          // create_before_destroy
	left           bool          // the predecessor was not deleted after that, and somebody else looks after it
	moved          bool          // drawn together with others
	atPlan         acctest.State // what the plan found in state
	seenAt         int           // when the provider first heard of it
	plannedAt      int           // in which order; 0: not
	endsBeforeRead bool          // Terraform 1.11 plans an end and reads then
}

func (o *outcome) own() key { return keyOf(o.kind, o.before) }

func (o *outcome) stateBefore() state {
	if !o.before.Exists() {
		return nil
	}
	return acctest.Plain(o.before.Value).(map[string]any)
}

func (o *outcome) failed() bool { return len(acctest.Errors(o.diagnostics)) > 0 }

// note keeps diagnostics and reports whether they let Terraform go on.
func (o *outcome) note(diagnostics []*tfprotov6.Diagnostic) bool {
	o.diagnostics = append(o.diagnostics, diagnostics...)
	return len(acctest.Errors(diagnostics)) == 0
}

// refresh is terraform refresh of one resource. An error leaves the state.
func (w *walk) refresh(r *resource) []*tfprotov6.Diagnostic {
	read, diagnostics := r.alias.server.Refresh(r.typeName(), r.state)
	if len(acctest.Errors(diagnostics)) == 0 {
		r.state = read
		r.tainted = r.tainted && read.Exists()
	}
	return diagnostics
}

// prepare reads a resource and plans it.
func (w *walk) prepare(r *resource, wanted config, refresh bool) *outcome {
	o := &outcome{resource: r, config: wanted}
	w.see(o, refresh)
	w.decide(o)
	return o
}

// see reads the resource before its plan.
func (w *walk) see(o *outcome, refresh bool) {
	if refresh && o.resource.state.Exists() {
		o.refreshed = o.note(w.refresh(o.resource))
	}
	switch {
	case !o.endsBeforeRead:
		o.before, o.atPlan, o.wasTainted = o.resource.state, o.resource.state, o.tainted
	case o.resource.state.Exists():
		o.before = o.resource.state
	default:
		o.ends = false // what was planned to end is gone
	}
}

// decide plans, as terraform plan does: a replacement is planned twice, the
// second time as if there were nothing, and so is a tainted resource at once.
//
// A plan asks the services for nothing but a look at its credentials; a refresh does.
func (w *walk) decide(o *outcome) {
	r := o.resource
	o.before, o.atPlan, o.wasTainted = r.state, r.state, r.tainted
	if o.failed() {
		return
	}
	defer func(requests int) {
		if len(acctest.SentBesideLook(w.sim, requests)) > 0 {
			o.broken += planSentRequest
		}
	}(w.sim.Log.Len())
	if o.config == nil {
		o.ends = r.state.Exists()
		if o.ends {
			w.plan(o, r.state)
		}
		return
	}
	if !o.note(r.alias.server.Validate(r.typeName(), o.config)) {
		return
	}
	o.creates = !r.state.Exists()
	if r.tainted {
		o.creates, o.ends = true, true
		w.plan(o, r.none())
		return
	}
	if w.plan(o, r.state) && len(o.planned.Replace) > 0 {
		o.creates, o.ends = true, true
		w.plan(o, acctest.State{Value: r.none().Value, Private: o.planned.State.Private})
	}
}

const planSentRequest = "the plan sent a request"

func (w *walk) plan(o *outcome, prior acctest.State) bool {
	o.planned = o.alias.server.Plan(o.typeName(), prior, o.config)
	ok := o.note(o.planned.Diagnostics)
	if ok && o.config != nil {
		o.broken += notAsConfigured(o.config, prior, o.planned.State)
	}
	return ok
}

// carryOut applies what was planned and keeps the state as Terraform does.
func (w *walk) carryOut(o *outcome) {
	r := o.resource
	switch {
	case o.failed() || !o.creates && !o.ends && o.config == nil:
	case o.ends && o.config == nil:
		w.carryOutEnd(o, o.planned.State.Private)
	case o.ends && o.createsFirst:
		predecessor := r.state
		r.state = r.none()
		w.carryOutChange(o)
		switch {
		case !r.state.Exists():
			r.state = predecessor // nothing was made in its place
		case o.failed():
			o.left = true
		default:
			w.carryOutLateEnd(o, predecessor)
		}
	case o.ends:
		if w.carryOutEnd(o, o.planned.State.Private) {
			w.carryOutChange(o)
		}
	default:
		w.carryOutChange(o)
	}
}

// carryOutEnd deletes what is in state, and reports whether that was done.
func (w *walk) carryOutEnd(o *outcome, private []byte) bool {
	r := o.resource
	end := acctest.Planned{State: acctest.State{Value: r.none().Value, Private: private}, Config: r.none().Value}
	left, diagnostics := r.alias.server.Apply(r.typeName(), r.state, end)
	if !o.note(diagnostics) {
		if left.Exists() {
			r.state = left
		}
		return false
	}
	if left.Exists() {
		o.broken += "a delete without an error left a state"
	}
	o.ended = true
	r.state, r.tainted = r.none(), false
	return true
}

// carryOutLateEnd plans and deletes a predecessor whose successor is there
// (create_before_destroy).
func (w *walk) carryOutLateEnd(o *outcome, predecessor acctest.State) {
	r := o.resource
	end := r.alias.server.Plan(r.typeName(), predecessor, nil)
	if o.note(end.Diagnostics) {
		_, diagnostics := r.alias.server.Apply(r.typeName(), predecessor, end)
		o.ended = o.note(diagnostics)
	}
	o.left = !o.ended
}

// carryOutChange makes or changes the record. Terraform plans it again before.
func (w *walk) carryOutChange(o *outcome) {
	r := o.resource
	if !w.plan(o, r.state) {
		return
	}
	o.applied = true
	applied, diagnostics := r.alias.server.Apply(r.typeName(), r.state, o.planned)
	ok := o.note(diagnostics)
	switch {
	case ok && !applied.Exists():
		o.broken += "an apply without an error left no state"
	case ok:
		o.broken += notAsPlanned("", acctest.Plain(o.planned.State.Value), acctest.Plain(applied.Value))
	}
	if applied.Exists() {
		r.state, r.tainted = applied, !ok && o.creates
	}
}

// apply carries out plans at the same time.
func (w *walk) apply(outcomes []*outcome) {
	if len(outcomes) == 1 {
		w.carryOut(outcomes[0])
		return
	}
	var group sync.WaitGroup
	panics := make(chan any, len(outcomes))
	for _, o := range outcomes {
		group.Go(func() {
			// A failed check ends the walk, which only its own goroutine can do.
			defer func() {
				if p := recover(); p != nil {
					panics <- p
				}
			}()
			w.carryOut(o)
		})
	}
	group.Wait()
	select {
	case p := <-panics:
		panic(p)
	default:
	}
}

// notAsConfigured is the rule that a plan keeps what is configured, or what was
// there before and means the same.
func notAsConfigured(wanted config, prior, planned acctest.State) string {
	for name, value := range wanted {
		text, isText := value.(string)
		if !isText {
			continue
		}
		was := any(nil)
		if prior.Exists() {
			was = prior.Attribute(name)
		}
		if got := planned.Attribute(name); got != text && got != was {
			return fmt.Sprintf("%s is planned as %v where %q is configured", name, got, text)
		}
	}
	return ""
}

// notAsPlanned is the rule that a state holds everything that a plan knew.
func notAsPlanned(path string, planned, got any) string {
	if planned == acctest.Unknown {
		return ""
	}
	switch planned := planned.(type) {
	case map[string]any:
		held, isOne := got.(map[string]any)
		if !isOne {
			return fmt.Sprintf("%s is planned as %v and is %v", path, planned, got)
		}
		for name, value := range planned {
			if fault := notAsPlanned(path+"."+name, value, held[name]); fault != "" {
				return fault
			}
		}
		return ""
	case []any: // only sets
		held, _ := got.([]any)
		for _, value := range planned {
			found := len(held) == len(planned)
			for i := 0; found && i < len(held); i++ {
				if notAsPlanned(path, value, held[i]) == "" {
					break
				}
				found = i < len(held)-1
			}
			if !found {
				return fmt.Sprintf("%s is planned as %v and is %v", path, planned, got)
			}
		}
		return ""
	}
	if planned != got {
		return fmt.Sprintf("%s is planned as %v and is %v", path, planned, got)
	}
	return ""
}
