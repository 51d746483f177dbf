package contact

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// ImportState takes over all contacts of a list, as list:5, or by identity.
func (r *SetResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	list, problems := r.importedList(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, services.DefaultSetTimeout)
	defer cancel()
	var members []whatcounts.Row
	for member, err := range r.services.WhatCounts.Members(ctx, list) {
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error(SummaryNotImported, err))
			return
		}
		members = append(members, member)
	}
	imported := &set{note: setNote{Imported: true}}
	imported.Subscriptions = subscriptionsOf([]subscriptionModel{{types.Int64Value(list), types.StringValue(defaultFormat)}})
	imported.rows = importedRows(members)
	imported.compute()
	imported.note.Instance = r.services.Conflicts.ImportAll(r.conflictRecords(imported))
	for attribute, value := range map[string]attr.Value{
		"contacts": newJSON(writeRows(imported.rows)), "subscriber_ids": imported.SubscriberIDs, "subscriptions": imported.Subscriptions,
		// Defaults, so that the first plan after an import shows no change of them.
		"force_sub": types.BoolValue(false), "override_confirmation": types.BoolValue(false),
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(imported.note.write(ctx, resp.Private)...)
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, imported)...)
}

func (r *SetResource) importedList(ctx context.Context, req resource.ImportStateRequest) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	if req.ID == "" {
		var identity setIdentityModel
		problems.Append(req.Identity.Get(ctx, &identity)...)
		list, realm := identity.ListID.ValueInt64(), identity.Realm.ValueString()
		switch {
		case problems.HasError():
		case list < 1:
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names no list: list_id is %s. Set it to the id of a list, a number above zero.", identity.ListID))
		case realm != "" && realm != r.services.WhatCounts.RealmName():
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names the realm %s, and the provider is configured for %s. Set whatcounts.realm (WHATCOUNTS_REALM) to it, or leave realm out.", realm, r.services.WhatCounts.RealmName()))
		}
		return list, problems
	}
	text, isList := strings.CutPrefix(req.ID, "list:")
	list, err := strconv.ParseInt(text, 10, 64)
	if !isList || err != nil || list < 1 {
		problems.AddError(SummaryNotImported, fmt.Sprintf("%q names no list. Use list: and the id of a list, as in list:5, which takes over all contacts on it.", req.ID))
	}
	return list, problems
}

// importedRows are contacts under their address, or, where several share one,
// under address and first name.
func importedRows(members []whatcounts.Row) []setRow {
	on := map[string]int{}
	for _, member := range members {
		on[textform.Key(member.Email)]++
	}
	rows := make([]setRow, len(members))
	taken := map[string]bool{}
	for i, member := range members {
		key := member.Email
		if on[textform.Key(member.Email)] > 1 {
			key += "," + member.FirstName
		}
		if taken[key] {
			key += fmt.Sprintf(",%d", member.SubscriberID)
		}
		taken[key] = true
		rows[i] = setRow{key: key, id: member.SubscriberID, cells: []setCell{{column: "email", value: member.Email}}}
		if member.FirstName != "" {
			rows[i].cells = append(rows[i].cells, setCell{column: "first_name", value: member.FirstName})
		}
	}
	return rows
}
