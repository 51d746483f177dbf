package communication_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
)

// Creates that fail together, because their communications are there exactly as
// they are wanted, print one block for all of them: by external id, or by value
// where they have none. One that differs is none of them.
func TestExistingCommunicationsShareABlock(t *testing.T) {
	t.Parallel()
	const number = 6
	key := func(i int) string { return fmt.Sprintf("EMAIL-%d", i) }
	office := func(i int) map[string]any {
		config := billing(map[string]any{"value": fmt.Sprintf("office%d@example.com", i), "external_id": key(i)})
		if i == 1 {
			delete(config, "external_id")
		}
		return config
	}
	sim := acctest.Simulator(t)
	before := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for i := range number {
		before.Created(typeName, office(i))
	}
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var creates sync.WaitGroup
	errors := make([][]*tfprotov6.Diagnostic, number)
	for i := range number {
		creates.Go(func() {
			wanted := office(i)
			if i == 0 {
				wanted["value"] = "another@example.com"
			}
			_, errors[i] = server.Change(typeName, server.None(typeName), wanted)
		})
	}
	creates.Wait()
	lists := 0
	for i := range number {
		acctest.OneError(t, errors[i], communication.SummaryExists)
		_, list, found := strings.Cut(errors[i][0].Detail, "for_each = {")
		if !found {
			continue
		}
		lists++
		for other := range number {
			name := key(other)
			if other == 1 {
				name = "office1@example.com"
			}
			if has := strings.Contains(list, fmt.Sprintf("%q = { id = \"%d\" }", name, 1001+other)); has != (other != 0) {
				t.Errorf("communication %d is listed: %v\n%s", other, has, list)
			}
		}
	}
	if lists != 1 || strings.Contains(errors[0][0].Detail, "for_each") {
		t.Errorf("%d errors have a list; the one of a record that differs is\n%s", lists, errors[0][0].Detail)
	}
}
