package communication

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// kind is what a communication is called in safeguards and reports.
const kind = "communication"

// DeleteAction is reach_delete_communications: it deletes records that no
// resource manages. All of them are looked up and admitted before the first is
// deleted; a refusal of the service for one does not keep the others.
type DeleteAction struct {
	services *services.Services
}

var (
	_ action.ActionWithConfigure      = (*DeleteAction)(nil)
	_ action.ActionWithValidateConfig = (*DeleteAction)(nil)
	_ action.ActionWithModifyPlan     = (*DeleteAction)(nil)
)

// NewDeleteAction makes the action reach_delete_communications.
func NewDeleteAction() action.Action { return &DeleteAction{} }

type deleteActionModel struct {
	deletion.Consent
	services.Deadline
	CommunicationIDs types.List `tfsdk:"communication_ids"`
	ExternalIDs      types.List `tfsdk:"external_ids"`
}

// Metadata names the action.
func (a *DeleteAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_delete_communications"
}

// Schema describes the action.
func (a *DeleteAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"timeouts": services.InvokeTimeout(),
		"communication_ids": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.Int64Type,
			MarkdownDescription: "Native ids of the communications to delete, each once. Set this, `external_ids` or both.",
			Validators: []validator.List{
				listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueInt64sAre(int64validator.AtLeast(1)),
			},
		},
		"external_ids": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Your own ids of the communications to delete, each once and at most 50 characters. Set this, `communication_ids` or both; a record named by both counts once.",
			Validators: []validator.List{
				listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID)),
			},
		},
	}
	maps.Copy(attributes, deletion.ConsentAttributes(kind+"s"))
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Deletes communications from 7G for good, whether or not Terraform manages them: at most %d in one action.\n\n", deletion.MostNamed) +
			"~> **It cannot be undone.** Run it with `dry_run = true` first, which is the default, and read what it would delete.\n\n" +
			"All records are looked up first. Nothing is deleted if the provider's `safeguards` refuse one of them, if their number is not `expected_count` or is more than `max_count`, or if `safeguards.deletion_policy` is not `delete`. " +
			"Each record is then read again, written to the journal, and deleted. If 7G refuses to delete one, the others are still deleted, and the action ends with an error that lists it. Records that are already gone are no error.",
		Attributes: attributes,
	}
}

// selection is the records named, as far as they are known.
func (m deleteActionModel) selection(ctx context.Context) (keys []seveng.Key, selected deletion.Selection, problems diag.Diagnostics) {
	selected = deletion.Selection{Kind: kind, Attributes: "communication_ids and external_ids"}
	if m.CommunicationIDs.IsUnknown() || m.ExternalIDs.IsUnknown() {
		selected.Unknown = true
		return nil, selected, nil
	}
	var native []types.Int64
	var external []types.String
	problems.Append(m.CommunicationIDs.ElementsAs(ctx, &native, false)...)
	problems.Append(m.ExternalIDs.ElementsAs(ctx, &external, false)...)
	selected.Unknown = problems.HasError()
	for _, id := range native {
		selected.Unknown = selected.Unknown || id.IsUnknown()
		keys = append(keys, seveng.ByID(id.ValueInt64()))
		selected.Named = append(selected.Named, deletion.Record{Kind: kind, ID: id.ValueInt64()})
	}
	for _, id := range external {
		selected.Unknown = selected.Unknown || id.IsUnknown()
		keys = append(keys, seveng.ByExternalID(id.ValueString()))
		selected.Named = append(selected.Named, deletion.Record{Kind: kind, Names: namesOf(id)})
	}
	return keys, selected, problems
}

// namesOf is how an action may name a communication but for its id.
func namesOf(externalID types.String) []string {
	if externalID.IsNull() || externalID.IsUnknown() {
		return nil
	}
	return []string{externalPrefix + externalID.ValueString()}
}

// Configure takes the client of 7G and the safeguards.
func (a *DeleteAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig refuses a selection that cannot be meant.
func (a *DeleteAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, selected, problems := config.selection(ctx)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(config.Validate(selected)...)
}

// ModifyPlan says what the action would mean, and refuses what the safeguards
// do not allow as far as the ids alone tell. It asks the service nothing.
func (a *DeleteAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || a.services == nil {
		return
	}
	_, selected, problems := config.selection(ctx)
	resp.Diagnostics.Append(problems...)
	if selected.Unknown {
		return
	}
	resp.Diagnostics.Append(config.Plan(a.services.Guard, selected, SummaryPermanent,
		"7G deletes them for good, and the links to their owners with them; e-mail addresses become free for others to use.")...)
}

// Invoke looks every record up, asks the safeguards about all of them, and
// deletes them one by one.
func (a *DeleteAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	keys, selected, problems := config.selection(ctx)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(config.Validate(selected)...) // what the plan did not know yet
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	progress := deletion.Progress(resp.SendProgress)
	found, gone, problems := a.lookUp(ctx, keys, progress)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	looked := deletion.Found{Kind: kind, Gone: gone}
	for _, one := range found {
		looked.Records = append(looked.Records, one.record())
	}
	resp.Diagnostics.Append(config.Run(a.services.Guard, looked, progress, func() deletion.Report {
		return a.deleteAll(ctx, found, gone, progress)
	})...)
}

// target is a communication to delete, with the name of its type.
type target struct {
	seveng.Communication
	typeName string
}

func (t target) record() deletion.Record {
	return deletion.Record{Kind: kind, ID: t.ID, Address: t.Value, Policy: deletion.Delete}
}

// lookUp finds the records, each once, and those that are gone. One that can be
// neither read nor called gone ends it: nothing is deleted on a guess.
func (a *DeleteAction) lookUp(ctx context.Context, keys []seveng.Key, progress deletion.Progress) (found []target, gone []deletion.Name, problems diag.Diagnostics) {
	for i, key := range keys {
		c, err := a.services.SevenG.Read(ctx, key)
		switch {
		case apierror.Is(err, apierror.NotFound):
			gone = append(gone, deletion.Name(key.String()))
		case err != nil:
			problems.AddError(SummaryNotRead, fmt.Sprintf("%s\n\nNothing was deleted.", diagnostic.Detail(err)))
			return nil, nil, problems
		case !slices.ContainsFunc(found, func(t target) bool { return t.ID == c.ID }):
			one := target{Communication: c}
			if a.services.Guard.Journals() {
				one.typeName, problems = typeName(ctx, a.services.SevenG, c)
			}
			found = append(found, one)
		}
		if problems.HasError() {
			return nil, nil, problems
		}
		progress.Step("Looked up", i+1, len(keys))
	}
	return found, gone, problems
}

// deleteAll deletes what was admitted. It goes on after a refusal, and ends
// after anything that would meet the next record as well.
func (a *DeleteAction) deleteAll(ctx context.Context, found []target, gone []deletion.Name, progress deletion.Progress) deletion.Report {
	outcome := deletion.Report{Kind: kind, Gone: gone}
	for i, one := range found {
		record := one.record()
		err := erase(ctx, a.services, record, one.Communication, one.typeName, func(ctx context.Context) (seveng.Communication, error) {
			return lookTwice(ctx, a.services.SevenG, one.Communication)
		})
		var unread *unreadError
		switch {
		case err == nil:
			outcome.Deleted = append(outcome.Deleted, record)
		case apierror.Is(err, apierror.NotFound):
			outcome.Gone = append(outcome.Gone, deletion.Name(record.String()))
		case apierror.Is(err, apierror.Uncertain) && !errors.As(err, &unread):
			outcome.Unclear = append(outcome.Unclear, deletion.Kept{Record: record, Reason: diagnostic.Detail(err)})
		default:
			outcome.Refused = append(outcome.Refused, deletion.Kept{Record: record, Reason: diagnostic.Detail(err)})
		}
		progress.Step("Deleted or skipped", i+1, len(found))
		if endsAll(err) {
			for _, rest := range found[i+1:] {
				outcome.NotAttempted = append(outcome.NotAttempted, rest.record())
			}
			break
		}
	}
	return outcome
}

// endsAll reports whether what kept one record would keep the next one too, or
// might.
func endsAll(err error) bool {
	var changed *changedError
	var outside *deletion.OutsideError
	switch apierror.Of(err) {
	case apierror.NotFound, apierror.Refused, apierror.Conflict, apierror.Forbidden, apierror.Invalid:
		return false
	}
	return err != nil && !errors.As(err, &changed) && !errors.As(err, &outside)
}
