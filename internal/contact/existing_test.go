package contact_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

func colleague(number int) map[string]any {
	return jane(map[string]any{"email": fmt.Sprintf("colleague%d@example.com", number), "last_name": "Doe"})
}

// left are contacts that an earlier apply has made and that no state knows.
func left(t *testing.T, number int) *acctest.Server {
	t.Helper()
	sim := acctest.Simulator(t)
	before := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for i := range number {
		before.Created(typeName, colleague(i))
	}
	return acctest.NewConfigured(t, sim, acctest.Realm, nil)
}

// Creates that fail together, because their contacts are there exactly as they
// are wanted, print one block for all of them. One that differs is none of them.
func TestExistingContactsShareABlock(t *testing.T) {
	t.Parallel()
	const number = 8
	server := left(t, number)
	var creates sync.WaitGroup
	errors := make([][]*tfprotov6.Diagnostic, number)
	for i := range number {
		creates.Go(func() {
			wanted := colleague(i)
			if i == 0 {
				wanted["last_name"] = "Smith"
			}
			_, errors[i] = server.Change(typeName, server.None(typeName), wanted)
		})
	}
	creates.Wait()
	acctest.OneError(t, errors[0], contact.SummaryExists, "import {\n  to = reach_contact.NAME\n")
	lists := 0
	for i := 1; i < number; i++ {
		acctest.OneError(t, errors[i], contact.SummaryExists, fmt.Sprintf("colleague%d@example.com", i))
		detail := errors[i][0].Detail
		switch _, list, found := strings.Cut(detail, "for_each = {"); {
		case found:
			lists++
			list, _, _ = strings.Cut(list, "  to = reach_contact.NAME[each.key]\n  id = each.value.id\n}")
			for other := range number {
				if has := strings.Contains(list, fmt.Sprintf(`"colleague%d@example.com" = { id = "%d" }`, other, 1001+other)); has != (other != 0) {
					t.Errorf("colleague %d is listed: %v\n%s", other, has, list)
				}
			}
		case strings.Contains(detail, "\n"):
			t.Errorf("more than a line beside the list:\n%s", detail)
		}
	}
	if lists != 1 {
		t.Errorf("%d errors have a list", lists)
	}
}

// With -parallelism=1 nobody knows which error is the last: each has the list of
// all so far.
func TestExistingContactsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	const number = 3
	server := left(t, number)
	for i := range number {
		_, diagnostics := server.Change(typeName, server.None(typeName), colleague(i))
		acctest.OneError(t, diagnostics, contact.SummaryExists, "import {\n  to = reach_contact.NAME\n", fmt.Sprintf(`id = "%d"`, 1001+i))
		for other := range number {
			if has := strings.Contains(diagnostics[0].Detail, fmt.Sprintf(`"colleague%d@example.com" = {`, other)); has != (i > 0 && other <= i) {
				t.Errorf("after %d creates member %d is listed: %v\n%s", i+1, other, has, diagnostics[0].Detail)
			}
		}
	}
}
