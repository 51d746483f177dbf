// Package provider is the provider block: its schema, the environment that
// fills it, what configuring it makes, and the list of what it registers.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/reachops/terraform-provider-reach/internal/accesstoken"
	"github.com/reachops/terraform-provider-reach/internal/address"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/redaction"
)

// Address is where the registry lists the provider.
const Address = "registry.terraform.io/reachops/reach"

// Reach is the provider.
type Reach struct {
	version string
	pace    Pace
	texts   redaction.Texts
}

var (
	_ provider.ProviderWithFunctions          = (*Reach)(nil)
	_ provider.ProviderWithEphemeralResources = (*Reach)(nil)
	_ provider.ProviderWithListResources      = (*Reach)(nil)
	_ provider.ProviderWithActions            = (*Reach)(nil)
	_ provider.ProviderWithValidateConfig     = (*Reach)(nil)
)

// New makes the provider. The version is the one of the build; it is told to
// Terraform and sent to both services as part of the User-Agent.
func New(version string) func() *Reach {
	return NewWithPace(version, Pace{})
}

// NewWithPace is New with other pauses, so that tests need not wait for them.
func NewWithPace(version string, pace Pace) func() *Reach {
	return func() *Reach { return &Reach{version: version, pace: pace} }
}

// Redaction are the texts of records, which safeguards.redact_records keeps out
// of messages.
func (p *Reach) Redaction() *redaction.Texts { return &p.texts }

// Metadata names the provider.
func (p *Reach) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "reach"
	resp.Version = p.version
}

// Resources lists the resources.
func (p *Reach) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		communication.NewResource,
		contact.NewResource,
		contact.NewSetResource,
	}
}

// DataSources lists the data sources.
func (p *Reach) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		communication.NewDataSource,
		communication.NewOwnerDataSource,
		communication.NewTypesDataSource,
		contact.NewDataSource,
		contact.NewListsDataSource,
		contact.NewOptoutDataSource,
		contact.NewOptoutsDataSource,
	}
}

// ListResources lists the resources that can be searched for.
func (p *Reach) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		communication.NewListResource,
		contact.NewListResource,
	}
}

// Actions lists the actions.
func (p *Reach) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		communication.NewDeleteAction,
		contact.NewDeleteAction,
	}
}

// EphemeralResources lists the ephemeral resources.
func (p *Reach) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		accesstoken.NewEphemeralResource,
	}
}

// Functions lists the functions.
func (p *Reach) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		address.NewNormalizeFunction,
	}
}
