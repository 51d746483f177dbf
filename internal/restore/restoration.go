package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// restoration is how the records of a state come back.
type restoration struct {
	from    string // what the state is called
	isPlan  bool
	policy  deletion.Policy // of records whose state names none
	written []holding       // those that get a block
	again   []kept          // those whose block is still there
	optouts map[mailbox]bool
	taken   names
}

// kept is an instance whose block is in the configuration.
type kept struct {
	holding
	where string
}

// restorationOf sorts the records of a state by whether their blocks are still in
// a configuration, of which there may be none.
func restorationOf(from string, s *state, f *folder, policy deletion.Policy) (*restoration, error) {
	r := &restoration{from: from, isPlan: s.isPlan, policy: policy, optouts: map[mailbox]bool{}, taken: names{}}
	if f != nil {
		for address := range f.resources {
			resourceType, name, _ := strings.Cut(address, ".")
			r.taken.take(kinds[resourceType], name)
		}
	}
	for _, i := range s.instances {
		h := i.read()
		// A contact whose create has failed in part goes without an opt-out, and so
		// may one that has a successor.
		if r.policyOf(h) == deletion.Delete && !h.Tainted && !h.isSuperseded() {
			for _, contact := range h.contacts() {
				r.optouts[addressOf(contact, h.Place)] = true
			}
		}
		where, err := f.block(i)
		switch {
		case err != nil:
			return nil, err
		case where != "" && !h.isSuperseded():
			r.again = append(r.again, kept{h, where})
		default:
			r.written = append(r.written, h)
		}
	}
	return r, nil
}

// policyOf is the policy that an instance was deleted under.
func (r *restoration) policyOf(h holding) deletion.Policy {
	return cmp.Or(deletion.Policy(h.policy), r.policy)
}

// isForced reports whether a delete has recorded an opt-out of a contact of the
// instance.
func (r *restoration) isForced(h holding) bool {
	return slices.ContainsFunc(h.contacts(), func(c deletion.ContactEntry) bool { return r.optouts[addressOf(c, h.Place)] })
}

// isEmpty reports whether there is nothing to create again.
func (r *restoration) isEmpty() bool { return len(r.written)+len(r.again) == 0 }

// unread are the instances that cannot be written.
func (r *restoration) unread() (all []holding) {
	for _, h := range r.written {
		if h.unread != nil {
			all = append(all, h)
		}
	}
	return all
}

// summary is what has blocks, in words.
func (r *restoration) summary() string {
	count := map[string]int{}
	for _, h := range r.written {
		if h.unread == nil && !h.isHidden() {
			count[kinds[h.Type]]++
		}
	}
	return cmp.Or(inWords(count), "nothing")
}
