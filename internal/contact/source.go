package contact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// source is what every data source of WhatCounts has.
type source struct {
	services *services.Services
}

// Configure takes the client of WhatCounts.
func (s *source) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
}
