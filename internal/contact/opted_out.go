package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// optedOut are the lists in state that the contact is not on because its
// recipient has opted out of them. The opt-out may stand on a former address: a
// change of that is no reason to put anybody back. A query that the service
// refuses tells nothing, and a list that waits for confirmation is left to that.
func (r *Resource) optedOut(ctx context.Context, state model, stored whatcounts.Contact, note services.Note) ([]int64, error) {
	known := givenUp(note, state, stored.Email, state.lists())
	var found []int64
	for _, list := range state.lists() {
		if stored.On(list) || slices.Contains(note.Pending, list) {
			continue
		}
		optedOut := slices.Contains(known, list)
		for _, of := range []int64{0, list} { // 0 asks for the global opt-outs
			if optedOut {
				break
			}
			var err error
			optedOut, err = r.services.WhatCounts.OptedOut(ctx, stored.Email, of, 0)
			if err != nil && !apierror.Is(err, apierror.Refused) {
				return nil, err
			}
		}
		if optedOut {
			found = append(found, list)
		}
	}
	return found, nil
}

// givenUp are those of the lists that the recipient opted out of under an
// address that is no longer the contact's.
func givenUp(note services.Note, state model, email string, among []int64) []int64 {
	former := slices.Clone(note.GivenUp)
	if !textform.SameInAnyCase(state.Email.ValueString(), email) {
		former = append(former, lists(state.OptedOut)...)
	}
	slices.Sort(former)
	return slices.DeleteFunc(slices.Compact(former), func(list int64) bool { return !slices.Contains(among, list) })
}

// optedOutOf are the lists of the plan that the recipient is known to have
// opted out of. Null, in a state that is older than the attribute, stays null
// until the contact is read.
func (m model) optedOutOf(plan model) types.Set {
	if m.OptedOut.IsNull() || m.OptedOut.IsUnknown() {
		return m.OptedOut
	}
	named := plan.lists()
	return listSet(slices.DeleteFunc(lists(m.OptedOut), func(list int64) bool { return !slices.Contains(named, list) }))
}

// managed is contactModel.managed without the lists that the recipient has
// opted out of: nothing is sent for them, whatever becomes of them in state.
func (m model) managed(note services.Note) whatcounts.Managed {
	managed, optedOut := m.contactModel.managed(note), lists(m.OptedOut)
	managed.Subscriptions = slices.DeleteFunc(managed.Subscriptions, func(s whatcounts.Subscription) bool { return slices.Contains(optedOut, s.ListID) })
	return managed
}

// takeWith is contactModel.take, which keeps the lists that are pending and
// those of optedOut.
func (m *model) takeWith(stored whatcounts.Contact, pending, optedOut []int64) {
	m.take(stored, slices.Concat(pending, optedOut)...)
	m.OptedOut = listSet(optedOut)
}

// lists are the ids that subscriptions names, as far as they are known.
func (m model) lists() []int64 {
	subscriptions, _ := readSubscriptions(m.Subscriptions)
	ids := make([]int64, 0, len(subscriptions))
	for _, s := range subscriptions {
		ids = append(ids, s.ListID.ValueInt64())
	}
	slices.Sort(ids)
	return ids
}

// lists are the elements of a set of ids.
func lists(set types.Set) []int64 {
	ids := make([]int64, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		if id, isNumber := element.(types.Int64); isNumber {
			ids = append(ids, id.ValueInt64())
		}
	}
	slices.Sort(ids)
	return ids
}

func listSet(ids []int64) types.Set {
	elements := make([]attr.Value, 0, len(ids))
	for _, id := range ids {
		elements = append(elements, types.Int64Value(id))
	}
	return types.SetValueMust(types.Int64Type, elements)
}

// optedOutWarning tells that a recipient has given up what the configuration
// names.
func optedOutWarning(m model) diag.Diagnostics {
	optedOut := lists(m.OptedOut)
	if len(optedOut) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(SummaryGivenUp, fmt.Sprintf(
		"The recipient of %s has opted out of %s. Nobody is put back, and nothing is planned about it; everything else about the contact can be changed. To end this warning, remove what was given up from subscriptions, which sends nothing.",
		m.Email.ValueString(), listsInWords(optedOut)))}
}

func listsInWords(ids []int64) string {
	if len(ids) == 1 {
		return fmt.Sprintf("list %d", ids[0])
	}
	return "lists " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(ids)), ", "), "[]")
}

// asInState keeps what is in state, null included. [planLists] does the rest.
type asInState struct{}

// Description says what the modifier does.
func (asInState) Description(context.Context) string {
	return "Keeps what is in state while the contact exists."
}

// MarkdownDescription says the same.
func (m asInState) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifySet takes the value from state.
func (asInState) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if !req.State.Raw.IsNull() {
		resp.PlanValue = req.StateValue
	}
}

// planLists plans opted_out, which holds no list that the configuration gives
// up, and refuses to add a contact to no list at all. whatcounts.md#sub.
func planLists(ctx context.Context, isNew bool, to *tfsdk.Plan, plan model) diag.Diagnostics {
	if isNew {
		if _, known := readSubscriptions(plan.Subscriptions); !known || len(plan.lists()) > 0 {
			return nil
		}
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("subscriptions"), SummaryNoList,
			"WhatCounts adds a contact only together with a subscription. Give at least one entry in subscriptions. A contact that exists can be imported, and kept on no list.")}
	}
	if len(lists(plan.OptedOut)) == 0 {
		return nil
	}
	planned := plan.optedOutOf(plan)
	if !plan.knowsLists() {
		planned = types.SetUnknown(types.Int64Type)
	}
	if planned.Equal(plan.OptedOut) {
		return nil
	}
	return to.SetAttribute(ctx, path.Root("opted_out"), planned)
}

// knowsLists reports whether a plan knows yet which lists it names.
func (m model) knowsLists() bool {
	subscriptions, known := readSubscriptions(m.Subscriptions)
	return known && !slices.ContainsFunc(subscriptions, func(s subscriptionModel) bool { return s.ListID.IsUnknown() })
}
