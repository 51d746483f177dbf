package seveng

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestCreatedButNotToBeSeenYet(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		post: {ok(`{"communicationID":12345}`)}, get: {gone(), gone(), ok(asJSON(billing))},
	}))
	got, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, billing)
}

func TestCreatedButNotToBeRead(t *testing.T) {
	asked, _ := unnamed()
	for name, c := range map[string]struct {
		asked Communication
		data  string
		id    int64
		look  reply
	}{
		"failing":          {wanted(), `{"communicationID":12345}`, 12345, broken()},
		"gone":             {wanted(), `{"communicationID":12345}`, 12345, gone()},
		"without any id":   {wanted(), `null`, 0, gone()},
		"owner unreadable": {asked, `null`, 0, broken()},
		"not listed":       {asked, `null`, 0, ok(ownerJSON(billing.Owner))},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {ok(c.data)}, get: {c.look}, owner: {c.look}}))
			_, err := withToken(t, s).CreateCommunication(t.Context(), c.asked)
			e := expectVerdict(t, err, apierror.Uncertain)
			if e.Advice == "" {
				t.Error("no advice how to find out")
			}
			var exists *ExistsError
			if errors.As(err, &exists) != (c.id != 0) || exists != nil && (exists.Existing.ID != c.id || exists.Conflict != JustCreated) {
				t.Errorf("detail is %+v", exists)
			}
			if n := s.count(post); n != 1 {
				t.Errorf("a create that was done was sent %d times", n)
			}
		})
	}
}

// unknownOutcomes are the answers after which nobody knows.
var unknownOutcomes = map[string]reply{
	"500":       {status: 500, body: "<html>oops</html>"},
	"503":       {status: 503, body: `{"result":false,"message":"not found"}`},
	"429":       {status: 429},
	"cut":       {},
	"empty":     {status: 200},
	"page":      {status: 200, body: "<html></html>"},
	"no result": {status: 200, body: `{}`},
	"half":      {status: 200, body: `{"result":true,"data":{"communicationID":123`},
}

func TestCreateOfUnknownOutcomeIsReadBack(t *testing.T) {
	asked, held := unnamed()
	upper := held
	upper.Value = "BILLING@example.com"
	elsewhere := held
	elsewhere.ID, elsewhere.ExternalID = 99, "SOMEONE-ELSE"
	for name, answered := range unknownOutcomes {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {answered}, get: {gone(), ok(asJSON(billing))}}))
			got, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, billing)
			expectOperations(t, s, post, get, get)

			s = newService(t, script(map[string][]reply{post: {answered}, owner: {ok(ownerJSON(billing.Owner, elsewhere, upper))}}))
			if got, err = withToken(t, s).CreateCommunication(t.Context(), asked); err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, upper)
			expectOperations(t, s, post, owner)
		})
	}
}

func TestCreateIsAskedForAgainWhenReliablyNotThere(t *testing.T) {
	asked, held := unnamed()
	s := newService(t, script(map[string][]reply{post: {broken(), {}, ok(asJSON(held))}, owner: {ok(ownerJSON(billing.Owner))}}))
	got, err := withToken(t, s).CreateCommunication(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, held)
	if n := s.count(post); n != 3 {
		t.Errorf("%d requests to create", n)
	}

	s = newService(t, script(map[string][]reply{post: {broken()}, get: {gone()}}))
	_, err = withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "EMAIL-001", "not there")
	if n := s.count(post); n != 4 {
		t.Errorf("%d requests to create, want the first and MaxRetries more", n)
	}
}

func TestCreateIsNotAskedForAgainWithoutAReliableRead(t *testing.T) {
	asked, _ := unnamed()
	for name, c := range map[string]struct {
		asked Communication
		look  reply
	}{
		"broken":            {wanted(), broken()},
		"unrecognised text": {wanted(), refused("Something else")},
		"forbidden":         {wanted(), reply{status: 403}},
		"another record":    {wanted(), ok(`{"communicationID":5,"externalCommunicationId":"OTHER","communicationTypeID":1,"name":"x"}`)},
		"no list":           {asked, ok(`{"bizEntityID":42}`)},
		"list is no list":   {asked, ok(`{"bizEntityID":42,"communications":{}}`)},
		"unreadable item":   {asked, ok(`{"bizEntityID":42,"communications":[{"communicationID":3}]}`)},
		"two owners":        {asked, ok(`[{"bizEntityID":42,"communications":[]},{"bizEntityID":43,"communications":[]}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {broken()}, get: {c.look}, owner: {c.look}}))
			_, err := withToken(t, s).CreateCommunication(t.Context(), c.asked)
			e := expectVerdict(t, err, apierror.Uncertain)
			if !strings.Contains(e.Advice, "Look") {
				t.Errorf("advice is %q", e.Advice)
			}
			expectText(t, err, "HTTP 500", "creating the communication of type 1 billing@example.com of biz_entity 42")
			if n := s.count(post); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
}

func TestCreateFindsSomethingElse(t *testing.T) {
	other := billing
	other.Value, other.Owner = "other@example.com", Owner{Kind: BizEntity, ID: 43, ExternalID: "BE-2"}
	s := newService(t, script(map[string][]reply{post: {broken()}, get: {ok(asJSON(other))}}))
	_, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "value and owner", "communication 12345", "other@example.com")
	var exists *ExistsError
	if !errors.As(err, &exists) || exists.Existing != other {
		t.Errorf("detail is %+v", exists)
	}
	expectOperations(t, s, post, get)
}

func TestCreateFindsSeveral(t *testing.T) {
	asked, held := unnamed()
	twin := held
	twin.ID = 12346
	s := newService(t, script(map[string][]reply{post: {broken()}, owner: {ok(ownerJSON(billing.Owner, held, twin))}}))
	_, err := withToken(t, s).CreateCommunication(t.Context(), asked)
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "communication 12345", "communication 12346", "2 records")
	if n := s.count(post); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// The first request was done late: the second is refused because of it.
func TestCreateRefusedBecauseTheFirstRequestWasDone(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		post: {broken(), refused("The external id exists already.")},
		get:  {gone(), gone(), gone(), ok(asJSON(billing))}, // three looks fit into the window
	}))
	got, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, billing)
	expectOperations(t, s, post, get, get, get, post, get)
}

func TestCreateOutlivesTheEndOfItsContext(t *testing.T) {
	slow := broken()
	slow.delay = 300 * time.Millisecond
	s := newService(t, script(map[string][]reply{post: {slow}, get: {ok(asJSON(billing))}}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	got, err := withToken(t, s).CreateCommunication(ctx, wanted())
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, billing)

	s = newService(t, script(map[string][]reply{post: {slow}, get: {gone()}}))
	ctx, cancel = context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err = withToken(t, s).CreateCommunication(ctx, wanted())
	expectKind(t, err, apierror.Uncertain)
	if n := s.count(post); n != 1 {
		t.Errorf("sent %d times although the time was over", n)
	}
}

func TestCreateWaitsAsLongAsAsked(t *testing.T) {
	busy := reply{status: 429, header: map[string]string{"Retry-After": "1"}}
	s := newService(t, script(map[string][]reply{post: {busy, ok(asJSON(billing))}, get: {gone()}}))
	started := time.Now()
	if _, err := withToken(t, s).CreateCommunication(t.Context(), wanted()); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(started); waited < time.Second {
		t.Errorf("asked again after %s", waited)
	}
}

// The read back shows the native owner only: whether that is the owner asked
// for by its external id is found out.
func TestCreateReadBackComparesOwners(t *testing.T) {
	asked := wanted()
	asked.Owner = Owner{Kind: BizEntity, ExternalID: "BE-1"}
	held := billing
	held.Owner.ExternalID = ""
	for id, kind := range map[int64]apierror.Kind{42: 0, 43: apierror.Uncertain} {
		resolved := Owner{Kind: BizEntity, ID: id, ExternalID: "BE-1"}
		s := newService(t, script(map[string][]reply{post: {broken()}, get: {ok(asJSON(held))}, owner: {ok(ownerJSON(resolved))}}))
		_, err := withToken(t, s).CreateCommunication(t.Context(), asked)
		if apierror.Of(err) != kind {
			t.Errorf("owner %d: %v", id, err)
		}
	}
}
