package deletion

import (
	"slices"
	"testing"
)

func TestManagedUnder(t *testing.T) {
	guard := newGuard(t, Settings{})
	guard.Manage("a", contact(2, DeleteWithoutOptout))
	guard.Manage("b", contact(1, DeleteWithoutOptout))
	guard.Manage("the former name of b", contact(1, DeleteWithoutOptout))
	guard.Manage("c", contact(3, ""))
	if got := guard.ManagedUnder(DeleteWithoutOptout); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("got %v", got)
	}
	if got := guard.ManagedUnder(Delete); !slices.Equal(got, []int64{3}) {
		t.Errorf("the policy of the provider does not count: %v", got)
	}
	guard.Release("a")
	if got := guard.ManagedUnder(DeleteWithoutOptout); !slices.Equal(got, []int64{1}) {
		t.Errorf("got %v", got)
	}
}
