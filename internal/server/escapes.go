package server

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/terminal"
)

// withEscapes makes every text that is shown as it is fit to be shown: without
// what a user wants to be kept out of it, and with what a terminal obeys given by
// its number. Services and records decide about parts of nearly all of them, and
// this is the one place that all of them pass. Values are not touched: Terraform
// shows those its own way, and the name of what a list finds is one of them.
type withEscapes struct {
	complete
	learner learner
}

// shown makes a call, and makes the diagnostics of its response fit to be shown.
func shown[Request, Response any](ctx context.Context, s withEscapes, request *Request, call func(context.Context, *Request) (*Response, error)) (*Response, error) {
	s.learner.learn(request, request)
	response, err := call(ctx, request)
	if response != nil {
		s.learner.learn(request, response)
		if diagnostics, ok := reflect.ValueOf(response).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic); ok {
			s.showAll(diagnostics)
		}
	}
	return response, err
}

func (s withEscapes) show(text string) string {
	return terminal.Escape(s.learner.texts.Redact(text))
}

// showAll leaves summaries as they are, but for escapes: they are constants, and
// Terraform folds warnings by them.
func (s withEscapes) showAll(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		d.Summary, d.Detail, d.Attribute = terminal.Escape(d.Summary), s.show(d.Detail), s.learner.pointing(d.Attribute)
	}
}

func (s withEscapes) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	response, err := s.complete.CallFunction(ctx, r)
	if response != nil && response.Error != nil {
		response.Error.Text = s.show(response.Error.Text)
	}
	return response, err
}

func (s withEscapes) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	s.learner.learn(r, r)
	stream, err := s.complete.ListResource(ctx, r)
	if stream == nil || stream.Results == nil {
		return stream, err
	}
	return &tfprotov6.ListResourceServerStream{Results: func(push func(tfprotov6.ListResourceResult) bool) {
		for result := range stream.Results {
			s.showAll(result.Diagnostics)
			result.DisplayName = terminal.Escape(result.DisplayName)
			if !push(result) {
				return
			}
		}
	}}, err
}

func (s withEscapes) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	s.learner.learn(r, r)
	stream, err := s.complete.InvokeAction(ctx, r)
	if stream == nil || stream.Events == nil {
		return stream, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		for event := range stream.Events {
			switch told := event.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				told.Message = s.show(told.Message)
				event.Type = told
			case tfprotov6.CompletedInvokeActionEventType:
				s.showAll(told.Diagnostics)
			}
			if !push(event) {
				return
			}
		}
	}}, err
}

// The calls that tell nothing but diagnostics.

func (s withEscapes) GetMetadata(ctx context.Context, r *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return shown(ctx, s, r, s.complete.GetMetadata)
}

func (s withEscapes) GetProviderSchema(ctx context.Context, r *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return shown(ctx, s, r, s.complete.GetProviderSchema)
}

func (s withEscapes) GetResourceIdentitySchemas(ctx context.Context, r *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return shown(ctx, s, r, s.complete.GetResourceIdentitySchemas)
}

func (s withEscapes) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateProviderConfig)
}

func (s withEscapes) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return shown(ctx, s, r, s.complete.ConfigureProvider)
}

func (s withEscapes) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateResourceConfig)
}

func (s withEscapes) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return shown(ctx, s, r, s.complete.UpgradeResourceState)
}

func (s withEscapes) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return shown(ctx, s, r, s.complete.ReadResource)
}

func (s withEscapes) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return shown(ctx, s, r, s.complete.PlanResourceChange)
}

func (s withEscapes) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return shown(ctx, s, r, s.complete.ApplyResourceChange)
}

func (s withEscapes) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return shown(ctx, s, r, s.complete.ImportResourceState)
}

func (s withEscapes) MoveResourceState(ctx context.Context, r *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return shown(ctx, s, r, s.complete.MoveResourceState)
}

func (s withEscapes) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return shown(ctx, s, r, s.complete.UpgradeResourceIdentity)
}

func (s withEscapes) GenerateResourceConfig(ctx context.Context, r *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return shown(ctx, s, r, s.complete.GenerateResourceConfig)
}

func (s withEscapes) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateDataResourceConfig)
}

func (s withEscapes) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return shown(ctx, s, r, s.complete.ReadDataSource)
}

func (s withEscapes) ValidateEphemeralResourceConfig(ctx context.Context, r *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateEphemeralResourceConfig)
}

func (s withEscapes) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return shown(ctx, s, r, s.complete.OpenEphemeralResource)
}

func (s withEscapes) RenewEphemeralResource(ctx context.Context, r *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return shown(ctx, s, r, s.complete.RenewEphemeralResource)
}

func (s withEscapes) CloseEphemeralResource(ctx context.Context, r *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return shown(ctx, s, r, s.complete.CloseEphemeralResource)
}

func (s withEscapes) GetFunctions(ctx context.Context, r *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return shown(ctx, s, r, s.complete.GetFunctions)
}

func (s withEscapes) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateListResourceConfig)
}

func (s withEscapes) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return shown(ctx, s, r, s.complete.ValidateActionConfig)
}

func (s withEscapes) PlanAction(ctx context.Context, r *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return shown(ctx, s, r, s.complete.PlanAction)
}
