package communication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
)

// checkOrigin refuses what another environment answers than the one in which
// the record was last seen, unless the record is there unchanged, as when the
// environment has got another address.
func (r *Resource) checkOrigin(ctx context.Context, private services.Notes, state model, found seveng.Communication, err error) diag.Diagnostics {
	origin := services.Moved(ctx, private, r.services.SevenG.Endpoint())
	if origin == "" {
		return nil
	}
	expected, problems := state.communication(ctx)
	switch {
	case problems.HasError():
		return problems
	case verdict.Is(err, verdict.Gone):
		problems.Append(r.elsewhere(state, origin, "no such record is"))
	case err == nil && !same(found, expected):
		problems.Append(r.elsewhere(state, origin, fmt.Sprintf("communication %d has the %s", found.ID, describe(found))))
	}
	return problems
}

// checkUnread refuses to change or delete a record that no refresh has seen in
// this environment.
func (r *Resource) checkUnread(ctx context.Context, private services.Notes, state model) diag.Diagnostics {
	origin := services.Moved(ctx, private, r.services.SevenG.Endpoint())
	if origin == "" {
		return nil
	}
	return diag.Diagnostics{r.elsewhere(state, origin, "nobody has looked for it yet (-refresh=false)")}
}

func (r *Resource) elsewhere(state model, origin, found string) diag.Diagnostic {
	return services.Elsewhere(state.record().String(), origin, r.services.SevenG.Endpoint(), found, "seveng.endpoint (SEVENG_ENDPOINT)")
}
