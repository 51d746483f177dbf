package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

var (
	second = Owner{Kind: BizEntity, ID: 43, ExternalID: "BE-2"}
	jane   = Owner{Kind: Person, ID: 7, ExternalID: "P-1"}

	wanted  = billing.Spec
	unnamed = changed(func(s *Spec) { s.ExternalID = "" })
	// accounts is billing with another value.
	accounts = changed(func(s *Spec) { s.Value = "accounts@example.com" })
)

// changed is billing with a change.
func changed(change func(*Spec)) Communication {
	m := billing
	change(&m.Spec)
	return m
}

func movedTo(owner Owner) Communication { return changed(func(s *Spec) { s.Owner = owner }) }

func withID(id int64, m Communication) Communication {
	m.ID = id
	return m
}

// lost are the answers after which nobody knows what was done.
var lost = map[string]reply{
	"500":       {status: 500, body: "<html>oops</html>"},
	"503":       {status: 503, body: `{"result":false,"message":"not found"}`},
	"429":       {status: 429},
	"cut":       {},
	"empty":     {status: 200},
	"page":      {status: 200, body: "<html></html>"},
	"no result": {status: 200, body: `{}`},
	"half":      {status: 200, body: `{"result":true,"data":{"communicationID":123`},
}

// expectBody compares what was sent, key by key, with these keys and values.
func expectBody(t *testing.T, e exchange, want map[string]any) {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal([]byte(e.body), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the body is\n%v\nwant\n%v", got, want)
	}
	if len(e.query) != 0 || e.authorization != testToken || e.version != "2.0" || e.contentType != "application/json" {
		t.Errorf("the request is %+v", e)
	}
}

func TestCreateBody(t *testing.T) {
	for _, c := range []struct {
		owner Owner
		key   string
		value any
	}{
		{Owner{Kind: BizEntity, ID: 42}, "bizEntityID", 42.0},
		{Owner{Kind: BizEntity, ExternalID: "BE-1"}, "externalBizEntityId", "BE-1"},
		{Owner{Kind: BizEntity, ID: 42, ExternalID: "BE-1"}, "bizEntityID", 42.0},
		{Owner{Kind: Person, ID: 7}, "personID", 7.0},
		{Owner{Kind: Person, ExternalID: "P-1"}, "externalPersonId", "P-1"},
		{Owner{Kind: Organisation, ID: 9}, "organisationID", 9.0},
		{Owner{Kind: Organisation, ExternalID: "ORG-1"}, "externalOrganisationId", "ORG-1"},
	} {
		for _, externalID := range []string{"EMAIL-001", ""} {
			created := changed(func(s *Spec) { s.Owner, s.ExternalID = c.owner, externalID })
			s := newService(t, func(exchange) reply { return ok(asJSON(created)) })
			got, err := withToken(t, s).Create(t.Context(), created.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got.Communication, created)
			expectOperations(t, s, post)
			want := map[string]any{"communicationID": 0.0, "communicationTypeID": 1.0, "name": "billing@example.com", c.key: c.value}
			if externalID != "" {
				want["externalCommunicationId"] = externalID
			}
			expectBody(t, s.last(t, post), want)
		}
	}
}

func TestUpdateBody(t *testing.T) {
	alone := movedTo(Owner{Kind: BizEntity, ID: 42})
	pair := map[string]any{"bizEntityID": 42.0, "externalBizEntityId": "BE-1"}
	for name, c := range map[string]struct {
		current Communication
		owner   Owner
		want    map[string]any // the owner's keys that are set
	}{
		"owner stays":                 {billing, billing.Owner, pair},
		"owner stays, one id given":   {billing, Owner{Kind: BizEntity, ID: 42}, pair},
		"owner stays, by external id": {billing, Owner{Kind: BizEntity, ExternalID: "BE-1"}, pair},
		"pair not returned":           {alone, billing.Owner, map[string]any{"bizEntityID": 42.0}},
		"moved within the kind":       {billing, second, map[string]any{"bizEntityID": 43.0}},
		"moved to another kind":       {billing, Owner{Kind: Person, ID: 7}, map[string]any{"personID": 7.0}},
		"moved by external id":        {billing, Owner{Kind: Organisation, ExternalID: "ORG-1"}, map[string]any{"externalOrganisationId": "ORG-1"}},
		"no external id":              {unnamed, billing.Owner, maps.Clone(pair)},
	} {
		t.Run(name, func(t *testing.T) {
			asked := c.current
			asked.TypeID, asked.Value, asked.Owner = 2, "+61", c.owner
			s := newService(t, func(exchange) reply { return ok(asJSON(asked)) })
			got, err := withToken(t, s).Update(t.Context(), c.current, asked.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, asked)
			expectOperations(t, s, put)
			want := map[string]any{"communicationID": 12345.0, "externalCommunicationId": orNull(c.current.ExternalID), "communicationTypeID": 2.0, "name": "+61"}
			for _, spelled := range spellings {
				want[spelled.idKey], want[spelled.externalKey] = nil, nil
			}
			maps.Copy(want, c.want)
			expectBody(t, s.last(t, put), want)
		})
	}
}

func TestDeleteRequest(t *testing.T) {
	for key, query := range map[Key]string{
		ByID(12345):               "CommunicationID=12345",
		ByExternalID("EMAIL-001"): "ExternalCommunicationId=EMAIL-001",
	} {
		s := newService(t, func(exchange) reply {
			return reply{status: 200, body: `{"result":true,"message":"Communication deleted successfully","recordCount":0,"data":null}`}
		})
		if err := withToken(t, s).Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		expectOperations(t, s, remove)
		sent := s.last(t, remove)
		if sent.query.Encode() != query || sent.body != "" || sent.contentType != "" || sent.version != "2.0" || sent.authorization != testToken {
			t.Errorf("request is %+v", sent)
		}
	}
}

func TestWhatCannotBeIsNotSent(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	specs := map[string]func(*Spec){
		"no type":     func(s *Spec) { s.TypeID = 0 },
		"no value":    func(s *Spec) { s.Value = "" },
		"no owner":    func(s *Spec) { s.Owner = Owner{} },
		"owner kind":  func(s *Spec) { s.Owner.Kind = "trust" },
		"owner's id":  func(s *Spec) { s.Owner = Owner{Kind: Person} },
		"negative id": func(s *Spec) { s.Owner.ID = -1 },
	}
	for name, change := range specs {
		t.Run(name, func(t *testing.T) {
			asked := changed(change)
			_, err := client.Create(t.Context(), asked.Spec)
			expectKind(t, err, apierror.Invalid)
			_, err = client.Update(t.Context(), billing, asked.Spec)
			expectKind(t, err, apierror.Invalid)
		})
	}
	_, err := client.Update(t.Context(), withID(0, billing), accounts.Spec)
	expectKind(t, err, apierror.Invalid)
	_, err = client.Update(t.Context(), billing, changed(func(s *Spec) { s.ExternalID = "EMAIL-002" }).Spec)
	expectKind(t, err, apierror.Invalid)
	expectOperations(t, s)
}

// What an answer to a write does not show is read back, and no request is
// spent on what it does show.
func TestPartialAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		stored   Communication
		data     string
		requests int
	}{
		"whole":                  {billing, asJSON(billing), 1},
		"in a list":              {billing, "[" + asJSON(billing) + "]", 1},
		"ids only":               {billing, `{"communicationID":12345,"externalCommunicationId":"EMAIL-001"}`, 2},
		"owner's pair missing":   {billing, `{"communicationID":12345,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`, 2},
		"null":                   {billing, `null`, 2},
		"empty":                  {billing, `{}`, 2},
		"null, no external id":   {unnamed, `null`, 2},
		"unreadable":             {unnamed, `{"communicationID":"x"}`, 2},
		"a text":                 {unnamed, `"done"`, 2},
		"native id, no external": {unnamed, `{"communicationID":12345}`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{
				post: {ok(c.data)}, put: {ok(c.data)}, get: {ok(asJSON(c.stored))}, owner: {ok(ownerJSON(billing.Owner, c.stored))},
			}))
			created, err := withToken(t, s).Create(t.Context(), c.stored.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, created.Communication, c.stored)
			updated, err := withToken(t, s).Update(t.Context(), withID(12345, accountsLike(c.stored)), c.stored.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, updated, c.stored)
			if n := len(s.operations()); n != 2*c.requests {
				t.Errorf("%d requests for a create and an update: %v", n, s.operations())
			}
		})
	}
}

func accountsLike(m Communication) Communication {
	m.Value = accounts.Value
	return m
}

func TestWrittenButNotToBeSeenYet(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {ok(`{"communicationID":12345}`)}, get: {gone(), gone(), ok(asJSON(billing))}}))
	created, err := withToken(t, s).Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, created.Communication, billing)

	s = newService(t, script(map[string][]reply{put: {ok("null")}, get: {ok(asJSON(billing)), gone(), ok(asJSON(accounts))}}))
	updated, err := withToken(t, s).Update(t.Context(), billing, accounts.Spec)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, updated, accounts)
}

// A create that 7G says is done is sent once, whatever can be read of it.
func TestCreatedButNotToBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		asked Spec
		data  string
		id    int64
		look  reply
	}{
		"failing":          {wanted, `{"communicationID":12345}`, 12345, broken()},
		"gone":             {wanted, `{"communicationID":12345}`, 12345, gone()},
		"without any id":   {wanted, `null`, 0, gone()},
		"owner unreadable": {unnamed.Spec, `null`, 0, broken()},
		"not listed":       {unnamed.Spec, `null`, 0, ok(ownerJSON(billing.Owner))},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {ok(c.data)}, get: {c.look}, owner: {c.look}}))
			_, err := withToken(t, s).Create(t.Context(), c.asked)
			if e := expectError(t, err, apierror.Uncertain); e.Advice == "" {
				t.Error("no advice how to find out")
			}
			var exists *ExistsError
			if errors.As(err, &exists) != (c.id != 0) || exists != nil && (exists.Existing.ID != c.id || exists.Conflict != JustCreated) {
				t.Errorf("detail is %+v", exists)
			}
			expectCount(t, s, post, 1)
		})
	}
}

// A create whose answer is lost is looked for, and what is found is not asked
// for again.
func TestCreateWithALostAnswer(t *testing.T) {
	upper := changed(func(s *Spec) { s.ExternalID, s.Value = "", "BILLING@example.com" })
	elsewhere := withID(99, changed(func(s *Spec) { s.ExternalID = "SOMEONE-ELSE" }))
	for name, answered := range lost {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {answered}, get: {gone(), ok(asJSON(billing))}}))
			got, err := withToken(t, s).Create(t.Context(), wanted)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got.Communication, billing)
			expectCount(t, s, post, 1)

			s = newService(t, script(map[string][]reply{post: {answered}, owner: {ok(ownerJSON(billing.Owner, elsewhere, upper))}}))
			if got, err = withToken(t, s).Create(t.Context(), unnamed.Spec); err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got.Communication, upper)
			expectCount(t, s, post, 1)
			if !got.Recognised {
				t.Error("it is not told that the record was only recognised")
			}
		})
	}
}

func TestCreateIsSentAgainOnlyWhenReliablyNotThere(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {broken(), {}, ok(asJSON(unnamed))}, owner: {ok(ownerJSON(billing.Owner))}}))
	got, err := withToken(t, s).Create(t.Context(), unnamed.Spec)
	if err != nil || got.Recognised {
		t.Fatalf("recognised %v, %v", got.Recognised, err)
	}
	expectRecord(t, got.Communication, unnamed)
	expectCount(t, s, post, 3)

	s = newService(t, script(map[string][]reply{post: {broken()}, get: {gone()}}))
	_, err = withToken(t, s).Create(t.Context(), wanted)
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "EMAIL-001", "not there")
	expectCount(t, s, post, 4) // the first and MaxRetries more

	for name, c := range map[string]struct {
		asked Spec
		look  reply
	}{
		"broken":            {wanted, broken()},
		"unrecognised text": {wanted, refused("Something else")},
		"forbidden":         {wanted, reply{status: 403, body: `{"result":false,"message":"not found"}`}},
		"another record":    {wanted, ok(`{"communicationID":5,"externalCommunicationId":"OTHER","communicationTypeID":1,"name":"x"}`)},
		"no list":           {unnamed.Spec, ok(`{"bizEntityID":42}`)},
		"list is no list":   {unnamed.Spec, ok(`{"bizEntityID":42,"communications":{}}`)},
		"unreadable item":   {unnamed.Spec, ok(`{"bizEntityID":42,"communications":[{"communicationID":3}]}`)},
		"two owners":        {unnamed.Spec, ok(`[{"bizEntityID":42,"communications":[]},{"bizEntityID":43,"communications":[]}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {broken()}, get: {c.look}, owner: {c.look}}))
			_, err := withToken(t, s).Create(t.Context(), c.asked)
			if e := expectError(t, err, apierror.Uncertain); !strings.Contains(e.Advice, "Look") {
				t.Errorf("advice is %q", e.Advice)
			}
			expectText(t, err, "HTTP 500", "creating the communication of type 1 billing@example.com of biz_entity 42")
			expectCount(t, s, post, 1)
		})
	}
}

// What was there before a create, or is another create's, is never taken for
// its own.
func TestLostCreateTakesNothingElse(t *testing.T) {
	other := changed(func(s *Spec) { s.Value, s.Owner = "other@example.com", second })
	s := newService(t, script(map[string][]reply{post: {broken()}, get: {ok(asJSON(other))}}))
	_, err := withToken(t, s).Create(t.Context(), wanted)
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "value and owner", "communication 12345", "other@example.com")
	var exists *ExistsError
	if !errors.As(err, &exists) || exists.Existing != other {
		t.Errorf("detail is %+v", exists)
	}
	expectCount(t, s, post, 1)

	s = newService(t, script(map[string][]reply{post: {broken()}, owner: {ok(ownerJSON(billing.Owner, unnamed, withID(12346, unnamed)))}}))
	_, err = withToken(t, s).Create(t.Context(), unnamed.Spec)
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "communication 12345", "communication 12346", "2 records")
	expectCount(t, s, post, 1)

	// Seen before the create began: the record that is made is the second one.
	s = newService(t, script(map[string][]reply{post: {broken(), ok(asJSON(withID(12346, unnamed)))}, owner: {ok(ownerJSON(billing.Owner, unnamed))}}))
	client := withToken(t, s)
	if _, err := client.List(t.Context(), billing.Owner); err != nil {
		t.Fatal(err)
	}
	got, err := client.Create(t.Context(), unnamed.Spec)
	if err != nil || got.ID != 12346 {
		t.Errorf("created is %+v, %v", got, err)
	}

	// Of creates that look for the same record at once, one gets it.
	s = newService(t, script(map[string][]reply{post: {broken()}, owner: {ok(ownerJSON(billing.Owner, unnamed))}}))
	client = withToken(t, s)
	var mu sync.Mutex
	took := 0
	together(t, 10, func(ctx context.Context) error {
		_, err := client.Create(ctx, unnamed.Spec)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			took++
		}
		return err
	})
	if took != 1 {
		t.Errorf("%d creates took the one record", took)
	}
}

// The first request was done late: the second is refused because of it.
func TestCreateRefusedBecauseTheFirstRequestWasDone(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		post: {broken(), refused("The external id exists already.")},
		get:  {gone(), gone(), gone(), ok(asJSON(billing))}, // three looks fit into the window
	}))
	got, err := withToken(t, s).Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got.Communication, billing)
	expectCount(t, s, post, 2)
}

func TestUpdateWithALostAnswer(t *testing.T) {
	for name, answered := range lost {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{put: {answered}, get: {ok(asJSON(billing)), ok(asJSON(accounts))}}))
			got, err := withToken(t, s).Update(t.Context(), billing, accounts.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, accounts)
			expectCount(t, s, put, 1)
		})
	}
	for name, c := range map[string]struct {
		answers []reply
		look    reply
		kind    apierror.Kind
		says    string
		sent    int
	}{
		"not done, repeated": {[]reply{broken(), ok(asJSON(accounts))}, ok(asJSON(billing)), 0, "", 2},
		"never done":         {[]reply{broken()}, ok(asJSON(billing)), apierror.Uncertain, "billing@example.com", 4},
		"unreadable":         {[]reply{broken()}, broken(), apierror.Uncertain, "could not be read", 1},
		"done, unreadable":   {[]reply{ok("null")}, broken(), apierror.Uncertain, "updating communication 12345", 1},
		"vanished":           {[]reply{broken()}, gone(), apierror.NotFound, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{put: c.answers, get: {c.look}}))
			_, err := withToken(t, s).Update(t.Context(), billing, accounts.Spec)
			if apierror.Of(err) != c.kind {
				t.Fatalf("it is %v", err)
			}
			if c.says != "" {
				expectText(t, err, c.says)
			}
			expectCount(t, s, put, c.sent)
			if s.received[0].body != s.last(t, put).body {
				t.Error("another request was sent the second time")
			}
		})
	}
}

func TestDeleteWithALostAnswer(t *testing.T) {
	for name, answered := range lost {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{remove: {answered}, get: {ok(asJSON(billing)), gone()}}))
			if err := withToken(t, s).Delete(t.Context(), ByID(12345)); err != nil {
				t.Fatal(err)
			}
			expectCount(t, s, remove, 1)
		})
	}
	for name, c := range map[string]struct {
		answers []reply
		look    reply
		kind    apierror.Kind
		says    string
		sent    int
	}{
		"not done, repeated": {[]reply{broken(), ok("null")}, ok(asJSON(billing)), 0, "", 2},
		"never done":         {[]reply{broken()}, ok(asJSON(billing)), apierror.Uncertain, "still there", 4},
		"unreadable":         {[]reply{broken()}, refused("Something else"), apierror.Uncertain, "Look in 7G", 1},
		"forbidden to look":  {[]reply{broken()}, reply{status: 403, body: `{"result":false,"message":"not found"}`}, apierror.Uncertain, "Look in 7G", 1},
		"gone already":       {[]reply{gone()}, broken(), 0, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{remove: c.answers, get: {c.look}}))
			err := withToken(t, s).Delete(t.Context(), ByID(12345))
			if apierror.Of(err) != c.kind {
				t.Fatalf("it is %v", err)
			}
			if c.says != "" {
				expectText(t, err, "deleting communication 12345", c.says)
			}
			expectCount(t, s, remove, c.sent)
		})
	}
}

func TestWritesOutliveTheEndOfTheirContext(t *testing.T) {
	slow := broken()
	slow.delay = 300 * time.Millisecond
	for name, c := range map[string]struct {
		look reply
		kind apierror.Kind // of a create
	}{"done": {ok(asJSON(billing)), 0}, "not done": {gone(), apierror.Uncertain}} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {slow}, remove: {slow}, get: {c.look}}))
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			_, err := withToken(t, s).Create(ctx, wanted)
			if apierror.Of(err) != c.kind {
				t.Errorf("create: %v", err)
			}
			expectCount(t, s, post, 1)

			ctx, cancel = context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			err = withToken(t, s).Delete(ctx, ByID(12345))
			if done := c.kind != 0; (err == nil) != done {
				t.Errorf("delete: %v", err)
			}
		})
	}
}

func TestCreateWaitsAsLongAsAsked(t *testing.T) {
	busy := reply{status: 429, header: map[string]string{"Retry-After": "1"}}
	s := newService(t, script(map[string][]reply{post: {busy, ok(asJSON(billing))}, get: {gone()}}))
	started := time.Now()
	if _, err := withToken(t, s).Create(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(started); waited < time.Second {
		t.Errorf("asked again after %s", waited)
	}
}

// An owner that is refused by its external id is named by its native id.
func TestOwnerByExternalID(t *testing.T) {
	byExternal := changed(func(s *Spec) { s.Owner = Owner{Kind: BizEntity, ExternalID: "BE-1"} }).Spec
	s := newService(t, script(map[string][]reply{
		post: {refused("An owner is required."), ok(asJSON(billing))}, owner: {ok(ownerJSON(billing.Owner))},
	}))
	got, err := withToken(t, s).Create(t.Context(), byExternal)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got.Communication, billing)
	expectBody(t, s.last(t, post), map[string]any{
		"communicationID": 0.0, "externalCommunicationId": "EMAIL-001", "communicationTypeID": 1.0, "name": "billing@example.com", "bizEntityID": 42.0,
	})

	s = newService(t, script(map[string][]reply{post: {refused("An owner is required.")}, get: {gone()}, owner: {ok(ownerJSON(billing.Owner))}}))
	_, err = withToken(t, s).Create(t.Context(), byExternal)
	expectKind(t, err, apierror.Refused)
	expectCount(t, s, post, 2)

	s = newService(t, script(map[string][]reply{
		put: {refused("An owner is required."), ok(asJSON(movedTo(jane)))}, "GET /person": {ok(ownerJSON(jane))},
	}))
	updated, err := withToken(t, s).Update(t.Context(), billing, movedTo(Owner{Kind: Person, ExternalID: "P-1"}).Spec)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, updated, movedTo(jane))

	// A look that shows the native owner only: whether that is the owner asked
	// for is found out.
	stored := movedTo(Owner{Kind: BizEntity, ID: 42})
	for id, kind := range map[int64]apierror.Kind{42: 0, 43: apierror.Uncertain} {
		s := newService(t, script(map[string][]reply{
			post: {broken()}, get: {ok(asJSON(stored))}, owner: {ok(ownerJSON(Owner{Kind: BizEntity, ID: id, ExternalID: "BE-1"}))},
		}))
		if _, err := withToken(t, s).Create(t.Context(), byExternal); apierror.Of(err) != kind {
			t.Errorf("owner %d: %v", id, err)
		}
	}
}

func TestMoveIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		owner  Owner
		answer string
		look   Communication
		want   Communication
		says   string // empty when the move was done
	}{
		"ignored":                   {jane, asJSON(billing), billing, billing, "owner did not change"},
		"ignored, partial answer":   {second, "null", billing, billing, "owner did not change"},
		"answer shows the past":     {jane, asJSON(billing), movedTo(jane), movedTo(jane), ""},
		"owner by its other id":     {Owner{Kind: Person, ExternalID: "P-1"}, asJSON(movedTo(Owner{Kind: Person, ID: 7})), billing, movedTo(Owner{Kind: Person, ID: 7}), ""},
		"external id did not stay":  {jane, "null", changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" }), changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" }), "external id did not stay"},
		"the same in a full answer": {jane, asJSON(changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" })), changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" }), changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" }), "external id did not stay"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{put: {ok(c.answer)}, get: {ok(asJSON(c.look))}, "GET /person": {ok(ownerJSON(jane))}}))
			now, err := withToken(t, s).Update(t.Context(), billing, movedTo(c.owner).Spec)
			expectRecord(t, now, c.want)
			if c.says == "" {
				expectNoErrors(t, []error{err})
				return
			}
			expectKind(t, err, apierror.Refused)
			expectText(t, err, c.says)
		})
	}
}

// A refusal names the record that explains it, and adopts nothing.
func TestRefusalNamesWhatExists(t *testing.T) {
	other := withID(777, changed(func(s *Spec) { s.ExternalID, s.Value = "", "other@example.com" }))
	upper := changed(func(s *Spec) { s.ExternalID, s.Value = "", "Billing@Example.COM" })
	const taken = "BizEntity is Already Assigned to another  Communication record."
	create := func(s Spec) func(*Client) error {
		return func(c *Client) error { _, err := c.Create(t.Context(), s); return err }
	}
	update := func(m Communication) func(*Client) error {
		return func(c *Client) error { _, err := c.Update(t.Context(), billing, m.Spec); return err }
	}
	for name, c := range map[string]struct {
		call     func(*Client) error
		text     string
		byID     reply
		list     reply
		existing int64
		conflict Conflict
	}{
		"same external id":        {create(wanted), "Duplicate.", ok(asJSON(billing)), broken(), 12345, SameExternalID},
		"same value":              {create(unnamed.Spec), "Duplicate e-mail.", broken(), ok(ownerJSON(billing.Owner, other, upper)), 12345, SameValue},
		"another external id":     {create(wanted), "Duplicate e-mail.", gone(), ok(ownerJSON(billing.Owner, unnamed)), 12345, SameValue},
		"owner's only place":      {create(wanted), taken, broken(), ok(ownerJSON(billing.Owner, other)), 777, OwnerTaken},
		"update to a value taken": {update(accounts), "Duplicate.", broken(), ok(ownerJSON(billing.Owner, billing, withID(777, accounts))), 777, SameValue},
		"move to a place taken":   {update(movedTo(Owner{Kind: BizEntity, ExternalID: "BE-2"})), taken, broken(), ok(ownerJSON(second, other)), 777, OwnerTaken},
		"the record itself":       {update(changed(func(s *Spec) { s.Value = "BILLING@example.com" })), "No capitals.", broken(), ok(ownerJSON(billing.Owner, billing)), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {refused(c.text)}, put: {refused(c.text)}, get: {c.byID}, owner: {c.list}}))
			err := c.call(withToken(t, s))
			e := expectError(t, err, apierror.Refused)
			expectText(t, err, strings.Fields(strings.TrimRight(c.text, "."))[0])
			var exists *ExistsError
			if !errors.As(err, &exists) {
				exists = &ExistsError{}
			}
			if exists.Existing.ID != c.existing || exists.Conflict != c.conflict || e.Advice == "" {
				t.Fatalf("detail is %+v, advice %q", exists, e.Advice)
			}
			expectText(t, err, exists.Existing.Value)
			if sent := s.count(post) + s.count(put); sent != 1 {
				t.Errorf("the write was sent %d times", sent)
			}
		})
	}
}

func TestRefusalStandsWhenLooksFail(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {refused("The name is not valid.")}, get: {broken()}, owner: {broken()}}))
	_, err := withToken(t, s).Create(t.Context(), wanted)
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "The name is not valid", "could not be looked up", "HTTP 500")

	s = newService(t, script(map[string][]reply{post: {refused("Invalid entity.")}, get: {gone()}, owner: {refused("BizEntity does not exist")}}))
	_, err = withToken(t, s).Create(t.Context(), wanted)
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "Invalid entity", "7G has no biz_entity 42", "owner.id")

	s = newService(t, script(map[string][]reply{post: {{status: 403}}}))
	_, err = withToken(t, s).Create(t.Context(), wanted)
	expectKind(t, err, apierror.Forbidden)
	expectText(t, err, "permission", "SEVENG_ACCESS_TOKEN")
	expectOperations(t, s, post)
}

// A text that something was not found ends an update as NotFound only when the
// record itself is gone.
func TestUpdateOfWhatIsGone(t *testing.T) {
	s := newService(t, script(map[string][]reply{put: {gone()}, get: {gone()}}))
	_, err := withToken(t, s).Update(t.Context(), billing, accounts.Spec)
	expectKind(t, err, apierror.NotFound)

	s = newService(t, script(map[string][]reply{put: {refused("No record was found")}, get: {ok(asJSON(billing))}, owner: {refused("BizEntity not found")}}))
	_, err = withToken(t, s).Update(t.Context(), billing, movedTo(second).Spec)
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "No record was found", "7G has no biz_entity 43")
}

func TestTypeNameInErrors(t *testing.T) {
	s := newService(t, script(map[string][]reply{lookup: {ok(`[{"id":1,"value":"Email"}]`)}, post: {{status: 403}}}))
	client := withToken(t, s)
	if _, err := client.Types(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := client.Create(t.Context(), wanted)
	expectText(t, err, "creating the email billing@example.com of biz_entity 42 (external id EMAIL-001)")
}
