package communication_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
)

// TestTextThatCannotBeMeant is refused by its name before anything is sent, and
// one that hardly can is warned of: the record may be there already.
func TestTextThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	config := func(attribute, text string) map[string]any {
		config := map[string]any{"type": "email", "value": "office@example.com", "owner": map[string]any{"type": "person", "id": 7}}
		config[attribute] = text
		return config
	}
	for _, attribute := range []string{"value", "external_id"} {
		acctest.OneError(t, server.Validate("reach_communication", config(attribute, " \n")), communication.SummaryInvalidText, attribute+" is")
		for _, text := range []string{"office@example.com\n", "one\ttwo"} {
			diagnostics := server.Validate("reach_communication", config(attribute, text))
			if len(diagnostics) != 1 || len(acctest.Warnings(diagnostics)) != 1 || diagnostics[0].Summary != communication.SummaryLineBreak || !strings.Contains(diagnostics[0].Detail, attribute+" is") {
				t.Errorf("%s %q: got\n%s", attribute, text, acctest.Texts(diagnostics))
			}
		}
		if diagnostics := server.Validate("reach_communication", config(attribute, "Zoë, 1st floor")); len(diagnostics) > 0 {
			t.Errorf("got\n%s", acctest.Texts(diagnostics))
		}
	}
}

// TestTypesThatAreNotRead are not called unknown.
func TestTypesThatAreNotRead(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	_, diagnostics := server.Look("reach_communication_types", nil)
	acctest.OneError(t, diagnostics, communication.SummaryTypesNotRead, "SEVENG_ENDPOINT")
	_, diagnostics = server.Change("reach_communication", server.None("reach_communication"),
		map[string]any{"type": "email", "value": "office@example.com", "owner": map[string]any{"type": "person", "id": 7}})
	acctest.OneError(t, diagnostics, communication.SummaryTypesNotRead, "SEVENG_ENDPOINT")
}
