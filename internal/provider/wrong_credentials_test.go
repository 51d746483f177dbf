package provider_test

import (
	"maps"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// planned are a resource of each kind, none of which is in state.
var planned = map[string]struct {
	service string
	config  map[string]any
}{
	"reach_communication": {"seveng", map[string]any{"type": "email", "value": "jane@example.com", "owner": map[string]any{"type": "biz_entity", "id": 42}}},
	"reach_contact":       {"whatcounts", map[string]any{"email": "jane@example.com", "subscriptions": []any{map[string]any{"list_id": 5}}}},
	"reach_contacts":      {"whatcounts", map[string]any{"contacts": `{"jane":{"email":"jane@example.com"}}`, "subscriptions": []any{map[string]any{"list_id": 5}}}},
}

var refusedBy = map[string]string{"seveng": services.SummarySevenGCredentials, "whatcounts": services.SummaryWhatCountsCredentials}

// TestWrongCredentialsAreFoundInThePlan: a plan that only creates reads nothing,
// and finds out all the same that its credentials are wrong, before anything of
// it is applied.
func TestWrongCredentialsAreFoundInThePlan(t *testing.T) {
	t.Parallel()
	for name, resource := range planned {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewServer(t)
			config := settingsOfBoth(sim)
			config[resource.service].(map[string]any)["password"] = "no-longer-right"
			acctest.NoErrors(t, server.Configure(config))
			acctest.OneError(t, server.Plan(name, server.None(name), resource.config).Diagnostics, refusedBy[resource.service], "credentials refused", "Nothing was changed")
			other := map[string]string{"seveng": "reach_contact", "whatcounts": "reach_communication"}[resource.service]
			acctest.NoErrors(t, server.Plan(other, server.None(other), planned[other].config).Diagnostics)
		})
	}
}

// TestUnusedServiceIsNotAsked: failed logins lock the account, so nothing is sent
// to a service that nothing is planned for.
func TestUnusedServiceIsNotAsked(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewServer(t)
	config := settingsOfBoth(sim)
	config["seveng"].(map[string]any)["password"] = "no-longer-right"
	acctest.NoErrors(t, server.Configure(config))
	state := server.Created("reach_contact", planned["reach_contact"].config)
	server.ExpectNoChange("reach_contact", state, planned["reach_contact"].config)
	if logins := sim.Log.Count("POST /user/login"); logins != 0 {
		t.Errorf("%d logins to a service that is not used", logins)
	}
}

// TestPlanWithoutANetwork goes on: that a service cannot be reached says nothing
// about its credentials.
func TestPlanWithoutANetwork(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewServer(t)
	config := settingsOfBoth(sim)
	for _, block := range config {
		block.(map[string]any)["endpoint"] = "http://127.0.0.1:1"
		block.(map[string]any)["max_retries"] = 0
	}
	for name, resource := range planned {
		acctest.NoErrors(t, server.Configure(config))
		acctest.NoErrors(t, server.Plan(name, server.None(name), resource.config).Diagnostics)
	}
}

// TestUnknownTypeIsFoundInThePlan: the types are asked for with the look at the
// credentials.
func TestUnknownTypeIsFoundInThePlan(t *testing.T) {
	t.Parallel()
	server := acctest.NewConfigured(t, acctest.Simulator(t), acctest.Realm, nil)
	config := maps.Clone(planned["reach_communication"].config)
	config["type"] = "telex"
	acctest.OneError(t, server.Plan("reach_communication", server.None("reach_communication"), config).Diagnostics,
		communication.SummaryUnknownType, `"telex"`, "email, phone, mobile, fax")
}

// settingsOfBoth are the right ones for both services.
func settingsOfBoth(sim *simulator.Simulator) map[string]any {
	return map[string]any{
		"seveng":     map[string]any{"endpoint": sim.URL(), "username": acctest.Username, "password": acctest.PasswordOf(acctest.Username), "max_retries": 0},
		"whatcounts": map[string]any{"endpoint": sim.WhatCountsURL(), "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "max_retries": 0},
	}
}
