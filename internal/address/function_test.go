package address_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

const normalize = "normalize_email"

func TestNormalizeEmail(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for given, want := range map[string]string{
		"jane@example.com":                   "jane@example.com",
		"  Jane.DOE@Example.COM\t":           "jane.doe@example.com",
		"\r\nJane@Example.com\u00a0":         "jane@example.com",
		"JANE+news@EXAMPLE.com":              "jane+news@example.com",
		"ÄRZTE@Müller.example":               "ärzte@müller.example",
		"o'brien@example.com":                "o'brien@example.com",
		strings.Repeat("A", 200) + "@b.test": strings.Repeat("a", 200) + "@b.test",
	} {
		got, refused := server.Call(normalize, given)
		if refused != nil || got != want {
			t.Errorf("%q became %v, %+v", given, got, refused)
		}
		if again, _ := server.Call(normalize, want); again != want {
			t.Errorf("%q is not stable: %v", want, again)
		}
	}
}

func TestNormalizeEmailRefuses(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for given, want := range map[string]string{
		"": "empty", " \t": "empty", "jane": "one @", "@example.com": "one @", "jane@": "one @", "jane@example@com": "one @",
		"jane doe@example.com": "no blanks", "Jane <jane@example.com>": "no blanks", "İ@example.com": "another letter", "\ufeffjane@example.com": "cannot be seen", "ja\u200bne@example.com": "cannot be seen",
	} {
		_, refused := server.Call(normalize, given)
		if refused == nil || !strings.Contains(refused.Text, want) || refused.FunctionArgument == nil || *refused.FunctionArgument != 0 {
			t.Errorf("%q: %+v", given, refused)
		}
	}
}

// A null is Terraform's to refuse, and an unknown value is not passed on: the
// signature says so.
func TestNormalizeEmailSignature(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	_, refused := server.Call(normalize, nil)
	if refused == nil {
		t.Error("a null was taken")
	}
}

func TestAccNormalizeEmail(t *testing.T) {
	t.Parallel()
	output := func(call string) string { return "output \"normalized\" {\n  value = " + call + "\n}\n" }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: "terraform {\n  required_providers {\n    reach = { source = \"hashicorp/reach\" }\n  }\n}\n" +
					output(`[for email in [" Jane@Example.com", "row without", "JOHN@example.com "] : provider::reach::normalize_email(email) if can(provider::reach::normalize_email(email))]`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("normalized",
					knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact("jane@example.com"), knownvalue.StringExact("john@example.com")}))},
			},
			{
				Config: "terraform {\n  required_providers {\n    reach = { source = \"hashicorp/reach\" }\n  }\n}\n" +
					output(`provider::reach::normalize_email("jane")`),
				ExpectError: regexp.MustCompile(`(?s)"email".*"jane" is not an e-mail`),
			},
			{
				Config: "terraform {\n  required_providers {\n    reach = { source = \"hashicorp/reach\" }\n  }\n}\n" +
					output(`provider::reach::normalize_email(null)`),
				ExpectError: regexp.MustCompile(`(?s)argument must not be null`),
			},
		},
	})
}
