// Package contact is reach_contact in all its Terraform forms, and the
// opt-outs and lists of WhatCounts that surround it. A service's answers are
// the business of the client beneath; a delete that may not happen is the
// business of package deletion.
package contact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// kind is what a contact is called in safeguards and reports.
const kind = "contact"

// Resource is reach_contact.
type Resource struct {
	services *services.Services
}

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource makes reach_contact.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contact"
}

// Configure takes the client of WhatCounts and the safeguards.
func (r *Resource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
	if r.services != nil {
		r.services.WhatCountsCredentials.Begin(ctx)
	}
}

// IdentitySchema says that the subscriber id tells one contact from all
// others. It survives a change of address and is not reused.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"subscriber_id": identityschema.Int64Attribute{
				RequiredForImport: true,
				Description:       "Subscriber id of the contact in WhatCounts.",
			},
		},
	}
}

type identityModel struct {
	SubscriberID types.Int64 `tfsdk:"subscriber_id"`
}

func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.Int64) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, identityModel{SubscriberID: id})
}

const defaultFormat = "html"

var formats = []string{"text", "html", "mime"}

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"subscriber_id": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Subscriber id, set by WhatCounts. A change of address or first name does not change it. A contact that is deleted and added again has a new one.",
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"email": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "E-mail address; case is ignored. Changes in place. A change to an address that has opted out, globally or of a list of the contact, is refused, even with `force_sub = true`.",
			Validators:          []validator.String{emailAddress{}},
		},
		"first_name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "First name. WhatCounts identifies a contact by e-mail address and first name. Changes in place if no other contact has the address.",
			Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
		},
		"customer_key": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Key of the contact. Required in a realm with customer keys; in other realms it is refused. A change of the key replaces the contact.",
			Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(
				anotherCustomerKey, "Another customer key is another contact.", "Another customer key is another contact.")},
		},
		"custom_fields": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Custom fields of the realm by name, without WhatCounts' prefix `custom_`. Only the names listed are managed; a name that is removed is cleared. A name consists of letters, digits and underscores.",
			Validators: []validator.Map{
				mapvalidator.KeysAre(customFieldName, withoutPrefix{}),
				mapvalidator.ValueStringsAre(fieldText),
			},
		},
		"subscriptions": schema.SetNestedAttribute{
			Required:            true,
			MarkdownDescription: "The lists that the contact is subscribed to, each named once. A new contact needs at least one, since WhatCounts adds contacts only to a list; an existing contact may be on none (`[]`). Only the lists named here are managed; an import takes over all of them. Changes in place: removing a list ends the subscription, without an opt-out. A list that the recipient has opted out of stays here, see `opted_out`.",
			Validators:          []validator.Set{setvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"list_id": schema.Int64Attribute{
						Required:            true,
						MarkdownDescription: "Id of the list, as `reach_lists` shows it.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"format": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Format of the mails: `text`, `html` or `mime`. Default `html`.",
						Validators:          []validator.String{stringvalidator.OneOf(formats...)},
					},
				},
			},
		},
		"opted_out": schema.SetAttribute{
			Computed:            true,
			ElementType:         types.Int64Type,
			MarkdownDescription: "Ids of the lists of `subscriptions` that the recipient has opted out of; under a global opt-out, all those that the contact is not on. A plan warns of them and does not change them: the recipient is not subscribed again, and everything else about the contact can be changed. A list is removed from here when the recipient subscribes again, or when it is removed from `subscriptions`.",
			PlanModifiers:       []planmodifier.Set{asInState{}},
		},
		"force_sub": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Adds the contact even if its address has an opt-out, as after every destroy under the policy `delete`. Used only when the contact is created or replaced; it never restores a subscription that the recipient ended later. Default false.",
		},
		"override_confirmation": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Skips a list's double opt-in. Without it, a subscription to such a list waits for the recipient's confirmation. Default false.",
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What a destroy does: `delete` (delete the contact for good and record a Global Optout), `delete_without_optout` (delete it for good, by subscriber id and without an opt-out: for test environments), " +
				"`unsubscribe` (end only the subscriptions in state), `abandon` (forget it, send nothing) or `prevent` (refuse, in the plan). A destroy uses the policy that was last applied, even if the block has been removed. Default: `safeguards.deletion_policy` of the provider, else `delete`.",
			Validators: []validator.String{stringvalidator.OneOf(deletion.ContactPolicies()...)},
		},
		"timeouts": services.Timeouts(ctx),
	}
	for _, col := range whatcounts.ValueColumns() {
		attributes[col.Attribute] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: col.Meaning + ".",
			Validators:          []validator.String{fieldText},
		}
	}
	resp.Schema = schema.Schema{
		// Of the states that it can read: package upgrade holds it to what it wrote.
		Version: 0,
		MarkdownDescription: "A contact in a WhatCounts realm, with its subscriptions.\n\n" +
			"~> **Destroying it cannot be undone.** WhatCounts deletes the contact with everything attached to it and records a **Global Optout** of its address. Adding the address again fails unless `force_sub = true` is set. " +
			"To avoid that, choose another `deletion_policy`.",
		Attributes: attributes,
	}
}

// Create adds the contact. What was done before a failure is kept in state, so
// that no contact is left behind unseen.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, problems := readModel(ctx, req.Plan)
	resp.Diagnostics.Append(problems...)
	timeout, problems := plan.Timeouts.Create(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	defer r.services.Conflicts.Apply()()
	done := r.services.Activity.Begin()
	wanted := plan.managed(services.Note{})
	added := r.services.WhatCounts.AddOne(ctx, whatcounts.NewContact{
		Managed:              wanted,
		ForceSub:             plan.ForceSub.ValueBool(),
		OverrideConfirmation: plan.OverrideConfirmation.ValueBool(),
	})
	existing := r.existingAsWanted(ctx, wanted, added.Err)
	done()
	id := added.Contact.SubscriberID
	switch {
	case existing != 0 && !r.services.Conflicts.Holds(deletion.Record{Kind: kind, ID: existing}):
		resp.Diagnostics.AddError(SummaryExists, r.services.ExistingContacts.Detail(ctx, r.services.Activity, toImport(added.Err), "reach_contact", wanted.Email, strconv.FormatInt(existing, 10)))
	case added.Err != nil:
		resp.Diagnostics.Append(r.notCreated(plan, id, added.Err))
	}
	if id == 0 {
		r.services.Conflicts.NotMade(r.conflictRecord(plan, services.Note{}), conflict.Configuration(req.Config))
		return
	}
	plan.SubscriberID, plan.OptedOut = types.Int64Value(id), listSet(nil)
	note := services.Note{Written: time.Now().Unix(), Pending: added.Pending, Asking: added.Asking}
	r.origin().Mark(&note)
	note.Instance = r.services.Conflicts.Made(r.conflictRecord(plan, note), conflict.Configuration(req.Config))
	if added.Err != nil {
		note.Incomplete = []int64{id}
		plan.keepSubscriptions(append(added.Contact.Managed().Lists(), added.Pending...))
	}
	resp.Diagnostics.Append(plan.write(ctx, &resp.State)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.SubscriberID)...)
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(pendingWarnings(plan.Email, note.Pending)...)
	if added.Err == nil && added.Unread != nil {
		resp.Diagnostics.AddWarning(SummaryUnread, diagnostic.Detail(added.Unread)+
			"\n\nWhatCounts reported everything as done, and the contact is in state. Run terraform plan to see whether each value was stored as it was sent.")
	}
}

// existingAsWanted is the id of the contact that kept a create from adding one
// and is exactly what it was to add; otherwise 0.
func (r *Resource) existingAsWanted(ctx context.Context, wanted whatcounts.Managed, err error) int64 {
	var exists *whatcounts.ExistsError
	if !errors.As(err, &exists) || exists.Changed || exists.SubscriberID == 0 {
		return 0
	}
	stored, err := r.services.WhatCounts.Contact(ctx, exists.SubscriberID, wanted.Email)
	if err != nil || !whatcounts.Missing(stored, wanted).None() {
		return 0
	}
	return stored.SubscriberID
}

// Read brings the state up to date, and removes the contact from it only when
// WhatCounts recognisably says that it is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.SubscriberID)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Read(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(r.origin().Refuse(note, state.record())...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Guard.Busy()()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	inState := r.conflictRecord(state, note)
	instance, read := r.services.Conflicts.Read(note.Instance, inState)
	found := &inState
	defer func() { read(found) }()
	note.Instance = instance

	updated, note, err := r.refreshed(ctx, state, note)
	if apierror.Is(err, apierror.NotFound) && !note.Unread {
		found = nil
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	r.origin().Mark(&note)
	inState = r.conflictRecord(updated, note)
	resp.Diagnostics.Append(updated.write(ctx, &resp.State)...)
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(pendingWarnings(updated.Email, note.Pending)...)
	resp.Diagnostics.Append(optedOutWarning(updated)...)
}

// refreshed is the contact in state as WhatCounts holds it now, and what is to
// be noted of it.
func (r *Resource) refreshed(ctx context.Context, state model, note services.Note) (model, services.Note, error) {
	expected := state.managed(note)
	stored, err := r.find(ctx, expected, note)
	if err != nil {
		return state, note, err
	}
	updated := state
	note.Asking = pendingOf(note.Asking, expected, stored)
	note.Pending = r.stillPending(ctx, note, expected, stored)
	optedOut, err := r.optedOut(ctx, state, stored, note)
	if err != nil {
		return state, note, err
	}
	note.GivenUp = givenUp(note, state, stored.Email, optedOut)
	updated.takeWith(stored, note.Pending, optedOut)
	updated.forgetUnwritten(note.Unsure, stored)
	note.Unread, note.Unsure, note.FirstName = false, nil, unmanagedFirstName(updated, stored)
	return updated, note, nil
}

// Update changes everything but the customer key in place. A change of what
// lives in state alone sends nothing, and force_sub plays no part.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, problems := readModel(ctx, req.Plan)
	resp.Diagnostics.Append(problems...)
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := plan.Timeouts.Update(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	defer r.services.Conflicts.Apply()()
	plan.OptedOut = state.optedOutOf(plan)
	from, to := state.managed(note), plan.managed(note)
	if !whatcounts.Compare(from, to).None() {
		resp.Diagnostics.Append(r.origin().Refuse(note, state.record())...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if from.CustomerKey == "" && to.CustomerKey != "" {
		// Imported where WhatCounts does not show keys.
		if err := r.services.WhatCounts.ConfirmCustomerKey(ctx, from.SubscriberID, from.Email, to.CustomerKey); err != nil {
			resp.Diagnostics.Append(notUpdated(err))
			return
		}
		from.CustomerKey = to.CustomerKey
	}
	note.Incomplete = nil
	if !whatcounts.Compare(from, to).None() {
		updated := r.services.WhatCounts.UpdateOne(ctx, whatcounts.Change{
			From: from, To: to,
			OverrideConfirmation: plan.OverrideConfirmation.ValueBool(),
			Pending:              note.Pending,
		})
		note.Written = time.Now().Unix()
		note.Pending = pendingOf(append(note.Pending, updated.Pending...), to, updated.Contact)
		note.Asking = pendingOf(append(note.Asking, updated.Asking...), to, updated.Contact)
		if updated.Err != nil {
			resp.Diagnostics.Append(notUpdated(updated.Err))
			if updated.Sent {
				state, note = r.partlyUpdated(ctx, state, plan, from, to, updated.Contact, note)
				resp.Diagnostics.Append(state.write(ctx, &resp.State)...)
				resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
			}
			return
		}
		note.FirstName = unmanagedFirstName(plan, updated.Contact)
	}
	note.Unsure, note.GivenUp = nil, givenUp(note, state, plan.Email.ValueString(), lists(plan.OptedOut))
	resp.Diagnostics.Append(plan.write(ctx, &resp.State)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.SubscriberID)...)
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(pendingWarnings(plan.Email, note.Pending)...)
}

// partlyUpdated is the state and the note of an update that failed after something
// was sent. Everything that the state or the plan manages is taken over as it is
// stored now. Where nobody knows what was done, the state manages everything
// that may have been written, so that the next refresh looks for it.
func (r *Resource) partlyUpdated(ctx context.Context, state, plan model, from, to whatcounts.Managed, stored whatcounts.Contact, note services.Note) (model, services.Note) {
	isKnown := stored.SubscriberID != 0
	if isKnown {
		note.Unsure = nil
	} else {
		stored = whatcounts.Contact{Identity: from.Identity, Values: from.Values, Subscriptions: slices.Clone(from.Subscriptions)}
		stored.Subscriptions = append(stored.Subscriptions, whatcounts.Compare(from, to).Join...)
		note.Unsure = unsureColumns(from, to, note.Unsure)
	}
	optedOut, err := r.optedOut(ctx, state, stored, note)
	if err != nil {
		optedOut = lists(state.OptedOut)
	}
	note.GivenUp = givenUp(note, state, stored.Email, optedOut)
	state.manageToo(plan.contactModel)
	state.takeWith(stored, note.Pending, optedOut)
	if isKnown {
		note.FirstName = unmanagedFirstName(state, stored)
	}
	return state, note
}

// unsureColumns are what columns were to hold that the state did not manage
// before, or that an earlier update may have written.
func unsureColumns(from, to whatcounts.Managed, before map[string]string) map[string]string {
	unsure := map[string]string{}
	for _, values := range []map[string]string{from.Values, to.Values} {
		for column := range values {
			_, wasManaged := from.Values[column]
			_, wasUnsure := before[column]
			if wasUnsure || !wasManaged {
				unsure[column] = to.Values[column]
			}
		}
	}
	return unsure
}

// Delete does what the deletion policy in state says. A contact that is gone
// already is done.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Conflicts.Apply()()
	if note.Forgets {
		return
	}
	resp.Diagnostics.Append(r.services.Guard.Admit(state.record())...)
	timeout, problems := state.Timeouts.Delete(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	record := r.recordToDelete(state, note)
	policy := r.services.Guard.Policy(record.Policy)
	if r.ending(record.Policy) == conflict.DeletedOptout && note.Adds != "" && !note.Forced && textform.SameInAnyCase(note.Adds, record.Address) {
		// The first half of a replacement that no plan has shown.
		resp.Diagnostics.Append(refusedSuccession(record)...)
	}
	if policy != deletion.Abandon {
		resp.Diagnostics.Append(r.services.Conflicts.CheckEnd(note.Instance, r.conflictRecord(state, note), r.ending(record.Policy))...)
		resp.Diagnostics.Append(r.origin().Refuse(note, record)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	var deleted whatcounts.Outcome
	known := state.managed(note)
	switch policy {
	case deletion.Delete, deletion.DeleteWithoutOptout:
		deleted = r.services.WhatCounts.DeleteOne(ctx, whatcounts.Deletion{
			Identity:      known.Identity,
			WithoutOptout: policy == deletion.DeleteWithoutOptout,
			Verify:        r.services.Guard.VerifyBeforeDelete(),
			Before: func(_ context.Context, current whatcounts.Contact) error {
				return keep(r.services, record, current, known)
			},
			Whole:   r.services.Guard.Journals(),
			Written: note.IsFresh(time.Now()),
		})
	case deletion.Unsubscribe:
		deleted = r.services.WhatCounts.UnsubscribeOne(ctx, known)
	}
	if deleted.Err != nil && !apierror.Is(deleted.Err, apierror.NotFound) {
		resp.Diagnostics.Append(notDeleted(deleted.Err))
		return
	}
	if deleted.OptoutRecorded {
		resp.Diagnostics.AddWarning(SummaryOptoutRemain, fmt.Sprintf(
			"The contact %s is deleted. WhatCounts records a Global Optout for a delete by subscriber id too, against its documentation. Adding the address again needs force_sub = true.", known.Email))
	}
	if note.Replaced {
		resp.Diagnostics.AddWarning(SummaryReplacedFirst, fmt.Sprintf(
			"The %s is deleted without a Global Optout of its address: the contact that was made in its place before (create_before_destroy) has that address.", record))
	}
	r.services.Conflicts.Gone(record)
}

// recordToDelete is the contact in state with the policy that it goes under. A
// contact whose creation failed half way goes without an opt-out: nobody asked
// for its end, Terraform is about to make it anew, and the opt-out of an
// ordinary delete would stand in the way of that. So does one whose successor
// was made before its end and has the address.
func (r *Resource) recordToDelete(state model, note services.Note) deletion.Record {
	record := state.record()
	if r.services.Guard.Policy(record.Policy) == deletion.Delete && (note.Replaced || slices.Contains(note.Incomplete, record.ID)) {
		record.Policy = deletion.DeleteWithoutOptout
	}
	return record
}

// keep is what comes right before a delete: the safeguards judge the contact as
// it was read, and the journal keeps it.
func keep(s *services.Services, record deletion.Record, current whatcounts.Contact, known whatcounts.Managed) error {
	record.Address = current.Email
	if err := s.Guard.CheckScope(record); err != nil {
		return err
	}
	at := deletion.Place{Endpoint: s.WhatCounts.Endpoint(), Realm: s.WhatCounts.RealmName()}
	return s.Guard.Journal(record, at, journalContact(current, known))
}

// journalContact is a contact as the journal keeps it. Not every answer shows
// the customer key and the formats; where stored lacks them, they are those that
// are known.
func journalContact(stored whatcounts.Contact, known whatcounts.Managed) deletion.ContactEntry {
	stored.CustomerKey = cmp.Or(stored.CustomerKey, known.CustomerKey)
	stored.Subscriptions = slices.Clone(stored.Subscriptions)
	for i, s := range stored.Subscriptions {
		for _, other := range known.Subscriptions {
			if s.ListID == other.ListID {
				stored.Subscriptions[i].Format = cmp.Or(s.Format, other.Format)
			}
		}
	}
	return deletion.ContactEntry(stored)
}

// find is the contact in full. When the state was written a moment ago, an
// answer that contradicts it is asked for again, that the contact is gone
// included; the last answer then stands.
func (r *Resource) find(ctx context.Context, expected whatcounts.Managed, note services.Note) (whatcounts.Contact, error) {
	var stored whatcounts.Contact
	var goneErr error
	err := r.services.ConsistencyFor(note).Until(ctx, func(ctx context.Context) (bool, error) {
		stored, goneErr = r.services.WhatCounts.Contact(ctx, expected.SubscriberID, expected.Email)
		if goneErr != nil && !apierror.Is(goneErr, apierror.NotFound) {
			return false, goneErr
		}
		missing := whatcounts.Missing(stored, expected)
		missing.Join = slices.DeleteFunc(missing.Join, func(s whatcounts.Subscription) bool { return slices.Contains(note.Pending, s.ListID) })
		return goneErr == nil && missing.None(), nil
	})
	if err == nil {
		err = goneErr
	}
	return stored, err
}

// pendingOf are those of the lists that are managed and that the contact is not
// shown on.
func pendingOf(lists []int64, managed whatcounts.Managed, stored whatcounts.Contact) []int64 {
	lists = slices.DeleteFunc(slices.Clone(lists), func(list int64) bool { return !managed.On(list) || stored.On(list) })
	slices.Sort(lists)
	return slices.Compact(lists)
}

// stillPending are the lists that still wait for the recipient's confirmation:
// those that are known to ask for it, and others while no opt-out of the list,
// nor a global one, says that the recipient does not want it. An opt-out query
// that is refused tells nothing.
func (r *Resource) stillPending(ctx context.Context, note services.Note, managed whatcounts.Managed, stored whatcounts.Contact) []int64 {
	optedOut := func(list int64) bool {
		found, err := r.services.WhatCounts.OptedOut(ctx, stored.Email, list, 0)
		return err == nil && found
	}
	return slices.DeleteFunc(pendingOf(note.Pending, managed, stored), func(list int64) bool {
		return !slices.Contains(note.Asking, list) && (optedOut(list) || optedOut(0))
	})
}

// unmanagedFirstName is the first name that WhatCounts holds, where Terraform
// does not manage it.
func unmanagedFirstName(m model, stored whatcounts.Contact) string {
	if !m.FirstName.IsNull() {
		return ""
	}
	return stored.FirstName
}

func (r *Resource) origin() services.Origin {
	return services.Origin{
		Endpoint: r.services.WhatCounts.Endpoint(), Realm: r.services.WhatCounts.RealmName(),
		Settings: "whatcounts.endpoint (WHATCOUNTS_ENDPOINT) and whatcounts.realm (WHATCOUNTS_REALM)",
	}
}

// ImportState accepts a subscriber id, an e-mail address, an address with a
// first name behind a comma, or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := services.Deadline{}.Within(ctx)
	defer cancel()
	id, problems := r.importedID(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(beginImport(ctx, &resp.State, id)...)
	note := services.Note{Instance: r.services.Conflicts.Import(conflict.Record{Record: deletion.Record{Kind: kind, ID: id}})}
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, types.Int64Value(id))...)
}

// importedID is the subscriber id that an import asks for, by id, by address,
// by address and first name, or by identity.
func (r *Resource) importedID(ctx context.Context, req resource.ImportStateRequest) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	if req.ID == "" {
		var identity identityModel
		problems.Append(req.Identity.Get(ctx, &identity)...)
		id := identity.SubscriberID.ValueInt64()
		if id < 1 && !problems.HasError() {
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names no contact: subscriber_id is %s. Set it to the subscriber id, a number above zero.", identity.SubscriberID))
		}
		return id, problems
	}
	if id, err := strconv.ParseInt(req.ID, 10, 64); err == nil && id > 0 {
		return id, problems
	}
	email, name, named := strings.Cut(req.ID, ",")
	if !strings.Contains(email, "@") {
		problems.AddError(SummaryNotImported, fmt.Sprintf(
			"%q names no contact. Use the subscriber id, as in 12345, the address, as in jane@example.com, or address and first name, as in jane@example.com,Jane.", req.ID))
		return 0, problems
	}
	var firstName *string
	if named {
		firstName = &name
	}
	rows, err := r.services.WhatCounts.Find(ctx, email, firstName)
	switch {
	case err != nil:
		problems.Append(diagnostic.Error(SummaryNotImported, err))
	case len(rows) == 0:
		problems.AddError(SummaryNotImported, fmt.Sprintf("WhatCounts has no contact %s. Check the address and the realm.", req.ID))
	case len(rows) > 1:
		problems.AddError(SummaryNotImported, fmt.Sprintf("Several contacts share the address. Import one of them by its subscriber id:\n%s", listRows(rows)))
	default:
		return rows[0].SubscriberID, problems
	}
	return 0, problems
}

// attributes are a state or a list result, by attribute.
type attributes interface {
	SetAttribute(ctx context.Context, at path.Path, value any) diag.Diagnostics
}

// beginImport is what is known of a contact before it is read: its id, and the
// defaults, so that the first plan after an import shows no change of them.
func beginImport(ctx context.Context, target attributes, id int64) diag.Diagnostics {
	problems := target.SetAttribute(ctx, path.Root("subscriber_id"), id)
	problems.Append(target.SetAttribute(ctx, path.Root("force_sub"), false)...)
	problems.Append(target.SetAttribute(ctx, path.Root("override_confirmation"), false)...)
	return problems
}
