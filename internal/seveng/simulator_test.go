package seveng

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func startSimulator(t *testing.T, dialects ...string) (*simulator.Simulator, *Client) {
	t.Helper()
	sim := simulatortest.Start(t, simulator.Options{Dialects: dialects})
	config := quick(sim.URL())
	config.Username, config.Password = "demo", "demo-password"
	config.Consistency = httpclient.Consistency{First: time.Millisecond, Window: 15 * time.Millisecond}
	client := newClient(t, config)
	client.now = sim.Clock.Now
	return sim, client
}

func typeID(t *testing.T, client *Client, name string) int64 {
	t.Helper()
	types, err := client.Types(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range types {
		if strings.EqualFold(known.Name, name) {
			return known.ID
		}
	}
	t.Fatalf("no type %s in %+v", name, types)
	return 0
}

// eventually reads a record until it is as wanted: some dialects answer with
// the past.
func eventually(t *testing.T, client *Client, key Key, want Communication) {
	t.Helper()
	var found Communication
	for range 5 {
		var err error
		found, err = client.Read(t.Context(), key)
		if err == nil && found == want {
			return
		}
	}
	t.Errorf("record is\n  %+v\nwant\n  %+v", found, want)
}

// TestDialects takes records through their whole life under every reading of
// the open questions, with and without an external id.
func TestDialects(t *testing.T) {
	t.Run("likeliest", func(t *testing.T) {
		t.Parallel()
		wholeLife(t, "EMAIL-001")
		wholeLife(t, "")
	})
	t.Run("answers without the record, and stale reads", func(t *testing.T) {
		t.Parallel()
		wholeLife(t, "EMAIL-001", "7g-write-answer-null", "7g-stale-reads")
		wholeLife(t, "", "7g-write-answer-ids-only", "7g-stale-reads")
	})
	for _, d := range simulator.Dialects() {
		if d.Service != "7G" {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			wholeLife(t, "EMAIL-001", d.Name)
			wholeLife(t, "", d.Name)
		})
	}
}

func wholeLife(t *testing.T, externalID string, dialects ...string) {
	sim, client := startSimulator(t, dialects...)
	email, mobile := typeID(t, client, "email"), typeID(t, client, "mobile")

	created, err := client.Create(t.Context(), Spec{
		ExternalID: externalID, TypeID: email, Value: "billing@example.com", Owner: Owner{Kind: BizEntity, ExternalID: "BE-1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Communication{ID: created.ID, Spec: Spec{ExternalID: externalID, TypeID: email, Value: "billing@example.com", Owner: Owner{BizEntity, 42, "BE-1"}}}
	expectRecord(t, created.Communication, want)
	eventually(t, client, ByID(want.ID), want)
	if externalID != "" {
		eventually(t, client, ByExternalID(externalID), want)
	}
	expectListed(t, client, want)

	changed := want
	changed.TypeID, changed.Value = mobile, "+61 400 000 000"
	updated, err := client.Update(t.Context(), want, changed.Spec)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, updated, changed)
	eventually(t, client, ByID(want.ID), changed)

	final := transferred(t, client, dialects, changed, Owner{Kind: Person, ExternalID: "P-1"}, Owner{Person, 7, "P-1"})
	final = transferred(t, client, dialects, final, Owner{Kind: Organisation, ID: 9}, Owner{Organisation, 9, "ORG-1"})
	eventually(t, client, ByID(want.ID), final)

	if err := client.Delete(t.Context(), final.Key()); err != nil {
		t.Fatal(err)
	}
	if left := sim.SevenG.Snapshot().Communications; len(left) != 0 {
		t.Errorf("communications are left: %+v", left)
	}
	if err := client.Delete(t.Context(), final.Key()); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
	expectGoneSoon(t, client, final.Key())
	if n := sim.Log.Count("POST /user/login"); n != 1 {
		t.Errorf("%d logins", n)
	}
	if n := sim.Log.Count("GET /common/lookup"); n != 1 {
		t.Errorf("%d lookups", n)
	}
}

// transferred moves a record and returns what it is afterwards, which in two
// dialects is what it was.
func transferred(t *testing.T, client *Client, dialects []string, current Communication, given, full Owner) Communication {
	t.Helper()
	moved := current
	moved.Owner = given
	after, err := client.Update(t.Context(), current, moved.Spec)
	switch strings.Join(dialects, "") {
	case "7g-owner-change-refused":
		expectKind(t, err, apierror.Refused)
		return current
	case "7g-owner-change-ignored":
		expectKind(t, err, apierror.Refused)
		expectText(t, err, "owner did not change")
		expectRecord(t, after, current)
		return current
	}
	if err != nil {
		t.Fatal(err)
	}
	moved.Owner = full
	expectRecord(t, after, moved)
	return moved
}

// expectListed holds the client to a list that shows its own write at once,
// also where the service is slow to show it.
func expectListed(t *testing.T, client *Client, want Communication) {
	t.Helper()
	list, err := client.List(t.Context(), want.Owner.byOneID())
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0] != want {
		t.Errorf("the owner's communications are %+v, not %+v", list, want)
	}
}

func expectGoneSoon(t *testing.T, client *Client, key Key) {
	t.Helper()
	var err error
	for range 5 {
		if _, err = client.Read(t.Context(), key); apierror.Is(err, apierror.NotFound) {
			return
		}
	}
	t.Errorf("a deleted record is not gone: %v", err)
}

// TestRequestCounts holds the client to one request for each operation, and to
// one for each owner before the first create on it.
func TestRequestCounts(t *testing.T) {
	sim, client := startSimulator(t)
	email := typeID(t, client, "email")
	const records = 20
	var mu sync.Mutex
	var ids []int64
	var group sync.WaitGroup
	for i := range records {
		group.Go(func() {
			created, err := client.Create(t.Context(), Spec{
				TypeID: email, Value: fmt.Sprintf("%d@example.com", i), Owner: Owner{Kind: BizEntity, ID: 42},
			})
			if err != nil {
				t.Error(err)
				return
			}
			found, err := client.Read(t.Context(), created.Key())
			if err != nil {
				t.Error(err)
				return
			}
			moved := found
			moved.Owner = Owner{Kind: Person, ID: 7}
			if _, err := client.Update(t.Context(), found, moved.Spec); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			ids = append(ids, created.ID)
			mu.Unlock()
		})
	}
	group.Wait()
	for _, id := range ids {
		if err := client.Delete(t.Context(), ByID(id)); err != nil {
			t.Error(err)
		}
	}
	for operation, want := range map[string]int{
		"POST /user/login": 1, "GET /common/lookup": 1, "GET /bizentity": 1,
		"POST /communication": records, "GET /communication": records, "PUT /communication": records, "DELETE /communication": records,
	} {
		if got := sim.Log.Count(operation); got != want {
			t.Errorf("%s: %d requests, want %d", operation, got, want)
		}
	}
	if n := sim.Log.Len(); n != 4*records+3 {
		t.Errorf("%d requests in all", n)
	}
}

// TestLostAnswers loses and breaks the answers to writes before and after the
// work. Each time the record is there exactly once, and gone exactly once; and
// what was done is never sent again.
func TestLostAnswers(t *testing.T) {
	for name, fault := range map[string]traffic.Fault{
		"500 before":                  {Kind: traffic.StatusBefore, Status: 500},
		"429 before":                  {Kind: traffic.StatusBefore, Status: 429},
		"cut before":                  {Kind: traffic.CutBefore},
		"page before":                 {Kind: traffic.Replace, Body: "<html></html>"},
		"500 after":                   {Kind: traffic.StatusAfter, Status: 500, Body: "<html>oops</html>"},
		"503 that says gone after":    {Kind: traffic.StatusAfter, Status: 503, Body: `{"result":false,"message":"not found"}`},
		"answer without result after": {Kind: traffic.StatusAfter, Status: 200, Body: `{"message":"done"}`},
		"cut after":                   {Kind: traffic.CutAfter},
		"empty after":                 {Kind: traffic.EmptyAfter},
		"half after":                  {Kind: traffic.Truncate},
	} {
		sent := 2
		if strings.HasSuffix(name, "after") {
			sent = 1
		}
		for _, externalID := range []string{"EMAIL-001", ""} {
			t.Run(name+" "+externalID, func(t *testing.T) {
				t.Parallel()
				sim, client := startSimulator(t)
				writes := []string{"POST /communication", "PUT /communication", "DELETE /communication"}
				for _, operation := range writes {
					fault := fault
					fault.Operation = operation
					sim.Faults.Add(fault)
				}
				created, err := client.Create(t.Context(), Spec{
					ExternalID: externalID, TypeID: typeID(t, client, "email"), Value: "billing@example.com", Owner: Owner{Kind: Organisation, ID: 9},
				})
				if err != nil {
					t.Fatal(err)
				}
				if created.Recognised != (sent == 1) {
					t.Errorf("recognised after a lost answer is %v", created.Recognised)
				}
				if stored := sim.SevenG.Communications(); len(stored) != 1 || stored[0].ID != created.ID || stored[0].ExternalID != externalID {
					t.Fatalf("7G holds %+v", stored)
				}
				moved := created.Communication
				moved.Value, moved.Owner = "accounts@example.com", Owner{Kind: BizEntity, ID: 43}
				updated, err := client.Update(t.Context(), created.Communication, moved.Spec)
				if err != nil {
					t.Fatal(err)
				}
				moved.Owner.ExternalID = "BE-2"
				expectRecord(t, updated, moved)
				if err := client.Delete(t.Context(), ByID(created.ID)); err != nil {
					t.Fatal(err)
				}
				if stored := sim.SevenG.Communications(); len(stored) != 0 {
					t.Errorf("7G holds %+v", stored)
				}
				for _, operation := range writes {
					if n := sim.Log.Count(operation); n != sent {
						t.Errorf("%s was sent %d times, want %d", operation, n, sent)
					}
				}
			})
		}
	}
}

// TestTokensOfTheSimulator lets tokens expire, near their end and behind the
// client's back, in each form of renewal.
func TestTokensOfTheSimulator(t *testing.T) {
	for _, dialect := range []string{"", "7g-refresh-bare-only", "7g-refresh-bearer-only", "7g-refresh-access-token-only"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var dialects []string
			if dialect != "" {
				dialects = []string{dialect}
			}
			sim, client := startSimulator(t, dialects...)
			call := func(ctx context.Context) error {
				_, err := client.Owner(ctx, Owner{Kind: Person, ID: 7})
				return err
			}
			for range 3 {
				expectNoErrors(t, together(t, 10, call))
				sim.Clock.Advance(20*time.Minute - 10*time.Second)
			}
			ahead := time.Duration(0)
			client.now = func() time.Time { return sim.Clock.Now().Add(-ahead) }
			ahead = time.Hour // the client's clock is late: only a 401 tells
			sim.Clock.Advance(time.Hour)
			expectNoErrors(t, together(t, 10, call))
			if n := sim.Log.Count("POST /user/login"); n != 1 {
				t.Errorf("%d logins", n)
			}
		})
	}
}
