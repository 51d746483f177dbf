package seveng

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// An owner is read once, whoever asks, until this client has written.
func TestOwnersAreReadOnce(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		owner:  {ok(ownerJSON(billing.Owner, billing))},
		post:   {ok(asJSON(billing))},
		put:    {ok(asJSON(billing))},
		remove: {ok(`null`)},
	}))
	client := withToken(t, s)
	list := func(ctx context.Context) error {
		held, err := client.OwnerCommunications(ctx, Owner{Kind: BizEntity, ID: 42})
		if err == nil && (len(held) != 1 || held[0] != billing) {
			return fmt.Errorf("list is %+v", held)
		}
		return err
	}
	expectNoErrors(t, together(t, 50, list))
	expectOperations(t, s, owner)

	changed := billing
	changed.Value = "accounts@example.com"
	for name, write := range map[string]func() error{
		"create": func() error {
			wanted := billing
			wanted.ID = 0
			_, err := client.CreateCommunication(t.Context(), wanted)
			return err
		},
		"update": func() error {
			_, err := client.UpdateCommunication(t.Context(), changed, billing)
			return err
		},
		"delete": func() error { return client.DeleteCommunication(t.Context(), ByID(billing.ID)) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := write(); err != nil {
				t.Fatal(err)
			}
			before := s.count(owner)
			client.recent = recentWrites{} // the list need not show the write: it has to be asked for
			expectNoErrors(t, together(t, 10, list))
			if more := s.count(owner) - before; more != 1 {
				t.Errorf("after it the owner was read %d times", more)
			}
		})
	}

	// Both ids of an owner outlive writes to its communications.
	byExternalID := Owner{Kind: BizEntity, ExternalID: "BE-1"}
	before := s.count(owner)
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error {
		found, err := client.Owner(ctx, byExternalID)
		if err == nil && found != billing.Owner {
			return fmt.Errorf("owner is %+v", found)
		}
		return err
	}))
	if more := s.count(owner) - before; more != 1 {
		t.Errorf("the owner's ids were read %d times", more)
	}
}

// What one caller does to a list is nobody else's business.
func TestSharedListsAreCopies(t *testing.T) {
	phone := Communication{ID: 5, TypeID: 2, Value: "+61", Owner: billing.Owner}
	s := newService(t, func(exchange) reply { return ok(ownerJSON(billing.Owner, billing, phone)) })
	client := withToken(t, s)
	for range 2 {
		held, err := client.OwnerCommunications(t.Context(), billing.Owner)
		if err != nil || len(held) != 2 || held[0] != billing {
			t.Fatalf("list is %+v (%v)", held, err)
		}
		slices.Reverse(held)
	}
	expectOperations(t, s, owner)
}
