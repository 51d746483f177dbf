// Package accesstoken is reach_access_token: the token that the provider itself
// uses for 7G, for the rest of a configuration, and never in state.
package accesstoken

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Summaries of the errors.
const (
	SummaryNotObtained = "Access token not obtained"
	SummaryNotRenewed  = "Access token not renewed"
)

// renewBefore is how long before a token's end Terraform asks for its renewal:
// as late as the client of 7G renews it at the earliest, so that a renewal is
// one.
const renewBefore = 30 * time.Second

// source is where tokens come from.
type source interface {
	AccessToken(ctx context.Context) (token string, expiresAt time.Time, err error)
}

// EphemeralResource is reach_access_token. Nothing is done at its end: the
// token is the one that the provider works with, and 7G has no logout.
type EphemeralResource struct {
	tokens source
}

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*EphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithRenew     = (*EphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*EphemeralResource)(nil)
)

// NewEphemeralResource makes the ephemeral resource reach_access_token.
func NewEphemeralResource() ephemeral.EphemeralResource { return &EphemeralResource{} }

// Metadata names the ephemeral resource.
func (e *EphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_token"
}

// Configure takes the client of 7G.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	configured := services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
	if configured != nil && configured.SevenG != nil {
		e.tokens = configured.SevenG
	}
}

// Schema describes the ephemeral resource.
func (e *EphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An access token of 7G, to use elsewhere in the configuration. Terraform stores it neither in state nor in a plan.\n\n" +
			"It is the provider's own token, from `seveng.access_token` or from its login; no further login is made for it. " +
			"7G's tokens are valid for about twenty minutes. While the ephemeral resource is open, the provider renews its session half a minute before the token expires. Terraform does not pass the renewed token on, and 7G may then refuse the old one: use it well before `expires_at`. " +
			"7G has no logout: a token that was not renewed stays valid until then, even after the run.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.OpenTimeout(),
			"access_token": schema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The token, as 7G expects it in the header `Authorization`: without `Bearer`.",
			},
			"expires_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When the token expires, in RFC 3339 and UTC. Null if the token does not contain it.",
			},
		},
	}
}

type model struct {
	services.Deadline
	AccessToken types.String `tfsdk:"access_token"`
	ExpiresAt   types.String `tfsdk:"expires_at"`
}

// Open hands out the token that is good now, after a login if there was none.
func (e *EphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var opened model
	resp.Diagnostics.Append(req.Config.Get(ctx, &opened)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := opened.Within(ctx)
	defer cancel()
	token, expiresAt, err := e.tokens.AccessToken(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotObtained, err))
		return
	}
	opened.AccessToken = types.StringValue(token)
	if !expiresAt.IsZero() {
		opened.ExpiresAt = types.StringValue(expiresAt.UTC().Format(time.RFC3339))
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, opened)...)
	resp.RenewAt = renewAt(expiresAt)
}

// Renew renews the session of the provider, in which the token was obtained.
func (e *EphemeralResource) Renew(ctx context.Context, _ ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	next, problem := e.renew(ctx)
	if problem != nil {
		resp.Diagnostics.Append(problem)
		return
	}
	resp.RenewAt = next
}

func (e *EphemeralResource) renew(ctx context.Context) (next time.Time, problem diag.Diagnostic) {
	ctx, cancel := services.Deadline{}.Within(ctx)
	defer cancel()
	_, expiresAt, err := e.tokens.AccessToken(ctx)
	if err != nil {
		return time.Time{}, diagnostic.Error(SummaryNotRenewed, err)
	}
	return renewAt(expiresAt), nil
}

// Close leaves the token as it is: others use it, and nothing can revoke it.
func (e *EphemeralResource) Close(context.Context, ephemeral.CloseRequest, *ephemeral.CloseResponse) {
}

// renewAt is when to renew a token that expires then, or never when that would
// be at once, which would not end.
func renewAt(expiresAt time.Time) time.Time {
	at := expiresAt.Add(-renewBefore)
	if expiresAt.IsZero() || !at.After(time.Now()) {
		return time.Time{}
	}
	return at
}
