package conflict

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// compare holds a planned instance against all others that have something in
// common with it.
func (r *Register) compare(planned *instance) Outcome {
	planned.forgets = planned.ends() && planned.Ending != Stays &&
		slices.ContainsFunc(r.find("id", planned.Before.Kind, idOf(planned.Before.Record)), planned.leavesTo)
	var outcome Outcome
	related := r.related(planned)
	for _, rule := range rules {
		for _, other := range related {
			if other.refused {
				continue // told already
			}
			found := rule(planned, other)
			if found == nil {
				found = rule(other, planned)
			}
			if found != nil {
				planned.refused = true
				outcome.Diagnostics.Append(found)
				return outcome
			}
		}
	}
	if planned.forgets {
		outcome.Forgets = true
		outcome.Diagnostics.Append(forgotten(planned))
	}
	return outcome
}

// related are the other instances that share an id, a key, a content or an
// address with the one that is planned.
func (r *Register) related(planned *instance) []*instance {
	var all []*instance
	for _, term := range terms(planned) {
		for _, other := range r.index[term] {
			if other != planned && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all
}

// leavesTo reports whether another instance has the record that this one gives
// up, and decides what becomes of it.
func (i *instance) leavesTo(other *instance) bool {
	switch {
	case other.Before == nil || other.Before.ID != i.Before.ID || other.imported || other.Instance == "":
		return false
	case !other.planned || other.keeps():
		return true
	}
	return other.Ending != Stays && !other.forgets
}

// rules are why two instances of one plan cannot be, each asked with either one
// as the first. What explains most comes first.
var rules = []func(one, other *instance) diag.Diagnostic{
	func(one, other *instance) diag.Diagnostic {
		// An import alone decides this before it is planned: nobody imports a record
		// to have it deleted.
		if one.imported && other.planned && other.removes() && one.Before.ID == other.Before.ID && other.Ending != Stays {
			return keptAndRemoved(one, other)
		}
		return nil
	},
	func(one, other *instance) diag.Diagnostic {
		if bothPlanned(one, other) && one.keeps() && other.keeps() && one.Before.ID == other.Before.ID {
			return heldTwice(one, other)
		}
		return nil
	},
	func(one, other *instance) diag.Diagnostic {
		if !bothPlanned(one, other) || !other.makes() || one.After == nil || !sameKeys(one.After, other.After) {
			return nil
		}
		if one.makes() {
			return madeTwice(one)
		}
		return madeBeside(one)
	},
	func(one, other *instance) diag.Diagnostic {
		if !bothPlanned(one, other) || !one.keeps() || !other.keeps() || !sameKeys(one.After, other.After) ||
			sameKeys(one.Before, one.After) && sameKeys(other.Before, other.After) {
			return nil
		}
		return becomesOther(one, other)
	},
	func(one, other *instance) diag.Diagnostic {
		if bothPlanned(one, other) && one.keeps() && other.keeps() && !sameKeys(one.Before, other.Before) && sameKeys(one.After, other.Before) && sameKeys(other.After, one.Before) {
			return swapped(one, other)
		}
		return nil
	},
	func(one, other *instance) diag.Diagnostic {
		if bothPlanned(one, other) && one.makes() && other.removes() && (sameKeys(one.After, other.Before) || overlap(one.After.Contents, other.Before.Contents)) {
			return renamed(other)
		}
		return nil
	},
	func(one, other *instance) diag.Diagnostic {
		if bothPlanned(one, other) && one.keeps() && other.removes() && one.Before.ID == other.Before.ID && other.Ending != Stays && !other.forgets {
			return keptAndRemoved(one, other)
		}
		return nil
	},
	func(one, other *instance) diag.Diagnostic {
		if bothPlanned(one, other) && one.optout() != "" && other.uses(one.optout()) {
			return optoutInUse(one, other)
		}
		return nil
	},
}

// bothPlanned reports whether two instances can be compared. One that was only
// read decides nothing yet. Two plans to make one record may be of one instance:
// Terraform plans it when it plans, and again when it applies, and says of the
// second time neither that nor of which instance it is. And two that may replace
// one tainted record are not compared: it is the record of one of them.
func bothPlanned(one, other *instance) bool {
	if !one.planned || !other.planned {
		return false
	}
	if !one.makes() || !other.makes() {
		return true
	}
	isGuess := (one.Instance == "" || other.Instance == "") && one.Before != nil && other.Before != nil && one.Before.ID == other.Before.ID
	return one.Configuration != other.Configuration && !isGuess
}

// optout is the address on which the end of the record in state leaves an
// opt-out, or nothing.
func (i *instance) optout() string {
	if !i.removes() || i.Ending != DeletedOptout || i.forgets {
		return ""
	}
	return textform.Key(i.Before.OptedOutBy)
}

// uses reports whether an instance has, gets or keeps a record on an address.
func (i *instance) uses(address string) bool {
	address = textform.Key(address)
	return i.After != nil && textform.Key(i.After.OptedOutBy) == address || i.keeps() && textform.Key(i.Before.OptedOutBy) == address
}

func sameKeys(one, other *Record) bool { return overlap(one.Keys, other.Keys) }

func overlap(some, others []string) bool {
	return slices.ContainsFunc(some, func(one string) bool { return slices.Contains(others, one) })
}

// idOf is the id of a record as the register finds it; a record that is yet to
// be made has none.
func idOf(record deletion.Record) string {
	if record.ID == 0 {
		return ""
	}
	return strconv.FormatInt(record.ID, 10)
}
