package seveng

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestOwnerRequests(t *testing.T) {
	for _, c := range []struct {
		owner Owner
		path  string
		query string
		full  Owner
	}{
		{Owner{Kind: BizEntity, ID: 42}, "GET /BizEntity", "BizEntityID=42", Owner{BizEntity, 42, "X-1"}},
		{Owner{Kind: BizEntity, ExternalID: "X-1"}, "GET /BizEntity", "ExternalBizEntityId=X-1", Owner{BizEntity, 42, "X-1"}},
		{Owner{Kind: Person, ID: 42}, "GET /person", "PersonID=42", Owner{Person, 42, "X-1"}},
		{Owner{Kind: Person, ExternalID: "X-1"}, "GET /person", "ExternalPersonId=X-1", Owner{Person, 42, "X-1"}},
		{Owner{Kind: Organisation, ID: 42}, "GET /organisation", "OrganisationID=42", Owner{Organisation, 42, "X-1"}},
		{Owner{Kind: Organisation, ExternalID: "X-1"}, "GET /organisation", "ExternalOrganisationId=X-1", Owner{Organisation, 42, "X-1"}},
		{Owner{Organisation, 42, "X-1"}, "GET /organisation", "OrganisationID=42", Owner{Organisation, 42, "X-1"}},
	} {
		list := ownerJSON(c.full)
		for _, data := range []string{list, strings.Trim(list, "[]") + "]}"} { // in a list, and by itself
			if data != list {
				data = list[1 : len(list)-1]
			}
			s := newService(t, func(exchange) reply { return ok(data) })
			found, err := withToken(t, s).Owner(t.Context(), c.owner)
			if err != nil {
				t.Fatal(err)
			}
			if found != c.full {
				t.Errorf("owner is %+v, want %+v", found, c.full)
			}
			expectOperations(t, s, c.path)
			if sent := s.last(t, c.path); sent.query.Encode() != c.query || sent.authorization != testToken {
				t.Errorf("request is %+v", sent)
			}
		}
	}
}

func TestOwnerCommunications(t *testing.T) {
	phone := Communication{ID: 5, Spec: Spec{TypeID: 2, Value: "+61", Owner: billing.Owner}}
	for name, c := range map[string]struct {
		data string
		want []Communication
	}{
		"several":       {ownerJSON(billing.Owner, billing, phone), []Communication{billing, phone}},
		"none":          {ownerJSON(billing.Owner), []Communication{}},
		"null":          {`{"bizEntityID":42,"externalBizEntityId":"BE-1","communications":null}`, []Communication{}},
		"without owner": {`{"bizEntityID":42,"externalBizEntityId":"BE-1","Communications":[{"communicationID":5,"communicationTypeID":2,"name":"+61"}]}`, []Communication{phone}},
		"half an owner": {`{"bizEntityID":42,"externalBizEntityId":"BE-1","communications":[{"communicationID":5,"communicationTypeID":2,"name":"+61","bizEntityID":42}]}`, []Communication{phone}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(exchange) reply { return ok(c.data) })
			got, err := withToken(t, s).List(t.Context(), Owner{Kind: BizEntity, ID: 42})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("list is %+v, want %+v", got, c.want)
			}
			expectOperations(t, s, owner)
		})
	}
}

func TestOwnerAnswersThatSayNothing(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want apierror.Kind
	}{
		"no record":     {"[]", apierror.NotFound},
		"null":          {"null", apierror.NotFound},
		"another owner": {`{"bizEntityID":43,"communications":[]}`, apierror.Uncertain},
		"several":       {`[{"bizEntityID":42},{"bizEntityID":43}]`, apierror.Uncertain},
		"no id":         {`{"communications":[]}`, apierror.Uncertain},
		"no list":       {`{"bizEntityID":42}`, apierror.Uncertain},
		"bad list":      {`{"bizEntityID":42,"communications":7}`, apierror.Uncertain},
		"bad element":   {`{"bizEntityID":42,"communications":[7]}`, apierror.Uncertain},
		"bad id":        {`{"bizEntityID":{}}`, apierror.Uncertain},
	} {
		s := newService(t, func(exchange) reply { return ok(c.data) })
		_, err := withToken(t, s).List(t.Context(), Owner{Kind: BizEntity, ID: 42})
		if got := apierror.Of(err); got != c.want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestOwnersThatCannotBe(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	for _, owner := range []Owner{{}, {Kind: "trust", ID: 1}, {Kind: Person}, {Kind: Person, ID: -1}} {
		_, err := client.Owner(t.Context(), owner)
		expectKind(t, err, apierror.Invalid)
		expectText(t, err, "owner.type")
		_, err = client.List(t.Context(), owner)
		expectKind(t, err, apierror.Invalid)
	}
	expectOperations(t, s)
}

// An owner is read once for all callers, until this client has written.
func TestOwnersAreReadOnce(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		owner:  {ok(ownerJSON(billing.Owner, billing))},
		post:   {ok(asJSON(billing))},
		put:    {ok(asJSON(billing))},
		remove: {ok(`null`)},
	}))
	client := withToken(t, s)
	list := func(ctx context.Context) error {
		found, err := client.List(ctx, Owner{Kind: BizEntity, ID: 42})
		if err == nil && (len(found) != 1 || found[0] != billing) {
			return fmt.Errorf("list is %+v", found)
		}
		if err == nil {
			found[0] = accounts // what one caller does to a list is nobody else's business
		}
		return err
	}
	expectNoErrors(t, together(t, 50, list))
	expectOperations(t, s, owner)
	for name, write := range map[string]func() error{
		"create": func() error { _, err := client.Create(t.Context(), billing.Spec); return err },
		"update": func() error { _, err := client.Update(t.Context(), accounts, billing.Spec); return err },
		"delete": func() error { return client.Delete(t.Context(), ByID(billing.ID)) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := write(); err != nil {
				t.Fatal(err)
			}
			before := s.count(owner)
			client.history.written = nil // the list need not show the write: it has to be asked for
			expectNoErrors(t, together(t, 10, list))
			expectCount(t, s, owner, before+1)
		})
	}

	// Both ids of an owner outlive writes to its communications.
	before := s.count(owner)
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error {
		found, err := client.Owner(ctx, Owner{Kind: BizEntity, ExternalID: "BE-1"})
		if err == nil && found != billing.Owner {
			return fmt.Errorf("owner is %+v", found)
		}
		return err
	}))
	expectCount(t, s, owner, before+1)
}

// What was read is asked for again after Forget.
func TestForget(t *testing.T) {
	s := newService(t, script(map[string][]reply{owner: {ok(ownerJSON(billing.Owner, billing))}, lookup: {ok(`[{"id":1,"value":"Email"}]`)}}))
	client := withToken(t, s)
	for round := 1; round <= 2; round++ {
		for range 2 {
			_, typesErr := client.Types(t.Context())
			_, ownerErr := client.Owner(t.Context(), Owner{Kind: BizEntity, ID: 42})
			_, listErr := client.List(t.Context(), Owner{Kind: BizEntity, ID: 42})
			if err := errors.Join(typesErr, ownerErr, listErr); err != nil {
				t.Fatal(err)
			}
		}
		expectCount(t, s, owner, 2*round)
		expectCount(t, s, lookup, round)
		client.Forget()
	}
}

func TestTypes(t *testing.T) {
	const four = `[{"id":1,"value":"Email"},{"id":"2","value":"Phone"},{"ID":3,"Value":"Mobile"},{"id":104,"value":"Fax"}]`
	slow := ok(four)
	s := newService(t, script(map[string][]reply{lookup: {slow}}))
	client := withLogin(t, s)
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error {
		types, err := client.Types(ctx)
		if err == nil && !reflect.DeepEqual(types, []Type{{1, "Email"}, {2, "Phone"}, {3, "Mobile"}, {104, "Fax"}}) {
			return fmt.Errorf("types are %+v", types)
		}
		return err
	}))
	expectOperations(t, s, lookup)
	sent := s.last(t, lookup)
	if sent.query.Encode() != "Name=communicationTypeID" || sent.version != "2.0" || sent.authorization != "" {
		t.Errorf("request is %+v", sent)
	}
}

func TestTypesWithAndForAToken(t *testing.T) {
	const one = `[{"id":1,"value":"Email"}]`
	s := newService(t, func(exchange) reply { return ok(one) })
	if _, err := withToken(t, s).Types(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.last(t, lookup).authorization; got != testToken {
		t.Errorf("the token at hand was not sent, but %q", got)
	}
	// An edition that wants a token for everything.
	s = newService(t, script(map[string][]reply{lookup: {{status: 401}, ok(one)}, login: {pair("access", "")}}))
	if _, err := withLogin(t, s).Types(t.Context()); err != nil {
		t.Fatal(err)
	}
	expectOperations(t, s, lookup, login, lookup)
}

func TestTypesThatCannotBeRead(t *testing.T) {
	for _, data := range []string{"null", "[]", "{}", `[{"id":"x","value":"Email"}]`, `[{"id":1}]`, `[7]`, `[{"id":1,"value":{}}]`} {
		s := newService(t, script(map[string][]reply{lookup: {ok(data), ok(`[{"id":1,"value":"Email"}]`)}}))
		client := withToken(t, s)
		_, err := client.Types(t.Context())
		expectKind(t, err, apierror.Uncertain)
		if _, err := client.Types(t.Context()); err != nil {
			t.Errorf("a failure was remembered: %v", err)
		}
	}
}
