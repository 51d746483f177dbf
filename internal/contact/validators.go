package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/address"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// emailAddress accepts what can be an address and can be sent with certainty.
type emailAddress struct{}

// Description says what is accepted.
func (emailAddress) Description(context.Context) string {
	return "must be one e-mail address, without blanks, commas, carets, double quotes or control characters"
}

// MarkdownDescription says what is accepted.
func (v emailAddress) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses what is no address.
func (v emailAddress) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	email := req.ConfigValue.ValueString()
	if reason := address.Wrong(email); reason != "" {
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidEmail, fmt.Sprintf("%s is %q: %s. It %s. Nothing was sent.", req.Path, email, reason, v.Description(ctx)))
	} else if err := whatcounts.CheckIdentity(req.Path.String(), email); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidEmail, fmt.Sprintf("%q cannot be sent to WhatCounts. It %s. Nothing was sent.", email, v.Description(ctx)))
	}
}

// checkedText accepts what one of the client's own checks does.
type checkedText struct {
	accepted string // what is
	summary  string // of a refusal
	check    func(at path.Path, text string) error
}

var (
	// identityText is for columns that tell contacts apart.
	identityText = checkedText{
		"must not hold a comma, a caret, a double quote, a control character or outer blanks", SummaryNotEncodable,
		func(at path.Path, text string) error { return whatcounts.CheckIdentity(at.String(), text) },
	}
	// fieldText is for all other columns.
	fieldText = checkedText{
		"must not hold a caret, a control character or a noncharacter, nor a backslash together with a comma or a double quote, nor begin with a double quote unless it has a comma, nor be blanks alone", SummaryNotEncodable,
		func(at path.Path, text string) error { return whatcounts.CheckValue(at.String(), text) },
	}
	customFieldName = checkedText{
		"must hold only letters, digits and underscores", SummaryInvalidFieldName,
		func(_ path.Path, text string) error { return whatcounts.CheckCustomFieldName(text) },
	}
)

// Description says what is accepted.
func (v checkedText) Description(context.Context) string { return v.accepted }

// MarkdownDescription says what is accepted.
func (v checkedText) MarkdownDescription(context.Context) string { return v.accepted }

// ValidateString refuses what the check does.
func (v checkedText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.Path, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, diagnostic.Detail(err))
	}
}

// withoutPrefix warns of the name of a custom field that has the prefix of its
// column already.
type withoutPrefix struct{}

// Description says what is expected.
func (withoutPrefix) Description(context.Context) string {
	return "should not begin with custom_, which is put before it"
}

// MarkdownDescription says what is expected.
func (v withoutPrefix) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString warns: a realm may have such a field all the same.
func (withoutPrefix) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if name, prefixed := strings.CutPrefix(req.ConfigValue.ValueString(), whatcounts.CustomPrefix); prefixed {
		resp.Diagnostics.AddAttributeWarning(req.Path, SummaryPrefixedField, fmt.Sprintf(
			"WhatCounts puts custom_ before the name of a custom field, and so does the provider: this one is sent as custom_custom_%[1]s. If the realm's field is called %[1]s, write %[1]s.", name))
	}
}

// ValidateConfig refuses a list that is named twice, since one contact can be
// subscribed to it only once.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	r.services.Validated(req.Config)
	config, problems := readModel(ctx, req.Config)
	resp.Diagnostics.Append(problems...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(listsNamedTwice(config.Subscriptions)...)
	}
}

func listsNamedTwice(set types.Set) diag.Diagnostics {
	var problems diag.Diagnostics
	subscriptions, _ := readSubscriptions(set)
	seen := map[int64]bool{}
	for _, s := range subscriptions {
		if s.ListID.IsUnknown() || s.ListID.IsNull() {
			continue
		}
		if seen[s.ListID.ValueInt64()] {
			problems.AddAttributeError(path.Root("subscriptions"), SummaryListTwice, fmt.Sprintf(
				"List %d stands twice in subscriptions, and a contact is subscribed to a list once, in one format (html where none is given). Keep one of the two.", s.ListID.ValueInt64()))
		}
		seen[s.ListID.ValueInt64()] = true
	}
	return problems
}
