package communication_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// FuzzImport: an import id leads to the communication that it names, or to an
// error; one that cannot name any is refused before a request.
func FuzzImport(f *testing.F) {
	sim := acctest.Simulator(f)
	state := sim.SevenG.Snapshot()
	held := map[int64]seveng.Communication{}
	for number, externalID := range []string{"EMAIL-001", "502", ""} {
		c := seveng.Communication{ID: int64(501 + number), ExternalID: externalID, TypeID: 1, Name: "a" + strconv.Itoa(number) + "@example.com", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}}
		state.Communications = append(state.Communications, c)
		held[c.ID] = c
	}
	if err := sim.SevenG.Restore(state); err != nil {
		f.Fatal(err)
	}
	acctest.FuzzImport(f, sim, acctest.ImportIDs{
		Resource: typeName, IDAttribute: "communication_id",
		Seeds: []string{"", "501", "+501", "0501", "-1", "0", "99999999999999999999", "external:EMAIL-001", "external:501", "external:", "External:EMAIL-001", "EMAIL-001", "external:external:x", "501 ", "external:\x00", "external:a&CommunicationID=502"},
		CouldName: func(id string) bool {
			external, found := strings.CutPrefix(id, "external:")
			return found && external != ""
		},
		Names: func(id string, found int64) bool {
			return held[found].ExternalID == strings.TrimPrefix(id, "external:")
		},
	})
}
