package communication

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// SummaryNotListed heads a failed listing.
const SummaryNotListed = "Communications not listed"

// ListResource is reach_communication as a list: the communications of one
// owner. 7G documents no other way to enumerate them.
type ListResource struct {
	services *services.Services
}

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// NewListResource makes the list resource reach_communication.
func NewListResource() list.ListResource { return &ListResource{} }

// Metadata names the resource that is listed.
func (l *ListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communication"
}

// ListResourceConfigSchema describes whose communications can be asked for.
func (l *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The communications of one owner in 7G, by native id. They are read from the owner's own record, in one request; 7G has no other way to list them. A warning says when a list stops at `limit`.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.ListTimeout(),
			"owner": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "The owner of the communications: its `type`, and its `id`, its `external_id`, or both.",
				Validators:          []validator.Object{ownerID{}},
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Kind of owner: `biz_entity`, `person` or `organisation`.",
						Validators:          []validator.String{stringvalidator.OneOf(ownerKinds()...)},
					},
					"id": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Native id of the owner. Set this, `external_id` or both.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"external_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Your own id of the owner, at most 50 characters. Set this, `id` or both.",
						Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID)},
					},
				},
			},
		},
	}
}

type listModel struct {
	services.Deadline
	Owner ownerModel `tfsdk:"owner"`
}

// Configure takes the client of 7G.
func (l *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
}

// List yields the owner's communications. An owner that does not exist is an
// error; one that has none yields nothing.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if problems := req.Config.Get(ctx, &config); problems.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(problems)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		ctx, cancel := config.Within(ctx)
		defer cancel()
		all, err := l.services.SevenG.List(ctx, config.Owner.owner())
		if err != nil {
			push(list.ListResult{Diagnostics: diag.Diagnostics{diagnostic.Error(SummaryNotListed, err)}})
			return
		}
		slices.SortFunc(all, func(a, b seveng.Communication) int { return cmp.Compare(a.ID, b.ID) })
		for i, c := range all {
			result := l.result(ctx, req, c)
			isLast := int64(i+1) == req.Limit
			if isLast && i+1 < len(all) {
				result.Diagnostics.Append(diagnostic.Limit(req.Limit, kind, false))
			}
			if !push(result) || isLast {
				return
			}
		}
	}
}

// result is one communication as Terraform shows it, in full when that is asked
// for. That takes no further request: the owner's record holds all of it.
func (l *ListResource) result(ctx context.Context, req list.ListRequest, c seveng.Communication) list.ListResult {
	result := req.NewListResult(ctx)
	kind, problems := typeName(ctx, l.services.SevenG, c)
	result.DisplayName = strings.TrimSpace(fmt.Sprintf("%s %s (%d)", kind, c.Value, c.ID))
	result.Diagnostics.Append(problems...)
	result.Diagnostics.Append(setIdentity(ctx, result.Identity, types.Int64Value(c.ID))...)
	if !req.IncludeResource || problems.HasError() {
		return result
	}
	// As an import begins: the id, and nothing else.
	var imported model
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("communication_id"), c.ID)...)
	result.Diagnostics.Append(result.Resource.Get(ctx, &imported)...)
	result.Diagnostics.Append(imported.set(ctx, l.services.SevenG, c)...)
	result.Diagnostics.Append(result.Resource.Set(ctx, imported)...)
	return result
}
