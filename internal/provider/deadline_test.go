package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// TestEverythingThatReadsEnds has services that never answer, asked by all that
// is no resource. What says nothing of timeouts has a time of its own.
func TestEverythingThatReadsEnds(t *testing.T) {
	t.Parallel()
	owner := map[string]any{"type": "biz_entity", "id": 42}
	dataSources := map[string]map[string]any{
		"reach_contact":             {"email": "jane@example.com"},
		"reach_lists":               {},
		"reach_optout":              {"email": "jane@example.com"},
		"reach_optouts":             {},
		"reach_communication":       {"communication_id": 1},
		"reach_communications":      {"owner": owner},
		"reach_communication_types": {},
	}
	lists := map[string]map[string]any{"reach_contact": {"list_id": 5}, "reach_communication": {"owner": owner}}
	actions := map[string]map[string]any{
		"reach_delete_contacts":       {"contacts": []any{map[string]any{"email": "jane@example.com"}}},
		"reach_delete_communications": {"communication_ids": []any{1}},
	}
	type run func(*acctest.Server, map[string]any) []*tfprotov6.Diagnostic
	type reader struct {
		operation string
		config    map[string]any
		run       run
	}
	readers := map[string]reader{
		"the access token": {"open", map[string]any{}, func(s *acctest.Server, config map[string]any) []*tfprotov6.Diagnostic {
			_, diagnostics := s.Open("reach_access_token", config)
			return diagnostics
		}},
	}
	for name, config := range dataSources {
		readers["data source "+name] = reader{"read", config, func(s *acctest.Server, config map[string]any) []*tfprotov6.Diagnostic {
			_, diagnostics := s.Look(name, config)
			return diagnostics
		}}
	}
	for name, config := range lists {
		readers["list "+name] = reader{"list", config, func(s *acctest.Server, config map[string]any) []*tfprotov6.Diagnostic {
			if refused := s.ValidateListing(name, config); len(refused) > 0 {
				return refused
			}
			_, diagnostics := s.List(name, acctest.Listing{Config: config})
			return diagnostics
		}}
	}
	for name, config := range actions {
		readers[name] = reader{"invoke", config, func(s *acctest.Server, config map[string]any) []*tfprotov6.Diagnostic {
			_, diagnostics := s.Act(name, config)
			return diagnostics
		}}
	}
	schema, err := acctest.NewServer(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if known := len(schema.DataSourceSchemas) + len(schema.ListResourceSchemas) + len(schema.ActionSchemas) + len(schema.EphemeralResourceSchemas); known != len(readers) {
		t.Errorf("%d of %d are asked", len(readers), known)
	}
	for name, reader := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			sim.Faults.Add(traffic.Fault{Kind: traffic.SilentBefore, Count: -1})
			reader.config["timeouts"] = map[string]any{reader.operation: "0s"}
			acctest.OneError(t, reader.run(server, reader.config), services.SummaryInvalidDuration, "timeouts."+reader.operation)
			reader.config["timeouts"] = map[string]any{reader.operation: "300ms"}
			begun := time.Now()
			problems := acctest.Errors(reader.run(server, reader.config))
			if took := time.Since(begun); took > 10*time.Second || took < 300*time.Millisecond {
				t.Errorf("it took %s", took)
			}
			if len(problems) != 1 || !strings.Contains(acctest.Texts(problems), "timeouts") {
				t.Errorf("it ended with %q", acctest.Texts(problems))
			}
		})
	}
}
