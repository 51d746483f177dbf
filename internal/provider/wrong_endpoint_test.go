package provider_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// TestWrongEndpoint: what a person reads names the attribute that is wrong,
// and what it should look like.
func TestWrongEndpoint(t *testing.T) {
	sim := acctest.Simulator(t)
	for name, test := range map[string]struct {
		endpoint string
		wrong    bool
	}{
		"right":                   {sim.WhatCountsURL(), false},
		"a slash too much":        {sim.WhatCountsURL() + "/", false},
		"no path":                 {sim.URL(), true},
		"another path":            {sim.URL() + "/bin/api", true},
		"the other service":       {sim.URL() + "/User/Login", true},
		"a page":                  {sim.URL() + "/simulator/", true},
		"where nobody listens":    {"http://127.0.0.1:1/bin/api_web", true},
		"a service without https": {"https://" + sim.WhatCountsURL()[len("http://"):], true},
	} {
		t.Run(name, func(t *testing.T) {
			server := acctest.NewServer(t)
			acctest.NoErrors(t, server.Configure(map[string]any{"whatcounts": map[string]any{
				"endpoint": test.endpoint, "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "max_retries": 0,
			}}))
			_, diagnostics := server.Look("reach_lists", nil)
			if !test.wrong {
				acctest.NoErrors(t, diagnostics)
				return
			}
			acctest.OneError(t, diagnostics, contact.SummaryListsNotRead, "whatcounts.endpoint (WHATCOUNTS_ENDPOINT)", "/bin/api_web")
		})
	}
}

// TestRecordThatIsNotThere: the error of a data source says what to look at.
func TestRecordThatIsNotThere(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	const next = "Check how the record is named, and that the provider block names the account"
	_, diagnostics := server.Look("reach_contact", map[string]any{"subscriber_id": 999999})
	acctest.OneError(t, diagnostics, contact.SummaryNotRead, next)
	_, diagnostics = server.Look("reach_communication", map[string]any{"external_id": "NOPE"})
	acctest.OneError(t, diagnostics, communication.SummaryNotRead, next)
	_, diagnostics = server.Look("reach_communications", map[string]any{"owner": map[string]any{"type": "person", "id": 4711}})
	acctest.OneError(t, diagnostics, communication.SummaryNotRead, next)
}
