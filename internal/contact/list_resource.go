package contact

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// ListResource is reach_contact as a list: the contacts of a realm by a part of
// their address, or those on a list.
type ListResource struct {
	services *services.Services
}

var (
	_ list.ListResourceWithConfigure      = (*ListResource)(nil)
	_ list.ListResourceWithValidateConfig = (*ListResource)(nil)
)

// NewListResource makes the list resource reach_contact.
func NewListResource() list.ListResource { return &ListResource{} }

// Metadata names the resource that is listed.
func (l *ListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contact"
}

// Configure takes the client of WhatCounts.
func (l *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
}

// ListResourceConfigSchema describes what can be asked for.
func (l *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Contacts of WhatCounts, found by their e-mail address, by a list that they are on, or by both. Set at least one of `email` and `list_id`.\n\n" +
			"WhatCounts returns at most 250 rows for an `email`. If there may be more, and `limit` allows more, the list `list_id` is read page by page instead; without `list_id`, there is an error after the first 250. A warning says when a list stops at `limit`. " +
			"With `include_resource`, each contact costs one more request.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.ListTimeout(),
			"email": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "E-mail address or, unless `exact` is set, a part of it, such as `@test.example.com`. Case is ignored. Default: every contact on the list `list_id`.",
				Validators:          []validator.String{identityText},
			},
			"exact": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether `email` is the whole address. Default false: `email` may be a part of it.",
			},
			"list_id": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Only contacts on the list with this id. Default: contacts on any list; `email` is then required.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
		},
	}
}

type searchModel struct {
	services.Deadline
	Email  types.String `tfsdk:"email"`
	Exact  types.Bool   `tfsdk:"exact"`
	ListID types.Int64  `tfsdk:"list_id"`
}

// ValidateListResourceConfig refuses to ask for everyone, which WhatCounts
// would answer slowly, and an exact address that is none.
func (l *ListResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config searchModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.Email.IsUnknown() || config.ListID.IsUnknown() {
		return
	}
	email := config.Email.ValueString()
	switch {
	case config.Email.IsNull() && config.ListID.IsNull():
		resp.Diagnostics.AddError(SummaryNoScope, "This would list every contact of the realm. Set email to an address or a part of it, list_id to a list, or both.")
	case !config.Email.IsNull() && email == "":
		resp.Diagnostics.AddAttributeError(path.Root("email"), SummaryInvalidEmail, "An empty email would match every contact. Set it to an address or a part of it, or leave it out and set list_id.")
	case config.Exact.ValueBool() && config.Email.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("exact"), SummaryInvalidEmail, "With exact = true, set email to the whole address, or leave exact out.")
	case config.Exact.ValueBool():
		validated := validator.StringResponse{}
		emailAddress{}.ValidateString(ctx, validator.StringRequest{Path: path.Root("email"), ConfigValue: config.Email}, &validated)
		resp.Diagnostics.Append(validated.Diagnostics...)
	}
}

// List yields the contacts as they are found, and asks for no more than the
// limit and one more need: the last one tells whether there are others.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config searchModel
	if problems := req.Config.Get(ctx, &config); problems.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(problems)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel := config.Within(ctx)
		defer cancel()
		var last []list.ListResult // of those listed, kept back until it is known whether another follows
		listed := int64(0)
		for match, problem := range l.matches(ctx, config, req.Limit) {
			if listed > 0 && listed == req.Limit {
				last[0].Diagnostics.Append(diagnostic.Limit(req.Limit, kind, problem != nil))
				break
			}
			result, there := list.ListResult{Diagnostics: diag.Diagnostics{problem}}, true
			if problem == nil {
				result, there = l.result(ctx, req, match)
			}
			if !there {
				continue
			}
			if len(last) > 0 && !push(last[0]) {
				return
			}
			last, listed = []list.ListResult{result}, listed+1
			if result.Diagnostics.HasError() {
				break
			}
		}
		if len(last) > 0 {
			push(last[0])
		}
	}
}

// matches are the contacts that the configuration asks for. An error is the
// last of the sequence.
func (l *ListResource) matches(ctx context.Context, config searchModel, limit int64) iter.Seq2[whatcounts.Row, diag.Diagnostic] {
	return func(yield func(whatcounts.Row, diag.Diagnostic) bool) {
		if config.Email.IsNull() {
			l.members(ctx, config, yield)
			return
		}
		found, more, err := l.services.WhatCounts.Search(ctx, whatcounts.Criteria{
			Email: config.Email.ValueString(), Exact: config.Exact.ValueBool(), ListID: config.ListID.ValueInt64(),
		})
		if err != nil {
			yield(whatcounts.Row{}, diagnostic.Error(SummaryNotListed, err))
			return
		}
		if wanted := limit <= 0 || limit > int64(len(found)); more && wanted && !config.ListID.IsNull() {
			l.members(ctx, config, yield)
			return
		}
		for _, match := range found {
			if config.asksFor(match.Email) && !yield(match, nil) {
				return
			}
		}
		if more {
			yield(whatcounts.Row{}, diag.NewErrorDiagnostic(SummaryCut, fmt.Sprintf(
				"WhatCounts returned %d contacts for %q, the most it ever does in one answer, so there are perhaps more. It has no second page. "+
					"Set list_id, which can be read to its end, give a longer part of the address in email, or set limit to %d or less to be content with some of them.",
				len(found), config.Email.ValueString(), len(found))))
		}
	}
}

// members are the contacts on the list, of whom email may name a part.
func (l *ListResource) members(ctx context.Context, config searchModel, yield func(whatcounts.Row, diag.Diagnostic) bool) {
	for member, err := range l.services.WhatCounts.Members(ctx, config.ListID.ValueInt64()) {
		if err != nil {
			yield(whatcounts.Row{}, diagnostic.Error(SummaryNotListed, err))
			return
		}
		if config.asksFor(member.Email) && !yield(member, nil) {
			return
		}
	}
}

// asksFor reports whether an address is one of those asked for. It decides
// about every row, so that a search and the pages of a list find the same.
func (c searchModel) asksFor(email string) bool {
	if c.Exact.ValueBool() {
		return textform.SameInAnyCase(email, c.Email.ValueString())
	}
	return strings.Contains(textform.Key(email), textform.Key(c.Email.ValueString()))
}

// result is one contact as Terraform shows it, in full when that is asked for.
// One that has gone since it was found is not there.
func (l *ListResource) result(ctx context.Context, req list.ListRequest, match whatcounts.Row) (result list.ListResult, there bool) {
	result = req.NewListResult(ctx)
	result.DisplayName = displayName(match)
	result.Diagnostics.Append(setIdentity(ctx, result.Identity, types.Int64Value(match.SubscriberID))...)
	if !req.IncludeResource {
		return result, true
	}
	stored, err := l.services.WhatCounts.Contact(ctx, match.SubscriberID, match.Email)
	if apierror.Is(err, apierror.NotFound) {
		return result, false
	}
	if err != nil {
		result.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return result, true
	}
	result.Diagnostics.Append(beginImport(ctx, result.Resource, match.SubscriberID)...)
	imported, problems := readModel(ctx, result.Resource)
	result.Diagnostics.Append(problems...)
	imported.take(stored)
	imported.OptedOut = listSet(nil)
	result.Diagnostics.Append(imported.write(ctx, result.Resource)...)
	return result, true
}

// displayName is a contact as a person knows it.
func displayName(m whatcounts.Row) string {
	if name := strings.TrimSpace(m.FirstName + " " + m.LastName); name != "" {
		return fmt.Sprintf("%s <%s> (%d)", name, m.Email, m.SubscriberID)
	}
	return fmt.Sprintf("%s (%d)", m.Email, m.SubscriberID)
}
