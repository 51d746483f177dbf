package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
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
		{Owner{Kind: BizEntity, ExternalID: "BE-1"}, "externalBizEntityId", "BE-1"}, // where the owner's own record cannot be read
		{Owner{Kind: BizEntity, ID: 42, ExternalID: "BE-1"}, "bizEntityID", 42.0},
		{Owner{Kind: Person, ID: 7}, "personID", 7.0},
		{Owner{Kind: Person, ExternalID: "P-1"}, "externalPersonId", "P-1"},
		{Owner{Kind: Organisation, ID: 9}, "organisationID", 9.0},
		{Owner{Kind: Organisation, ExternalID: "ORG-1"}, "externalOrganisationId", "ORG-1"},
	} {
		for _, externalID := range []string{"EMAIL-001", ""} {
			created := changed(func(s *Spec) { s.Owner, s.ExternalID = c.owner, externalID })
			s := newService(t, script(map[string][]reply{post: {ok(asJSON(created))}, "GET " + spellings[c.owner.Kind].path: {{status: 403}}}))
			got, err := withToken(t, s).Create(t.Context(), created.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got.Communication, created)
			expectOperations(t, s, "GET "+spellings[c.owner.Kind].path, post)
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
				post: {ok(c.data)}, put: {ok(c.data)}, get: {ok(asJSON(c.stored))}, owner: {ok(ownerJSON(billing.Owner)), ok(ownerJSON(billing.Owner, c.stored))},
			}))
			created, err := withToken(t, s).Create(t.Context(), c.stored.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, created.Communication, c.stored)
			stale := c.stored
			stale.Value = accounts.Value
			updated, err := withToken(t, s).Update(t.Context(), stale, c.stored.Spec)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, updated, c.stored)
			if n := len(s.operations()); n != 1+2*c.requests { // one for what the owner had before
				t.Errorf("%d requests for a create and an update: %v", n, s.operations())
			}
		})
	}
}

// attempt is one write against a scripted service, and what has to come of it.
type attempt struct {
	call    func(context.Context, *Client) (Communication, error)
	answers map[string][]reply
	want    Communication  // returned; not compared where it is zero
	kind    apierror.Kind  // of the error; 0 for none
	says    []string       // in the error
	exists  Conflict       // of the record named beneath the error; "" for none
	sent    map[string]int // how often, where that is a promise
}

func creating(s Spec) func(context.Context, *Client) (Communication, error) {
	return func(ctx context.Context, c *Client) (Communication, error) {
		created, err := c.Create(ctx, s)
		return created.Communication, err
	}
}

// updating takes billing to m.
func updating(m Communication) func(context.Context, *Client) (Communication, error) {
	return func(ctx context.Context, c *Client) (Communication, error) { return c.Update(ctx, billing, m.Spec) }
}

func deleting(ctx context.Context, c *Client) (Communication, error) {
	return Communication{}, c.Delete(ctx, billing.Key())
}

func expectOutcomes(t *testing.T, attempts map[string]attempt) {
	t.Helper()
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(a.answers))
			got, err := a.call(t.Context(), withToken(t, s))
			if apierror.Of(err) != a.kind || (err == nil) != (a.kind == 0) {
				t.Fatalf("the outcome is %q (%v), want %q", apierror.Of(err), err, a.kind)
			}
			if a.want != (Communication{}) {
				expectRecord(t, got, a.want)
			}
			if err != nil {
				expectText(t, err, a.says...)
				if e := expectError(t, err, a.kind); e.Advice == "" && a.kind != apierror.NotFound {
					t.Error("the error does not say what to do next")
				}
			}
			var exists *ExistsError
			if errors.As(err, &exists); (exists != nil) != (a.exists != "") || exists != nil && exists.Conflict != a.exists {
				t.Errorf("the record beneath is %+v, want one that %q", exists, a.exists)
			}
			for operation, want := range a.sent {
				expectCount(t, s, operation, want)
			}
		})
	}
}

// A create is sent again only when a look has shown reliably that the record
// is not there; and never when 7G says that it is done.
func TestOutcomesOfCreates(t *testing.T) {
	const done, doneWithID = `null`, `{"communicationID":12345}`
	nothing, hidden := ok(ownerJSON(billing.Owner)), reply{status: 403} // what the owner shows before
	once := map[string]int{post: 1}
	another := changed(func(s *Spec) { s.Value, s.Owner = "other@example.com", second })
	byExternal := changed(func(s *Spec) { s.Owner = Owner{Kind: BizEntity, ExternalID: "BE-1"} }).Spec
	bare := movedTo(Owner{Kind: BizEntity, ID: 42})
	attempts := map[string]attempt{
		"done, failing to be read":     {creating(wanted), answers(owner, nothing, post, ok(doneWithID), get, broken()), Communication{}, apierror.Uncertain, []string{"Look in 7G"}, JustCreated, once},
		"done, not there":              {creating(wanted), answers(owner, nothing, post, ok(doneWithID), get, gone()), Communication{}, apierror.Uncertain, []string{"Look in 7G"}, JustCreated, once},
		"done, without any id":         {creating(wanted), answers(owner, nothing, post, ok(done), get, gone()), Communication{}, apierror.Uncertain, []string{"EMAIL-001"}, "", once},
		"done, owner unreadable":       {creating(unnamed.Spec), answers(owner, nothing, post, ok(done), owner, broken()), Communication{}, apierror.Uncertain, []string{"biz_entity 42"}, "", once},
		"done, not listed":             {creating(unnamed.Spec), answers(owner, nothing, post, ok(done), owner, ok(ownerJSON(billing.Owner))), Communication{}, apierror.Uncertain, []string{"not there"}, "", once},
		"never done":                   {creating(wanted), answers(owner, nothing, post, broken(), get, gone()), Communication{}, apierror.Uncertain, []string{"EMAIL-001", "not there"}, "", map[string]int{post: 4}}, // the first and MaxRetries more
		"lost, another record's ids":   {creating(wanted), answers(owner, nothing, post, broken(), get, ok(asJSON(another))), Communication{}, apierror.Uncertain, []string{"value and owner", "communication 12345", "other@example.com"}, SameExternalID, once},
		"lost, two records fit":        {creating(unnamed.Spec), answers(owner, nothing, post, broken(), owner, ok(ownerJSON(billing.Owner, unnamed, withID(12346, unnamed)))), Communication{}, apierror.Uncertain, []string{"communication 12345", "communication 12346", "2 records"}, "", once},
		"lost, then in its own way":    {creating(wanted), answers(owner, nothing, post, broken(), post, refused("It exists already."), get, gone(), get, gone(), get, gone(), get, ok(asJSON(billing))), billing, 0, nil, "", map[string]int{post: 2}}, // three looks fit into the window
		"lost, found under a spelling": {creating(unnamed.Spec), answers(owner, nothing, post, broken(), owner, ok(ownerJSON(billing.Owner, withID(99, billing), changed(func(s *Spec) { s.ExternalID, s.Value = "", "BILLING@example.com" })))), changed(func(s *Spec) { s.ExternalID, s.Value = "", "BILLING@example.com" }), 0, nil, "", once},
		"lost, of the same owner":      {creating(byExternal), answers(owner, nothing, post, broken(), get, ok(asJSON(bare)), owner, ok(ownerJSON(billing.Owner))), bare, 0, nil, "", once},
		"lost, of another owner":       {creating(byExternal), answers(owner, hidden, post, broken(), get, ok(asJSON(bare)), owner, ok(ownerJSON(Owner{Kind: BizEntity, ID: 43, ExternalID: "BE-1"}))), Communication{}, apierror.Uncertain, []string{"owner"}, SameExternalID, once},
		"refused, then by native id":   {creating(byExternal), answers(owner, hidden, post, refused("An owner is required."), post, ok(asJSON(billing)), owner, ok(ownerJSON(billing.Owner))), billing, 0, nil, "", map[string]int{post: 2}},
		"lost, by native id":           {creating(byExternal), answers(owner, hidden, post, refused("An owner is required."), post, broken(), get, ok(asJSON(billing)), owner, ok(ownerJSON(billing.Owner))), Communication{}, apierror.Uncertain, []string{"communication 12345", "could not be read before"}, "", map[string]int{post: 2}},
		"refused by native id too":     {creating(byExternal), answers(owner, hidden, post, refused("An owner is required."), get, gone(), owner, ok(ownerJSON(billing.Owner))), Communication{}, apierror.Refused, nil, "", map[string]int{post: 2}},
		"lost, nothing known before":   {creating(unnamed.Spec), answers(owner, hidden, owner, ok(ownerJSON(billing.Owner, unnamed)), post, broken()), Communication{}, apierror.Uncertain, []string{"communication 12345", "could not be read before", "import or delete it before you apply again"}, "", once},
		"lost, no list before":         {creating(wanted), answers(owner, ok(`{"bizEntityID":42}`), post, broken(), get, ok(asJSON(billing))), Communication{}, apierror.Uncertain, []string{"communication 12345", "carries no list"}, "", once},
		"lost, known external id":      {creating(wanted), answers(owner, ok(ownerJSON(billing.Owner, billing)), post, broken(), post, refused("Duplicate."), get, ok(asJSON(billing))), Communication{}, apierror.Conflict, []string{"communication 12345"}, SameExternalID, map[string]int{post: 2}},
		"lost, shown late":             {creating(unnamed.Spec), answers(owner, nothing, owner, nothing, owner, ok(ownerJSON(billing.Owner, unnamed)), post, broken()), Communication{}, apierror.Uncertain, []string{"communication 12345", "shows records late"}, "", once},
		"done, shown late":             {creating(unnamed.Spec), answers(owner, nothing, owner, nothing, owner, ok(ownerJSON(billing.Owner, unnamed)), post, ok(done)), unnamed, 0, nil, "", once},
		"done, known external id":      {creating(wanted), answers(owner, ok(ownerJSON(billing.Owner, billing)), post, ok(done), get, ok(asJSON(billing))), Communication{}, apierror.Uncertain, []string{"communication 12345", "there before"}, "", once},
		"forbidden":                    {creating(wanted), answers(owner, nothing, post, reply{status: 403}), Communication{}, apierror.Forbidden, []string{"permission", "SEVENG_ACCESS_TOKEN"}, "", map[string]int{post: 1, get: 0, owner: 1}},
		"not found is no answer to it": {creating(wanted), answers(owner, nothing, post, gone(), get, gone(), owner, ok(ownerJSON(billing.Owner))), Communication{}, apierror.Refused, nil, "", once},
	}
	for name, look := range map[string]reply{
		"broken": broken(), "unrecognised text": refused("Something else"), "forbidden": {status: 403, body: `{"result":false,"message":"not found"}`},
		"another record": ok(`{"communicationID":5,"externalCommunicationId":"OTHER","communicationTypeID":1,"name":"x"}`),
	} {
		attempts["lost, look is "+name] = attempt{creating(wanted), answers(owner, nothing, post, broken(), get, look), Communication{}, apierror.Uncertain, []string{"HTTP 500", "Look in 7G"}, "", once}
	}
	for name, list := range map[string]string{
		"missing": `{"bizEntityID":42}`, "no list": `{"bizEntityID":42,"communications":{}}`, "unreadable": `{"bizEntityID":42,"communications":[{"communicationID":3}]}`,
		"of two owners": `[{"bizEntityID":42,"communications":[]},{"bizEntityID":43,"communications":[]}]`,
	} {
		attempts["lost, list is "+name] = attempt{creating(unnamed.Spec), answers(owner, nothing, post, broken(), owner, ok(list)), Communication{}, apierror.Uncertain,
			[]string{"HTTP 500", "creating the communication of type 1 billing@example.com of biz_entity 42"}, "", once}
	}
	expectOutcomes(t, attempts)
}

func TestOutcomesOfUpdates(t *testing.T) {
	once := map[string]int{put: 1}
	nameless := changed(func(s *Spec) { s.Owner, s.ExternalID = jane, "" })
	byNative := movedTo(Owner{Kind: Person, ID: 7})
	byExternal := movedTo(Owner{Kind: Person, ExternalID: "P-1"})
	expectOutcomes(t, map[string]attempt{
		"lost, done":            {updating(accounts), answers(put, broken(), get, ok(asJSON(billing)), get, ok(asJSON(accounts))), accounts, 0, nil, "", once},
		"lost, not done":        {updating(accounts), answers(put, broken(), put, ok(asJSON(accounts)), get, ok(asJSON(billing))), accounts, 0, nil, "", map[string]int{put: 2}},
		"never done":            {updating(accounts), answers(put, broken(), get, ok(asJSON(billing))), Communication{}, apierror.Uncertain, []string{"billing@example.com"}, "", map[string]int{put: 4}},
		"lost, unreadable":      {updating(accounts), answers(put, broken(), get, broken()), Communication{}, apierror.Uncertain, []string{"could not be read"}, "", once},
		"lost, gone":            {updating(accounts), answers(put, broken(), get, gone()), Communication{}, apierror.NotFound, nil, "", once},
		"done, unreadable":      {updating(accounts), answers(put, ok("null"), get, broken()), Communication{}, apierror.Uncertain, []string{"updating communication 12345"}, "", once},
		"done, not shown yet":   {updating(accounts), answers(put, ok("null"), get, ok(asJSON(billing)), get, gone(), get, ok(asJSON(accounts))), accounts, 0, nil, "", once},
		"gone":                  {updating(accounts), answers(put, gone(), get, gone()), Communication{}, apierror.NotFound, nil, "", once},
		"another thing is gone": {updating(movedTo(second)), answers(put, refused("No record was found"), get, ok(asJSON(billing)), owner, refused("BizEntity not found")), Communication{}, apierror.Refused, []string{"No record was found", "7G has no biz_entity 43"}, "", once},

		"move ignored":               {updating(movedTo(jane)), answers(put, ok(asJSON(billing)), get, ok(asJSON(billing))), billing, apierror.Refused, []string{"owner did not change", "biz_entity 42", "person 7"}, "", once},
		"move ignored, null":         {updating(movedTo(second)), answers(put, ok("null"), get, ok(asJSON(billing))), billing, apierror.Refused, []string{"owner did not change"}, "", once},
		"moved, answer is the past":  {updating(movedTo(jane)), answers(put, ok(asJSON(billing)), get, ok(asJSON(movedTo(jane)))), movedTo(jane), 0, nil, "", once},
		"moved, shown by native id":  {updating(byExternal), answers(put, ok(asJSON(byNative)), "GET /person", ok(ownerJSON(jane))), byNative, 0, nil, "", once},
		"moved, second time by id":   {updating(byExternal), answers(put, refused("An owner is required."), put, ok(asJSON(movedTo(jane))), "GET /person", ok(ownerJSON(jane))), movedTo(jane), 0, nil, "", map[string]int{put: 2}},
		"external id did not stay":   {updating(movedTo(jane)), answers(put, ok("null"), get, ok(asJSON(nameless))), nameless, apierror.Refused, []string{"external id", "EMAIL-001"}, "", once},
		"the same in a whole answer": {updating(movedTo(jane)), answers(put, ok(asJSON(nameless)), get, ok(asJSON(nameless))), nameless, apierror.Refused, []string{"external id", "EMAIL-001"}, "", once},
	})
}

func TestOutcomesOfDeletes(t *testing.T) {
	once := map[string]int{remove: 1}
	expectOutcomes(t, map[string]attempt{
		"lost, done":              {deleting, answers(remove, broken(), get, ok(asJSON(billing)), get, gone()), Communication{}, 0, nil, "", once},
		"lost, not done":          {deleting, answers(remove, broken(), remove, ok("null"), get, ok(asJSON(billing))), Communication{}, 0, nil, "", map[string]int{remove: 2}},
		"never done":              {deleting, answers(remove, broken(), get, ok(asJSON(billing))), Communication{}, apierror.Uncertain, []string{"deleting communication 12345", "still there"}, "", map[string]int{remove: 4}},
		"lost, unreadable":        {deleting, answers(remove, broken(), get, refused("Something else")), Communication{}, apierror.Uncertain, []string{"Look in 7G"}, "", once},
		"lost, forbidden to look": {deleting, answers(remove, broken(), get, reply{status: 403, body: `{"result":false,"message":"not found"}`}), Communication{}, apierror.Uncertain, []string{"Look in 7G"}, "", once},
		"gone already":            {deleting, answers(remove, gone()), Communication{}, 0, nil, "", map[string]int{remove: 1, get: 0}},
	})
}

// A refusal names the record that explains it, and adopts nothing.
func TestRefusalsNameWhatExists(t *testing.T) {
	other := withID(777, changed(func(s *Spec) { s.ExternalID, s.Value = "", "other@example.com" }))
	upper := changed(func(s *Spec) { s.ExternalID, s.Value = "", "Billing@Example.COM" })
	taken := refused("BizEntity is Already Assigned to another  Communication record.")
	duplicate := refused("Duplicate e-mail.")
	list := func(owner Owner, records ...Communication) reply { return ok(ownerJSON(owner, records...)) }
	once, oncePut := map[string]int{post: 1}, map[string]int{put: 1}
	none := Communication{}
	expectOutcomes(t, map[string]attempt{
		"same external id":         {creating(wanted), answers(post, duplicate, get, ok(asJSON(billing))), none, apierror.Conflict, []string{"Duplicate e-mail", "communication 12345"}, SameExternalID, once},
		"same value":               {creating(unnamed.Spec), answers(post, duplicate, owner, list(billing.Owner, other, upper)), none, apierror.Conflict, []string{"Duplicate e-mail", "communication 12345", "Billing@Example.COM"}, SameValue, once},
		"same value, other ids":    {creating(wanted), answers(post, duplicate, get, gone(), owner, list(billing.Owner, unnamed)), none, apierror.Conflict, []string{"communication 12345"}, SameValue, once},
		"owner's only place":       {creating(wanted), answers(post, taken, owner, list(billing.Owner, other)), none, apierror.Conflict, []string{"Already Assigned", "communication 777", "other@example.com"}, OwnerTaken, once},
		"update to a value taken":  {updating(accounts), answers(put, duplicate, owner, list(billing.Owner, billing, withID(777, accounts))), none, apierror.Conflict, []string{"communication 777"}, SameValue, oncePut},
		"move to a place taken":    {updating(movedTo(Owner{Kind: BizEntity, ExternalID: "BE-2"})), answers(put, taken, owner, list(second, withID(777, movedTo(second)))), none, apierror.Conflict, []string{"communication 777"}, OwnerTaken, oncePut},
		"not the record itself":    {updating(changed(func(s *Spec) { s.Value = "BILLING@example.com" })), answers(put, refused("No capitals."), owner, list(billing.Owner, billing)), none, apierror.Refused, []string{"No capitals"}, "", oncePut},
		"looks that fail":          {creating(wanted), answers(post, refused("The name is not valid."), get, broken()), none, apierror.Refused, []string{"The name is not valid", "could not be looked up", "HTTP 500"}, "", once},
		"an owner that is missing": {creating(wanted), answers(post, refused("Invalid entity."), get, gone(), owner, refused("BizEntity does not exist")), none, apierror.Refused, []string{"Invalid entity", "7G has no biz_entity 42", "owner.id"}, "", once},
	})
}

// What was there before a create is never taken for its own: the record that is
// made is the second one. The owner is read once, however many creates there are.
func TestLostCreateTakesNothingOlder(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {broken(), ok(asJSON(withID(12346, unnamed))), ok(asJSON(withID(12347, accounts)))}, owner: {ok(ownerJSON(billing.Owner, unnamed))}}))
	client := withToken(t, s)
	got, err := client.Create(t.Context(), unnamed.Spec)
	if err != nil || got.ID != 12346 || got.Recognised {
		t.Errorf("created is %+v, %v", got, err)
	}
	looked := s.count(owner)
	if _, err := client.Create(t.Context(), accounts.Spec); err != nil {
		t.Fatal(err)
	}
	expectCount(t, s, owner, looked)
	client.Forget()
	if _, err := client.Create(t.Context(), accounts.Spec); err != nil {
		t.Fatal(err)
	}
	expectCount(t, s, owner, looked+1)
}

// Of creates that ask for the same at once, one gets the record that was made
// for it. Those that come after a create in doubt take nothing that fits, and
// name it.
func TestLostCreatesForTheSame(t *testing.T) {
	ids := int64(0)
	var made []Communication
	s := newService(t, func(e exchange) reply {
		if e.operation == owner {
			return ok(ownerJSON(billing.Owner, made...))
		}
		ids++
		made = append(made, withID(ids, unnamed))
		return broken() // each of them is done, and no answer arrives
	})
	client := withToken(t, s)
	var mu sync.Mutex
	taken := map[int64]bool{}
	expectNoErrors(t, together(t, 10, func(ctx context.Context) error {
		created, err := client.Create(ctx, unnamed.Spec)
		mu.Lock()
		defer mu.Unlock()
		if taken[created.ID] || !created.Recognised {
			return fmt.Errorf("%+v is taken twice, or not told", created)
		}
		taken[created.ID] = true
		return err
	}))

	made = nil
	blind := true
	s = newService(t, func(e exchange) reply {
		switch {
		case e.operation == post:
			made = []Communication{unnamed}
			return broken()
		case blind && made != nil:
			return broken()
		}
		return ok(ownerJSON(billing.Owner, made...))
	})
	client = withToken(t, s)
	_, err := client.Create(t.Context(), unnamed.Spec)
	expectKind(t, err, apierror.Uncertain)
	blind = false
	_, err = client.Create(t.Context(), unnamed.Spec)
	expectKind(t, err, apierror.Uncertain)
	expectText(t, err, "communication 12345", "another create for the same")
}

// A record that this client changes or deletes is nobody's new one, whenever
// the create began.
func TestLostCreateTakesNothingInWork(t *testing.T) {
	for name, work := range map[string]func(*Client) error{
		"changed": func(c *Client) error { _, err := c.Update(t.Context(), accounts, billing.Spec); return err },
		"deleted": func(c *Client) error { return c.Delete(t.Context(), ByID(billing.ID)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{
				owner: {ok(ownerJSON(billing.Owner))}, // not yet, or no longer, with the record
				post:  {broken(), ok(asJSON(withID(12346, billing)))},
				put:   {ok(asJSON(billing))}, remove: {ok("null")}, get: {ok(asJSON(billing))},
			}))
			client := withToken(t, s)
			if err := work(client); err != nil {
				t.Fatal(err)
			}
			got, err := client.Create(t.Context(), billing.Spec)
			if err != nil || got.ID != 12346 {
				t.Errorf("created is %+v, %v", got, err)
			}
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
			s := newService(t, script(map[string][]reply{post: {slow}, remove: {slow}, get: {c.look}, owner: {ok(ownerJSON(billing.Owner))}}))
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
	s := newService(t, script(map[string][]reply{post: {busy, ok(asJSON(billing))}, get: {gone()}, owner: {ok(ownerJSON(billing.Owner))}}))
	started := time.Now()
	if _, err := withToken(t, s).Create(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(started); waited < time.Second {
		t.Errorf("asked again after %s", waited)
	}
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
