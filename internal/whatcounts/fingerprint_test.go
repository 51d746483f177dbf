package whatcounts

import (
	"fmt"
	"testing"
)

// Every address is found in whichever piece it stands, and no other one.
func TestFingerprints(t *testing.T) {
	const many = 3*largestPiece + 1
	var set fingerprints
	if set.sorted().contain("user0@example.com") {
		t.Error("an empty set holds an address")
	}
	for i := range many {
		set = set.with(fmt.Sprintf("User%d@example.com", i))
	}
	set = set.sorted()
	if len(set) < 4 {
		t.Fatalf("the set has %d pieces", len(set))
	}
	for i := range many {
		if !set.contain(fmt.Sprintf(" user%d@Example.com", i)) {
			t.Fatalf("number %d is not found", i)
		}
	}
	if set.contain(fmt.Sprintf("user%d@example.com", many)) {
		t.Error("an address that was never added is found")
	}
}
