package communication_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// household is a registry with two records of one owner and one of another.
func household(t *testing.T) *simulator.Simulator {
	t.Helper()
	sim := acctest.Simulator(t)
	for _, c := range []simulated.Communication{
		{ExternalID: "EMAIL-001", TypeID: 1, Name: "billing@example.com", Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42}},
		{TypeID: 3, Name: "+61 400 000 000", Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42}},
		{TypeID: 4, Name: "+61 2 0000 0001", Owner: simulated.OwnerKey{Kind: simulated.Person, ID: 7}},
	} {
		if _, err := sim.SevenG.AddCommunication(c); err != nil {
			t.Fatal(err)
		}
	}
	return sim
}

func record(id int64, typeName string, typeID int64, value string, externalID knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"communication_id": knownvalue.Int64Exact(id),
		"type":             knownvalue.StringExact(typeName),
		"type_id":          knownvalue.Int64Exact(typeID),
		"value":            knownvalue.StringExact(value),
		"external_id":      externalID,
		"owner": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"type": knownvalue.StringExact("biz_entity"), "id": knownvalue.Int64Exact(42), "external_id": knownvalue.StringExact("BE-1"),
		}),
	})
}

func TestAccCommunicationDataSource(t *testing.T) {
	t.Parallel()
	sim := household(t)
	look := func(arguments string) string {
		return acctest.Configuration(sim, fmt.Sprintf("data \"reach_communication\" \"this\" {\n%s\n}\n", arguments))
	}
	const this = "data.reach_communication.this"
	found := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(this, tfjsonpath.New("communication_id"), knownvalue.Int64Exact(1001)),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("external_id"), knownvalue.StringExact("EMAIL-001")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("type"), knownvalue.StringExact("email")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("value"), knownvalue.StringExact("billing@example.com")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("owner").AtMapKey("external_id"), knownvalue.StringExact("BE-1")),
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: look(`communication_id = 1001`), ConfigStateChecks: found},
			{Config: look(`external_id = "EMAIL-001"`), ConfigStateChecks: found},
			{Config: look(`communication_id = 9999`), ExpectError: regexp.MustCompile(`(?s)` + communication.SummaryNotRead + `.*9999`)},
			{Config: look(`external_id = "NONE"`), ExpectError: regexp.MustCompile(`(?s)` + communication.SummaryNotRead + `.*NONE`)},
			{Config: look(`communication_id = 1001` + "\n" + `external_id = "EMAIL-001"`), ExpectError: regexp.MustCompile("communication_id,external_id")},
			{Config: look(``), ExpectError: regexp.MustCompile("communication_id,external_id")},
			{Config: look(`communication_id = 1001`)}, // something that the framework can destroy
		},
	})
}

func TestAccCommunicationsDataSource(t *testing.T) {
	t.Parallel()
	sim := household(t)
	look := func(owner string) string {
		return acctest.Configuration(sim, fmt.Sprintf("data \"reach_communications\" \"this\" {\n  owner = %s\n}\n", owner))
	}
	both := []statecheck.StateCheck{statecheck.ExpectKnownValue("data.reach_communications.this", tfjsonpath.New("communications"), knownvalue.ListExact([]knownvalue.Check{
		record(1001, "email", 1, "billing@example.com", knownvalue.StringExact("EMAIL-001")),
		record(1002, "mobile", 3, "+61 400 000 000", knownvalue.Null()),
	}))}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: look(`{ type = "biz_entity", id = 42 }`), ConfigStateChecks: both},
			{Config: look(`{ type = "biz_entity", external_id = "BE-1" }`), ConfigStateChecks: both},
			{Config: look(`{ type = "biz_entity", id = 42, external_id = "BE-1" }`), ConfigStateChecks: both},
			{Config: look(`{ type = "organisation", id = 9 }`), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.reach_communications.this", tfjsonpath.New("communications"), knownvalue.ListExact(nil)),
			}},
			{Config: look(`{ type = "person", id = 4711 }`), ExpectError: regexp.MustCompile(`(?s)` + communication.SummaryNotRead + `.*person 4711`)},
			{Config: look(`{ type = "person" }`), ExpectError: regexp.MustCompile(communication.SummaryOwner)},
			{Config: look(`{ type = "person", id = 7 }`)}, // something that the framework can destroy
		},
	})
}

func TestAccCommunicationTypesDataSource(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.Configuration(sim, `data "reach_communication_types" "all" {}`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.reach_communication_types.all", tfjsonpath.New("types"), knownvalue.MapExact(map[string]knownvalue.Check{
				"email": knownvalue.Int64Exact(1), "phone": knownvalue.Int64Exact(2), "mobile": knownvalue.Int64Exact(3), "fax": knownvalue.Int64Exact(4),
			}))},
		}},
	})
}
