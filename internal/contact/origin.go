package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

func (r *Resource) origin() services.Origin {
	return services.Origin{Kind: "the realm ", Name: r.services.WhatCounts.RealmName(), Setting: "whatcounts.realm (WHATCOUNTS_REALM)"}
}

// checkOrigin refuses what another realm answers than the one in which the
// contact was last seen, unless it is there under the same address, as when the
// realm has got another name.
func (r *Resource) checkOrigin(ctx context.Context, private services.PrivateReader, state, found *model, err error) diag.Diagnostics {
	other := ""
	switch {
	case apierror.Is(err, apierror.NotFound):
		other = "no such contact is"
	case err == nil && !strings.EqualFold(state.Email.ValueString(), found.Email.ValueString()):
		other = fmt.Sprintf("contact %d has the address %s", found.SubscriberID.ValueInt64(), found.Email.ValueString())
	}
	return r.origin().Refuse(ctx, private, state.record(), other)
}
