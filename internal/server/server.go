// Package server puts the provider behind the protocol that Terraform speaks.
package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/redaction"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Redacting is a provider that a user can have keep records out of its messages.
type Redacting interface {
	provider.Provider
	// Redaction are the texts of those records.
	Redaction() *redaction.Texts
}

// New is the provider as the protocol's server. A silent one writes no log.
func New(p Redacting, silent bool) tfprotov6.ProviderServer {
	inner := providerserver.NewProtocol6(p)()
	if whole, ok := inner.(complete); ok {
		return withCallContexts{withEscapes{whole, newLearner(p.Redaction(), whole)}, silent}
	}
	return inner
}

// complete is every part of the protocol: the parts that came later are found
// by asking the server for their methods, which a wrapper must not hide.
//
//nolint:staticcheck // the library means to merge these names, and has no others yet
type complete interface {
	tfprotov6.ProviderServerWithListResource
	tfprotov6.ProviderServerWithActions
	tfprotov6.ProviderServerWithStateStores
}

// withCallContexts keeps the framework from holding on to every call. To be able to
// cancel them all, the framework keeps the context of each call until the
// process ends, the loggers and the gRPC stream in it included: 75 KB for every
// record. What is called for every record gets a context that can be emptied;
// a silent server's is without loggers from the start, since the framework
// copies theirs for every attribute of every record.
type withCallContexts struct {
	complete
	silent bool
}

// The calls that there are for every record.

func (s withCallContexts) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	response, err := during(newCallContext(ctx, s.silent), r, s.complete.ValidateResourceConfig)
	if response != nil {
		response.Diagnostics = inPlainWords(response.Diagnostics)
	}
	return response, err
}

func (s withCallContexts) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.UpgradeResourceState)
}

func (s withCallContexts) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.UpgradeResourceIdentity)
}

func (s withCallContexts) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.ReadResource)
}

func (s withCallContexts) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(newCallContext(ctx, s.silent), r, func(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
		if isNull, err := r.PriorState.IsNull(); err == nil && isNull {
			ctx = services.ForCreate(ctx)
		}
		return s.complete.PlanResourceChange(ctx, r)
	})
}

func (s withCallContexts) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.ApplyResourceChange)
}

func (s withCallContexts) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.ImportResourceState)
}

func (s withCallContexts) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	response, err := during(newCallContext(ctx, s.silent), r, s.complete.ValidateDataResourceConfig)
	if response != nil {
		response.Diagnostics = inPlainWords(response.Diagnostics)
	}
	return response, err
}

func (s withCallContexts) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.ReadDataSource)
}

func (s withCallContexts) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(newCallContext(ctx, s.silent), r, s.complete.CallFunction)
}

// during makes one call with a context that is empty afterwards.
func during[Request, Response any](ctx *callContext, r Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	defer ctx.end()
	return call(ctx, r)
}
