package contact

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// doubt makes the state of an update of which nobody knows what was done: it
// names everything that may have been written, so that the next refresh looks
// for it. It returns what the columns were to hold that the state did not name
// before, or named in doubt.
func (m *model) doubt(ctx context.Context, plan model, current, wanted whatcounts.Contact, noted notes) (map[string]string, diag.Diagnostics) {
	unsure := map[string]string{}
	note := func(column, value string, known bool) {
		if _, doubted := noted.unsure[column]; doubted || !known {
			unsure[column] = value
		}
	}
	for column, value := range wanted.Fields {
		_, known := current.Fields[column]
		note(column, value, known)
	}
	for name, value := range wanted.Custom {
		_, known := current.Custom[name]
		note(customPrefix+name, value, known)
	}
	named := current
	named.Subscriptions = slices.Clone(current.Subscriptions)
	for _, s := range wanted.Subscriptions {
		if !subscribed(current, s.ListID) {
			named.Subscriptions = append(named.Subscriptions, s)
		}
	}
	return unsure, m.takeOverAll(ctx, plan, named, noted.waiting())
}

// customPrefix tells the columns of custom fields from the others.
const customPrefix = "custom_"

// settleDoubt drops from the state what an update was to write and did not:
// what stands there instead was never Terraform's.
func (m *model) settleDoubt(ctx context.Context, unsure map[string]string, stored whatcounts.Contact) diag.Diagnostics {
	for column, value := range m.byColumn() {
		if wanted, doubted := unsure[column]; doubted && stored.Fields[column] != wanted {
			*value = types.StringNull()
		}
	}
	fields, problems := decodeCustomFields(ctx, m.CustomFields)
	left := len(fields)
	for name := range fields {
		if wanted, doubted := unsure[customPrefix+name]; doubted && stored.Custom[name] != wanted {
			delete(fields, name)
		}
	}
	switch len(fields) {
	case left:
		return problems
	case 0:
		m.CustomFields = types.MapNull(types.StringType)
		return problems
	}
	changed, moreProblems := types.MapValueFrom(ctx, types.StringType, fields)
	problems.Append(moreProblems...)
	m.CustomFields = changed
	return problems
}
