package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// shortestSearch is how many characters of a pattern have to be in every address
// that it means, where WhatCounts is searched by them: fewer would find everyone.
const shortestSearch = 3

// Selection is which contacts an action deletes where it names none: those on a
// list, those whose address matches a pattern, or those of whom both is true. It
// is embedded in the model of the action.
type Selection struct {
	ListID types.Int64  `tfsdk:"list_id"`
	Email  types.String `tfsdk:"email"`
}

// selectionAttributes are the attributes of [Selection].
func selectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"list_id": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Delete the contacts on the list with this id; together with `email`, only those whose address matches. Cannot be used with `contacts` and `subscriber_ids`. " +
				"The list is read when the action runs, page by page.",
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"email": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Delete the contacts whose whole address matches this pattern, such as `*@test.example.com`, with the wildcards of `safeguards.deletable`; case is ignored. Cannot be used with `contacts` and `subscriber_ids`. " +
				fmt.Sprintf("Without `list_id`, WhatCounts is searched for the longest part without wildcards, which needs at least %d ASCII characters. A search shows at most 250 contacts: if there may be more, nothing is deleted, and you need `list_id` or a longer part.", shortestSearch),
		},
	}
}

// isSet reports whether contacts are selected and not named.
func (s Selection) isSet() bool { return !s.ListID.IsNull() || !s.Email.IsNull() }

func (s Selection) isUnknown() bool { return s.ListID.IsUnknown() || s.Email.IsUnknown() }

// query is whom it selects, for a person.
func (s Selection) query() string {
	var text string
	if !s.ListID.IsNull() {
		text = fmt.Sprintf("on list %d", s.ListID.ValueInt64())
	}
	if s.Email.IsNull() {
		return text
	}
	if text != "" {
		text += " "
	}
	return text + fmt.Sprintf("with an address that matches %q", s.Email.ValueString())
}

// validate refuses a pattern that cannot be meant, or not be searched for.
func (s Selection) validate() diag.Diagnostics {
	var problems diag.Diagnostics
	if s.Email.IsNull() || s.Email.IsUnknown() {
		return nil
	}
	at := path.Root("email")
	pattern, err := deletion.NewPattern(s.Email.ValueString())
	if err != nil {
		problems.AddAttributeError(at, SummaryInvalidPattern, fmt.Sprintf("email: %s. Set it to a pattern such as *@test.example.com.", err))
		return problems
	}
	if !s.ListID.IsNull() {
		return nil
	}
	if part := pattern.Literal(); utf8.RuneCountInString(part) < shortestSearch {
		problems.AddAttributeError(at, SummaryInvalidPattern, fmt.Sprintf(
			"No part of %q without wildcards has %d plain characters to search WhatCounts for, so it would find everyone. Add list_id, whose contacts are read one and all, or use a longer pattern.", s.Email.ValueString(), shortestSearch))
	} else if err := whatcounts.CheckIdentity("email", part); err != nil {
		problems.AddAttributeError(at, SummaryInvalidPattern, diagnostic.Detail(err))
	}
	return problems
}

// contacts are those selected, by subscriber id. What WhatCounts may have cut is
// an error: to delete some of those that are meant is not what was asked for.
func (s Selection) contacts(ctx context.Context, client *whatcounts.Client) ([]whatcounts.Identity, diag.Diagnostics) {
	var problems diag.Diagnostics
	matches := func(string) bool { return true }
	var part string
	if !s.Email.IsNull() {
		pattern, err := deletion.NewPattern(s.Email.ValueString())
		if err != nil {
			return nil, s.validate()
		}
		matches, part = pattern.Match, pattern.Literal()
	}
	var selected []whatcounts.Identity
	take := func(row whatcounts.Row) bool {
		if matches(row.Email) {
			selected = append(selected, row.Identity)
		}
		return len(selected) <= deletion.MostNamed
	}
	if s.ListID.IsNull() {
		rows, more, err := client.Search(ctx, whatcounts.Criteria{Email: part})
		switch {
		case err != nil:
			problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
		case more:
			problems.AddAttributeError(path.Root("email"), SummarySelectionCut, fmt.Sprintf(
				"WhatCounts returned %d contacts for %q, the most it ever does in one answer, so there are perhaps more, and it has no second page. Nothing was deleted. Add list_id, whose contacts are read to the end, or a longer pattern.", len(rows), part))
		}
		for _, row := range rows {
			take(row)
		}
	} else {
		for row, err := range client.Members(ctx, s.ListID.ValueInt64()) {
			if err != nil {
				problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
				break
			}
			if !take(row) {
				problems.AddError(deletion.SummaryTooManyNamed, fmt.Sprintf(
					"There are more than %d contacts %s, and one action takes no more. Nothing was deleted. Narrow it down by email or list_id.", deletion.MostNamed, s.query()))
				break
			}
		}
	}
	slices.SortFunc(selected, func(a, b whatcounts.Identity) int { return cmp.Compare(a.SubscriberID, b.SubscriberID) })
	return selected, problems
}

// onLists lets the pages of the list stand in for a look at each contact.
func (s Selection) onLists() []whatcounts.Option {
	if s.ListID.IsNull() {
		return nil
	}
	return []whatcounts.Option{whatcounts.OnLists(s.ListID.ValueInt64())}
}

// stillOn is nil unless a contact that was selected by its list has left that
// since. A search does not always show the lists; the details do.
func (s Selection) stillOn(ctx context.Context, client *whatcounts.Client, current whatcounts.Contact) error {
	list := s.ListID.ValueInt64()
	if s.ListID.IsNull() || current.On(list) {
		return nil
	}
	stored, err := client.Contact(ctx, current.SubscriberID, current.Email)
	if err == nil && !stored.On(list) {
		err = fmt.Errorf("it is no longer on list %d, by which it was selected. Nothing of it was deleted", list)
	}
	return err
}
