package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// formatVersion is that of the JSON form.
const formatVersion = "1.0"

// providerKey is where the document keeps the provider. A CLI would print the
// whole address, but tfplugindocs looks for the bare name, or for an address
// under hashicorp, and finds no other.
const providerKey = "reach"

// document is the whole of what is written.
type document struct {
	FormatVersion string                     `json:"format_version"`
	Providers     map[string]*providerSchema `json:"provider_schemas"`
}

// providerSchema is everything that one provider offers.
type providerSchema struct {
	Provider           *schema                    `json:"provider"`
	Resources          map[string]*schema         `json:"resource_schemas,omitempty"`
	DataSources        map[string]*schema         `json:"data_source_schemas,omitempty"`
	EphemeralResources map[string]*schema         `json:"ephemeral_resource_schemas,omitempty"`
	ListResources      map[string]*schema         `json:"list_resource_schemas,omitempty"`
	Functions          map[string]*function       `json:"functions,omitempty"`
	Identities         map[string]*identitySchema `json:"resource_identity_schemas,omitempty"`
	Actions            map[string]*actionSchema   `json:"action_schemas,omitempty"`
}

// describe asks a provider for its schemas.
func describe(ctx context.Context, server tfprotov6.ProviderServer) (*document, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return nil, fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return &document{
		FormatVersion: formatVersion,
		Providers: map[string]*providerSchema{providerKey: {
			Provider:           newSchema(schemas.Provider),
			Resources:          each(schemas.ResourceSchemas, newSchema),
			DataSources:        each(schemas.DataSourceSchemas, newSchema),
			EphemeralResources: each(schemas.EphemeralResourceSchemas, newSchema),
			ListResources:      each(schemas.ListResourceSchemas, newSchema),
			Functions:          each(schemas.Functions, newFunction),
			Identities:         each(identities.IdentitySchemas, newIdentitySchema),
			Actions:            each(schemas.ActionSchemas, newActionSchema),
		}},
	}, nil
}

// each converts every value of a map.
func each[From, To any](values map[string]From, convert func(From) To) map[string]To {
	converted := make(map[string]To, len(values))
	for name, value := range values {
		converted[name] = convert(value)
	}
	return converted
}
