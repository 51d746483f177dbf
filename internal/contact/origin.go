package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
)

// checkOrigin refuses what another realm answers than the one in which the
// contact was last seen, unless it is there under the same address, as when the
// realm has got another name.
func (r *Resource) checkOrigin(ctx context.Context, private services.Notes, state, found *model, err error) diag.Diagnostics {
	origin := services.Moved(ctx, private, r.services.WhatCounts.RealmName())
	switch {
	case origin == "":
		return nil
	case verdict.Is(err, verdict.Gone):
		return r.elsewhere(state, origin, "no such contact is")
	case err == nil && !strings.EqualFold(state.Email.ValueString(), found.Email.ValueString()):
		return r.elsewhere(state, origin, fmt.Sprintf("contact %d has the address %s", found.SubscriberID.ValueInt64(), found.Email.ValueString()))
	}
	return nil
}

// checkUnread refuses to change or delete a contact that no refresh has seen in
// this realm.
func (r *Resource) checkUnread(ctx context.Context, private services.Notes, state *model) diag.Diagnostics {
	origin := services.Moved(ctx, private, r.services.WhatCounts.RealmName())
	if origin == "" {
		return nil
	}
	return r.elsewhere(state, origin, "nobody has looked for it yet (-refresh=false)")
}

func (r *Resource) elsewhere(state *model, origin, found string) diag.Diagnostics {
	return diag.Diagnostics{services.Elsewhere(state.record().String(), "the realm "+origin, "the realm "+r.services.WhatCounts.RealmName(), found, "whatcounts.realm (WHATCOUNTS_REALM)")}
}
