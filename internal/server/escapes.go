package server

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/terminal"
)

// withEscapes gives what a terminal obeys by its number, in every text that is
// shown as it is. Services and records decide about parts of nearly all of
// them, and this is the one place that all of them pass. Values are not
// touched: Terraform shows those its own way.
type withEscapes struct{ complete }

// escaped is a response with its diagnostics escaped.
func escaped[Response any](response *Response, err error) (*Response, error) {
	if response != nil {
		if diagnostics, ok := reflect.ValueOf(response).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic); ok {
			escapeAll(diagnostics)
		}
	}
	return response, err
}

func escapeAll(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		d.Summary, d.Detail = terminal.Escape(d.Summary), terminal.Escape(d.Detail)
	}
}

func (s withEscapes) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	response, err := s.complete.CallFunction(ctx, r)
	if response != nil && response.Error != nil {
		response.Error.Text = terminal.Escape(response.Error.Text)
	}
	return response, err
}

func (s withEscapes) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := s.complete.ListResource(ctx, r)
	if stream == nil || stream.Results == nil {
		return stream, err
	}
	return &tfprotov6.ListResourceServerStream{Results: func(push func(tfprotov6.ListResourceResult) bool) {
		for result := range stream.Results {
			escapeAll(result.Diagnostics)
			result.DisplayName = terminal.Escape(result.DisplayName)
			if !push(result) {
				return
			}
		}
	}}, err
}

func (s withEscapes) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := s.complete.InvokeAction(ctx, r)
	if stream == nil || stream.Events == nil {
		return stream, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		for event := range stream.Events {
			switch told := event.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				told.Message = terminal.Escape(told.Message)
				event.Type = told
			case tfprotov6.CompletedInvokeActionEventType:
				escapeAll(told.Diagnostics)
			}
			if !push(event) {
				return
			}
		}
	}}, err
}

// The calls that tell nothing but diagnostics.

func (s withEscapes) GetMetadata(ctx context.Context, r *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return escaped(s.complete.GetMetadata(ctx, r))
}

func (s withEscapes) GetProviderSchema(ctx context.Context, r *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return escaped(s.complete.GetProviderSchema(ctx, r))
}

func (s withEscapes) GetResourceIdentitySchemas(ctx context.Context, r *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return escaped(s.complete.GetResourceIdentitySchemas(ctx, r))
}

func (s withEscapes) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return escaped(s.complete.ValidateProviderConfig(ctx, r))
}

func (s withEscapes) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return escaped(s.complete.ConfigureProvider(ctx, r))
}

func (s withEscapes) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return escaped(s.complete.ValidateResourceConfig(ctx, r))
}

func (s withEscapes) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return escaped(s.complete.UpgradeResourceState(ctx, r))
}

func (s withEscapes) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return escaped(s.complete.ReadResource(ctx, r))
}

func (s withEscapes) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return escaped(s.complete.PlanResourceChange(ctx, r))
}

func (s withEscapes) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return escaped(s.complete.ApplyResourceChange(ctx, r))
}

func (s withEscapes) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return escaped(s.complete.ImportResourceState(ctx, r))
}

func (s withEscapes) MoveResourceState(ctx context.Context, r *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return escaped(s.complete.MoveResourceState(ctx, r))
}

func (s withEscapes) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return escaped(s.complete.UpgradeResourceIdentity(ctx, r))
}

func (s withEscapes) GenerateResourceConfig(ctx context.Context, r *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return escaped(s.complete.GenerateResourceConfig(ctx, r))
}

func (s withEscapes) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return escaped(s.complete.ValidateDataResourceConfig(ctx, r))
}

func (s withEscapes) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return escaped(s.complete.ReadDataSource(ctx, r))
}

func (s withEscapes) ValidateEphemeralResourceConfig(ctx context.Context, r *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return escaped(s.complete.ValidateEphemeralResourceConfig(ctx, r))
}

func (s withEscapes) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return escaped(s.complete.OpenEphemeralResource(ctx, r))
}

func (s withEscapes) RenewEphemeralResource(ctx context.Context, r *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return escaped(s.complete.RenewEphemeralResource(ctx, r))
}

func (s withEscapes) CloseEphemeralResource(ctx context.Context, r *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return escaped(s.complete.CloseEphemeralResource(ctx, r))
}

func (s withEscapes) GetFunctions(ctx context.Context, r *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return escaped(s.complete.GetFunctions(ctx, r))
}

func (s withEscapes) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return escaped(s.complete.ValidateListResourceConfig(ctx, r))
}

func (s withEscapes) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return escaped(s.complete.ValidateActionConfig(ctx, r))
}

func (s withEscapes) PlanAction(ctx context.Context, r *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return escaped(s.complete.PlanAction(ctx, r))
}
