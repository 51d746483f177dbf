package communication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// source is what every data source of 7G has.
type source struct {
	services *services.Services
}

// Configure takes the client of 7G.
func (s *source) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
}
