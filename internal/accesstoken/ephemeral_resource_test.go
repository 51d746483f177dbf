package accesstoken_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/accesstoken"
	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

const typeName = "reach_access_token"

// accepts reports whether 7G takes a token.
func accepts(t *testing.T, sim *simulator.Simulator, token any) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, sim.URL()+"/BizEntity?BizEntityID=42", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", token.(string))
	request.Header.Set("Version", "2.0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response.StatusCode == http.StatusOK
}

// The token is good, it is that of the one login, and neither a renewal before
// its time nor the end takes it away.
func TestAccessToken(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	before := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	opened, diagnostics := server.Open(typeName, nil)
	acctest.NoErrors(t, diagnostics)
	expires, err := time.Parse(time.RFC3339, opened.Result["expires_at"].(string))
	if err != nil || expires.Before(before) || expires.After(before.Add(time.Minute)) || !strings.HasSuffix(opened.Result["expires_at"].(string), "Z") {
		t.Errorf("expires_at is %v", opened.Result["expires_at"])
	}
	if want := expires.Add(-30 * time.Second); !opened.RenewAt.Equal(want) {
		t.Errorf("to be renewed at %s, not %s", opened.RenewAt, want)
	}
	second, diagnostics := server.Open(typeName, nil)
	acctest.NoErrors(t, diagnostics)
	renewAt := opened.RenewAt
	acctest.NoErrors(t, server.Renew(opened))
	if !opened.RenewAt.Equal(renewAt) {
		t.Errorf("to be renewed at %s again", opened.RenewAt)
	}
	acctest.NoErrors(t, server.Close(opened))
	if second.Result["access_token"] != opened.Result["access_token"] || sim.Log.Len() != 1 || sim.Log.Count("POST /user/login") != 1 {
		t.Errorf("not one login for all: %d requests", sim.Log.Len())
	}
	if !accepts(t, sim, opened.Result["access_token"]) {
		t.Error("7G does not take the token")
	}
}

// A token from the configuration is handed on as it is, whether or not it tells
// when it expires.
func TestAccessTokenThatWasGiven(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	acctest.ExpectSilence(t, sim, func() {
		for token, want := range map[string]any{
			"opaque":                            nil,
			"e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln": "2100-01-01T00:00:00Z",
		} {
			server := acctest.NewServer(t)
			acctest.NoErrors(t, server.Configure(map[string]any{"seveng": map[string]any{"endpoint": sim.URL(), "access_token": token}}))
			opened, diagnostics := server.Open(typeName, nil)
			acctest.NoErrors(t, diagnostics)
			if opened.Result["access_token"] != token || opened.Result["expires_at"] != want || opened.RenewAt.IsZero() != (want == nil) {
				t.Errorf("%v, to be renewed at %s", opened.Result, opened.RenewAt)
			}
			acctest.NoErrors(t, server.Renew(opened))
			acctest.NoErrors(t, server.Close(opened))
		}
	})
}

func TestAccessTokenErrors(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	seveng := func(credentials map[string]any) map[string]any {
		credentials["endpoint"] = sim.URL()
		return map[string]any{"seveng": credentials}
	}
	for name, test := range map[string]struct {
		config  map[string]any
		summary string
		texts   []string
	}{
		"7G is not configured": {map[string]any{}, "7G is not configured", []string{"SEVENG_ACCESS_TOKEN"}},
		"wrong password":       {seveng(map[string]any{"username": acctest.Username, "password": "not-it-at-all"}), accesstoken.SummaryNotObtained, []string{"login"}},
		"given, and expired":   {seveng(map[string]any{"access_token": "e30.eyJleHAiOjB9.c2ln"}), "", nil},
		"given, expired 2001":  {seveng(map[string]any{"access_token": "e30.eyJleHAiOjEwMDAwMDAwMDB9.c2ln"}), accesstoken.SummaryNotObtained, []string{"expired at 2001-09-09", "SEVENG_ACCESS_TOKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := acctest.NewServer(t)
			acctest.NoErrors(t, server.Configure(test.config))
			_, diagnostics := server.Open(typeName, nil)
			if test.summary == "" {
				acctest.NoErrors(t, diagnostics) // a time that is none does not tell
				return
			}
			acctest.OneError(t, diagnostics, test.summary, test.texts...)
			if text := acctest.Texts(diagnostics); strings.Contains(text, "not-it-at-all") || strings.Contains(text, "eyJ") {
				t.Errorf("a secret is told: %s", text)
			}
		})
	}
}

// Covered in-process by TestAccessToken.
func TestAccAccessToken_cli(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	factories := acctest.Factories()
	factories["echo"] = func() (tfprotov6.ProviderServer, error) { return echoprovider.NewProviderServer()() }
	data := tfjsonpath.New("data")
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: acctest.Configuration(sim, `
ephemeral "reach_access_token" "this" {}

provider "echo" {
  data = ephemeral.reach_access_token.this
}

resource "echo" "this" {}
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", data.AtMapKey("access_token"), knownvalue.StringRegexp(regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`))),
				statecheck.ExpectKnownValue("echo.this", data.AtMapKey("expires_at"), knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
			},
		}},
	})
}
