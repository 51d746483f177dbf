// Package deletion is everything that stands between a plan and a permanent
// delete: the deletion policy, the scope of what may be deleted at all, the limit
// on one run, the journal, and the consent that an action asks for. It asks no
// service anything; it decides on what is in state, so that protection holds when
// a block has left the configuration.
package deletion

import "slices"

// Policy is what a destroy does to a record.
type Policy string

// The deletion policies. The last two are for contacts alone.
const (
	Delete              Policy = "delete"                // the service's own delete
	Abandon             Policy = "abandon"               // forget the record, call nothing
	Prevent             Policy = "prevent"               // refuse, in the plan
	DeleteWithoutOptout Policy = "delete_without_optout" // delete by subscriber id, leaving no Global Optout
	Unsubscribe         Policy = "unsubscribe"           // end the subscriptions in state, keep the contact
)

// Policies are the names that every resource and the provider block take.
func Policies() []string {
	return []string{string(Delete), string(Abandon), string(Prevent)}
}

// ContactPolicies are the names that a contact takes.
func ContactPolicies() []string {
	return append(Policies(), string(DeleteWithoutOptout), string(Unsubscribe))
}

// known reports whether this version of the provider has the policy. State may
// come from another one.
func (p Policy) known() bool { return slices.Contains(ContactPolicies(), string(p)) }

// Deletes reports whether the policy removes a record for good.
func (p Policy) Deletes() bool { return p == Delete || p == DeleteWithoutOptout }
