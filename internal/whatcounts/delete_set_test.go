package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// put adds a contact to the service itself.
func (s *simulated) put(email, first string) Identity {
	s.Helper()
	contact := simulator.Contact{
		Email: email, First: first, Fields: map[string]string{"last": "Doe", "city": "Rome"},
		Subscriptions: []simulator.Subscription{{ListID: 5, Format: 2}},
	}
	if s.realm == "keyed" {
		contact.CustomerKey = "K-" + email + first
	}
	added, err := s.service.AddContact(s.realm, contact)
	if err != nil {
		s.Fatal(err)
	}
	return Identity{added.ID, added.Email, added.First, added.CustomerKey}
}

// numbered adds contacts with first names.
func (s *simulated) numbered(many int) []Identity {
	var contacts []Identity
	for i := range many {
		contacts = append(contacts, s.put(fmt.Sprintf("user%d@example.com", i), fmt.Sprintf("User %d", i)))
	}
	return contacts
}

// unnumbered are targets as a person writes them.
func unnumbered(contacts []Identity) []Identity {
	targets := slices.Clone(contacts)
	for i := range targets {
		targets[i].SubscriberID = 0
	}
	return targets
}

// deletions are of these contacts, with the options of one.
func deletions(contacts []Identity, options Deletion) []Deletion {
	var all []Deletion
	for _, contact := range contacts {
		options.Identity = contact
		all = append(all, options)
	}
	return all
}

// results are the outcomes as words.
func results(outcomes []Outcome) string {
	var words []string
	for _, outcome := range outcomes {
		switch {
		case outcome.Err == nil && outcome.AlreadyGone:
			words = append(words, "gone")
		case outcome.Err == nil:
			words = append(words, "deleted")
		case apierror.Is(outcome.Err, apierror.Uncertain) && outcome.Sent:
			words = append(words, "unclear")
		default:
			words = append(words, "kept")
		}
	}
	return strings.Join(words, " ")
}

func TestManyContactsAreDeletedWithFewCommands(t *testing.T) {
	s := newSimulated(t, "plain")
	s.client.batchSize = 50
	var targets []Identity
	for i := range 170 {
		contact := s.put(fmt.Sprintf("user%d@example.com", i), []string{"Jane", "Ann", ""}[i%3])
		if i%3 == 1 {
			contact.FirstName = "" // found by its address
		}
		targets = append(targets, contact)
	}
	var progress []string
	outcomes := s.client.Delete(t.Context(), deletions(unnumbered(targets), Deletion{Verify: true}), func(done, total int) {
		progress = append(progress, fmt.Sprintf("%d of %d", done, total))
	})
	for i, outcome := range outcomes {
		if outcome.AlreadyGone || outcome.Err != nil || outcome.Contact.SubscriberID != targets[i].SubscriberID {
			t.Errorf("%s: %+v", targets[i].Email, outcome)
		}
	}
	if left := s.service.Contacts("plain"); len(left) != 0 {
		t.Errorf("%d contacts are left", len(left))
	}
	// 114 have a first name and 56 have none: two kinds of commands in each batch.
	if got := s.exchange.Log.Count("delete"); got > 8 {
		t.Errorf("delete was sent %d times", got)
	}
	// Those without a first name are looked at once more right before their command.
	if got, most := s.exchange.Log.Count("find"), 170+56; got > most {
		t.Errorf("find was sent %d times, want at most %d", got, most)
	}
	if len(progress) < 4 || progress[len(progress)-1] != "170 of 170" {
		t.Errorf("progress was %s", progress)
	}
}

func TestEveryOutcomeOfADeleteOfManyUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		s := newSimulated(t, realm, dialect)
		contacts := []Identity{
			s.put("jane@example.com", "Jane"), s.put("jane@example.com", "JD"), s.put("ann@example.com", ""),
			s.put("two@example.com", "One"), s.put("two@example.com", ""), s.put("bob@example.com", "Bob"),
			s.put("single@example.com", "Sin"), s.put("changed@example.com", "Old"),
		}
		targets := unnumbered(contacts)
		targets[4] = Identity{Email: "two@example.com", CustomerKey: targets[4].CustomerKey} // one of two, unnamed
		targets[5].Email = "BOB@example.com"
		targets[6].FirstName = "" // alone on its address
		targets[7].SubscriberID, targets[7].FirstName = contacts[7].SubscriberID, "New"
		targets = append(targets, targets[0],
			Identity{Email: "nobody@example.com", FirstName: "No", CustomerKey: keyIn(realm, "K-0")},
			Identity{Email: "a,b@example.com", CustomerKey: keyIn(realm, "K-0")}, Identity{FirstName: "No"})
		resolved := s.client.Resolve(t.Context(), targets)
		if s.exchange.Log.Count("delete") != 0 {
			t.Error("a look deletes")
		}
		outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil)
		want, left := "deleted deleted deleted deleted kept deleted deleted kept kept gone kept kept", 2
		if realm == "keyed" {
			// The key says who is meant, whatever the first name.
			want, left = "deleted deleted deleted deleted deleted deleted deleted deleted kept gone kept kept", 0
		}
		if got := results(outcomes); got != want {
			t.Errorf("results\n%s, want\n%s", got, want)
		}
		for i, outcome := range outcomes {
			if outcome.Err != nil && outcome.Sent {
				t.Errorf("%d: %v", i, outcome.Err)
			}
			if found := resolved[i]; (found.Err == nil) != (outcome.Err == nil && !outcome.AlreadyGone) || found.Err == nil && found.Contact.SubscriberID != contacts[i].SubscriberID {
				t.Errorf("%d was resolved as %+v (%v)", i, found.Contact, found.Err)
			}
		}
		expectAs[*RepeatedError](t, outcomes[8].Err, apierror.Invalid)
		if !apierror.Is(resolved[9].Err, apierror.NotFound) {
			t.Errorf("who is not there was resolved: %v", resolved[9].Err)
		}
		if realm == "plain" {
			expectAs[*AmbiguousError](t, outcomes[4].Err, apierror.Refused)
			expectAs[*ChangedError](t, outcomes[7].Err, apierror.Refused)
		}
		if remaining := s.service.Contacts(realm); len(remaining) != left {
			t.Errorf("left are %v", remaining)
		}
	})
}

func TestTotalsThatDoNotAddUpAreFollowedUpContactByContact(t *testing.T) {
	const many = 6
	counts := func(deleted int) traffic.Fault {
		return traffic.Fault{Kind: traffic.Replace, Body: fmt.Sprintf("SUCCESS: %d record(s) procesed. %d users deleted", many, deleted)}
	}
	all := func(word string) string { return strings.TrimSuffix(strings.Repeat(word+" ", many), " ") }
	tests := map[string]struct {
		fault   traffic.Fault
		want    string
		deletes int // commands; 0: any number
	}{
		"one is deleted by somebody else":   {traffic.Fault{Kind: traffic.Act}, all("deleted"), 1},
		"the count is lower":                {counts(3), all("deleted"), 1 + many},
		"nothing was done":                  {counts(0), all("deleted"), 1 + many},
		"a refusal of everything":           {traffic.Fault{Kind: traffic.Replace, Body: "FAILURE: something about one of them"}, all("deleted"), 1 + many},
		"the text cannot be read":           {traffic.Fault{Kind: traffic.Replace, Body: "SUCCESS: whatever"}, all("deleted"), 1 + many},
		"more than was asked for":           {counts(many + 1), all("unclear"), 1},
		"the credentials are refused":       {traffic.Fault{Kind: traffic.Replace, Body: "Invalid credentials"}, all("kept"), 1},
		"status before the work":            {traffic.Fault{Kind: traffic.StatusBefore, Status: 500}, all("deleted"), 0},
		"status after the work":             {traffic.Fault{Kind: traffic.StatusAfter, Status: 500}, all("deleted"), 1},
		"cut before the work":               {traffic.Fault{Kind: traffic.CutBefore}, all("deleted"), 0},
		"cut after the work":                {traffic.Fault{Kind: traffic.CutAfter}, all("deleted"), 1},
		"an empty answer":                   {traffic.Fault{Kind: traffic.EmptyAfter}, all("deleted"), 1},
		"half an answer":                    {traffic.Fault{Kind: traffic.Truncate}, all("deleted"), 1},
		"lost as often as it is asked":      {traffic.Fault{Kind: traffic.CutBefore, Count: -1}, all("unclear"), 0},
		"a page each time":                  {traffic.Fault{Kind: traffic.Replace, Body: "<html>", Count: -1}, all("unclear"), 0},
		"nothing is done whatever is asked": {func() traffic.Fault { f := counts(0); f.Count = -1; return f }(), all("kept"), 1 + many},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSimulated(t, "plain")
			targets := s.numbered(many)
			s.put("bystander@example.com", "By")
			test.fault.Operation = "delete"
			test.fault.Do = func() {
				if err := s.service.RemoveContact("plain", targets[2].SubscriberID); err != nil {
					t.Error(err)
				}
			}
			s.exchange.Faults.Add(test.fault)
			outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil)
			if got := results(outcomes); got != test.want {
				t.Errorf("results %s, want %s; the first with %v", got, test.want, outcomes[0].Err)
			}
			if got := s.exchange.Log.Count("delete"); test.deletes > 0 && got != test.deletes {
				t.Errorf("delete was sent %d times, want %d", got, test.deletes)
			}
			left := 1
			if test.want != all("deleted") {
				left += many // the faults that end so did nothing
			}
			if remaining := s.service.Contacts("plain"); len(remaining) != left {
				t.Errorf("left are %v", remaining)
			}
			for i, outcome := range outcomes {
				if outcome.Err != nil && !strings.Contains(outcome.Err.Error(), targets[i].Email) {
					t.Errorf("the error of %s does not name it: %v", targets[i].Email, outcome.Err)
				}
			}
		})
	}
}

func TestACancelledDeleteOfManyStopsBetweenBatches(t *testing.T) {
	s := newSimulated(t, "plain")
	s.client.batchSize = 4
	targets := s.numbered(10)
	ctx, cancel := context.WithCancel(t.Context())
	outcomes := s.client.Delete(ctx, deletions(targets, Deletion{}), func(done, _ int) {
		if done == 8 {
			cancel()
		}
	})
	if got := results(outcomes); got != "deleted deleted deleted deleted deleted deleted deleted deleted kept kept" {
		t.Errorf("results %s", got)
	}
	if !apierror.Is(outcomes[9].Err, apierror.NotSent) || len(s.service.Contacts("plain")) != 2 {
		t.Errorf("the last: %v", outcomes[9].Err)
	}

	// Cancelled while a command is under way, it still tells what was done.
	ctx, cancel = context.WithCancel(t.Context())
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.ActAfter, Do: cancel})
	more := s.numbered(3)
	if got := results(s.client.Delete(ctx, deletions(more, Deletion{}), nil)); got != "deleted deleted deleted" {
		t.Errorf("results %s", got)
	}
}

func TestBeforeIsCalledForEveryContactThatIsSent(t *testing.T) {
	for _, withoutOptout := range []bool{false, true} {
		s := newSimulated(t, "plain")
		targets := append(s.numbered(5), Identity{Email: "nobody@example.com"})
		stop := errors.New("the disk is full")
		var seen []string
		outcomes := s.client.Delete(t.Context(), deletions(unnumbered(targets), Deletion{
			WithoutOptout: withoutOptout, Whole: true,
			Before: func(_ context.Context, current Contact) error {
				if len(s.service.Contacts("plain")) == 0 {
					t.Error("Before came after the delete")
				}
				seen = append(seen, fmt.Sprintf("%d %s %v", current.SubscriberID, current.Values["city"], current.Subscriptions))
				if current.FirstName == "User 3" {
					return stop
				}
				return nil
			},
		}), nil)
		if got := results(outcomes); got != "deleted deleted deleted kept deleted gone" || !errors.Is(outcomes[3].Err, stop) {
			t.Errorf("results %s (%v)", got, outcomes[3].Err)
		}
		slices.Sort(seen)
		var want []string
		for _, contact := range targets[:5] {
			want = append(want, fmt.Sprintf("%d Rome [{5 html}]", contact.SubscriberID))
		}
		slices.Sort(want)
		if !slices.Equal(seen, want) {
			t.Errorf("Before got %v, want %v", seen, want)
		}
		if left := s.service.Contacts("plain"); len(left) != 1 || left[0].First != "User 3" {
			t.Errorf("left are %v", left)
		}
		if optouts := s.service.Optouts("plain"); withoutOptout != (len(optouts) == 0) {
			t.Errorf("without opt-outs is %t, recorded are %v", withoutOptout, optouts)
		}
	}
}

func TestDeleteOfManyByIDTellsOfOptouts(t *testing.T) {
	s := newSimulated(t, "plain", "wc-deletesubid-optout")
	for i, outcome := range s.client.Delete(t.Context(), deletions(s.numbered(3), Deletion{WithoutOptout: true}), nil) {
		if outcome.Err != nil || outcome.AlreadyGone || !outcome.OptoutRecorded {
			t.Errorf("%d: %+v", i, outcome)
		}
	}
	if got := s.exchange.Log.Count("deletesubid"); got != 3 || s.exchange.Log.Count("delete") != 0 {
		t.Errorf("deletesubid was sent %d times", got)
	}
}

func TestAContactWithoutFirstNameIsLookedAtRightBeforeItsCommand(t *testing.T) {
	s := newSimulated(t, "plain", "wc-delete-several-all")
	nameless := s.put("shared@example.com", "")
	named := s.put("user@example.com", "User")
	// Somebody joins the address while those with first names are deleted.
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Do: func() { s.put("shared@example.com", "Other") }})
	outcomes := s.client.Delete(t.Context(), deletions(unnumbered([]Identity{nameless, named}), Deletion{}), nil)
	if got := results(outcomes); got != "kept deleted" {
		t.Errorf("results %s", got)
	}
	expectAs[*AmbiguousError](t, outcomes[0].Err, apierror.Refused)
	if got := s.exchange.Log.Count("delete"); got != 1 || len(s.service.Contacts("plain")) != 2 {
		t.Errorf("delete was sent %d times, left are %v", got, s.service.Contacts("plain"))
	}
}
