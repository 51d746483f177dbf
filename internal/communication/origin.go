package communication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

func (r *Resource) origin() services.Origin {
	return services.Origin{Name: r.services.SevenG.Endpoint(), Setting: "seveng.endpoint (SEVENG_ENDPOINT)"}
}

// checkOrigin refuses what another environment answers than the one in which
// the record was last seen, unless the record is there unchanged, as when the
// environment has got another address.
func (r *Resource) checkOrigin(ctx context.Context, private services.PrivateReader, state model, found seveng.Communication, err error) diag.Diagnostics {
	expected, problems := state.communication(ctx)
	other := ""
	switch {
	case problems.HasError():
		return problems
	case apierror.Is(err, apierror.NotFound):
		other = "no such record is"
	case err == nil && len(seveng.Diff(expected.Spec, found.Spec)) > 0:
		other = fmt.Sprintf("communication %d has the %s", found.ID, describe(found.Spec))
	}
	return r.origin().Refuse(ctx, private, state.record(), other)
}
