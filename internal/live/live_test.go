//go:build live

package live_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/live"
	"github.com/reachops/terraform-provider-reach/internal/provider"
)

func TestMain(m *testing.M) { acctest.MainLive(m) }

// factories hand out the provider with its real pauses.
func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"reach": providerserver.NewProtocol6WithError(provider.New("live")()),
	}
}

// guarded is a provider block under which nothing but test records can be
// deleted; the credentials come from the environment.
const guarded = `
provider "reach" {
  safeguards {
    deletable           = ["` + live.Prefix + `*"]
    max_deletes_per_run = 5
  }
}
`

// need is an environment variable that a live test cannot do without.
func need(t *testing.T, name, meaning string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("set %s: %s", name, meaning)
	}
	return value
}

// address is one that no other run uses.
func address(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("%s%d@%s", live.Prefix, time.Now().UnixNano(), need(t, "REACH_TEST_DOMAIN", "a domain whose addresses may be written to the accounts, such as test.example.com"))
}

func TestLiveCommunication(t *testing.T) {
	need(t, "SEVENG_ENDPOINT", "the 7G environment to test in, such as https://test-api.7g.com.au")
	kind, id, found := strings.Cut(need(t, "REACH_TEST_OWNER", "the owner to add a communication to, such as biz_entity:42"), ":")
	if !found {
		t.Fatal("REACH_TEST_OWNER should look like biz_entity:42")
	}
	one, two := address(t), address(t)
	config := func(value string) string {
		return guarded + fmt.Sprintf(`
resource "reach_communication" "test" {
  type  = "email"
  value = %q
  owner = { type = %q, id = %s }
}
`, value, kind, id)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: config(one)},
			{Config: config(two), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("reach_communication.test", plancheck.ResourceActionUpdate),
			}}},
		},
	})
}

func TestLiveContact(t *testing.T) {
	need(t, "WHATCOUNTS_REALM", "the realm to test in")
	list := need(t, "REACH_TEST_LIST_ID", "the id of a list to subscribe a test contact to")
	email := address(t)
	config := func(lastName string) string {
		return guarded + fmt.Sprintf(`
resource "reach_contact" "test" {
  email           = %q
  first_name      = "Reach"
  last_name       = %q
  subscriptions   = [{ list_id = %s }]
  deletion_policy = "delete_without_optout"
}

data "reach_optout" "test" {
  email = %[1]q
}
`, email, lastName, list)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: config("One"), Check: resource.TestCheckResourceAttr("data.reach_optout.test", "opted_out", "false")},
			{Config: config("Two"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("reach_contact.test", plancheck.ResourceActionUpdate),
			}}},
			{ResourceName: "reach_contact.test", ImportState: true, ImportStateId: email + ",Reach", ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "subscriber_id", ImportStateVerifyIgnore: []string{"deletion_policy"}},
		},
	})
}
