package seveng

import (
	"errors"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// wanted is billing before it exists.
func wanted() Communication {
	w := billing
	w.ID, w.Owner.ExternalID = 0, ""
	return w
}

// unnamed is billing without an external id.
func unnamed() (asked, held Communication) {
	asked, held = wanted(), billing
	asked.ExternalID, held.ExternalID = "", ""
	return asked, held
}

func TestCreateBody(t *testing.T) {
	for _, c := range []struct {
		owner Owner
		want  string
	}{
		{Owner{Kind: BizEntity, ID: 42}, `"bizEntityID":42`},
		{Owner{Kind: BizEntity, ExternalID: "BE-1"}, `"externalBizEntityId":"BE-1"`},
		{Owner{Kind: BizEntity, ID: 42, ExternalID: "BE-1"}, `"bizEntityID":42`},
		{Owner{Kind: Person, ID: 7}, `"personID":7`},
		{Owner{Kind: Person, ExternalID: "P-1"}, `"externalPersonId":"P-1"`},
		{Owner{Kind: Organisation, ID: 9}, `"organisationID":9`},
		{Owner{Kind: Organisation, ExternalID: "ORG-1"}, `"externalOrganisationId":"ORG-1"`},
	} {
		created := billing
		created.Owner = c.owner
		s := newService(t, func(exchange) reply { return ok(asJSON(created)) })
		asked := wanted()
		asked.Owner = c.owner
		got, err := withToken(t, s).CreateCommunication(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		expectRecord(t, got, created)
		expectOperations(t, s, post)
		sent := s.last(t, post)
		if want := `{"communicationID":0,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"billing@example.com",` + c.want + `}`; sent.body != want {
			t.Errorf("body is\n%s\nwant\n%s", sent.body, want)
		}
		if sent.authorization != testToken || sent.version != "2.0" || sent.contentType != "application/json" {
			t.Errorf("request is %+v", sent)
		}
	}
	asked, held := unnamed()
	s := newService(t, func(exchange) reply { return ok(asJSON(held)) })
	if _, err := withToken(t, s).CreateCommunication(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	if body := s.last(t, post).body; strings.Contains(body, "externalCommunicationId") {
		t.Errorf("an external id was sent: %s", body)
	}
}

func TestCreateOfWhatCannotBe(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	for name, change := range map[string]func(*Communication){
		"native id":   func(m *Communication) { m.ID = 5 },
		"no type":     func(m *Communication) { m.TypeID = 0 },
		"no value":    func(m *Communication) { m.Value = "" },
		"no owner":    func(m *Communication) { m.Owner = Owner{} },
		"owner kind":  func(m *Communication) { m.Owner.Kind = "trust" },
		"owner's id":  func(m *Communication) { m.Owner = Owner{Kind: Person} },
		"negative id": func(m *Communication) { m.Owner.ID = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			asked := wanted()
			change(&asked)
			_, err := client.CreateCommunication(t.Context(), asked)
			expectKind(t, err, apierror.Invalid)
		})
	}
	expectOperations(t, s)
}

func TestCreateWithPartialAnswers(t *testing.T) {
	asked, held := unnamed()
	for name, c := range map[string]struct {
		asked, held Communication
		data        string
		want        []string
	}{
		"ids only":               {wanted(), billing, `{"communicationID":12345,"externalCommunicationId":"EMAIL-001"}`, []string{post, get}},
		"owner's pair missing":   {wanted(), billing, `{"communicationID":12345,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`, []string{post, get}},
		"in a list":              {wanted(), billing, "[" + asJSON(billing) + "]", []string{post}},
		"null":                   {wanted(), billing, `null`, []string{post, get}},
		"null, no external id":   {asked, held, `null`, []string{post, owner}},
		"unreadable":             {asked, held, `{"communicationID":"x"}`, []string{post, owner}},
		"native id, no external": {asked, held, `{"communicationID":12345}`, []string{post, get}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{
				post: {ok(c.data)}, get: {ok(asJSON(c.held))}, owner: {ok(ownerJSON(billing.Owner, c.held))},
			}))
			got, err := withToken(t, s).CreateCommunication(t.Context(), c.asked)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, c.held)
			expectOperations(t, s, c.want...)
		})
	}
}

func TestRefusedCreateNamesWhatExists(t *testing.T) {
	asked, held := unnamed()
	other := held
	other.ID, other.Value = 777, "other@example.com"
	upper := held
	upper.Value = "Billing@Example.COM"
	for name, c := range map[string]struct {
		asked    Communication
		text     string
		byID     reply
		list     reply
		existing int64
		conflict Conflict
		want     []string
	}{
		"same external id":   {wanted(), "Duplicate.", ok(asJSON(billing)), reply{}, 12345, SameExternalID, []string{post, get}},
		"same value":         {asked, "Duplicate e-mail.", reply{}, ok(ownerJSON(billing.Owner, other, upper)), 12345, SameValue, []string{post, owner}},
		"both asked":         {wanted(), "Duplicate e-mail.", gone(), ok(ownerJSON(billing.Owner, held)), 12345, SameValue, []string{post, get, owner}},
		"owner's only place": {wanted(), "BizEntity is Already Assigned to another  Communication record.", reply{}, ok(ownerJSON(billing.Owner, other)), 777, OwnerTaken, []string{post, owner}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{post: {refused(c.text)}, get: {c.byID}, owner: {c.list}}))
			_, err := withToken(t, s).CreateCommunication(t.Context(), c.asked)
			e := expectVerdict(t, err, apierror.Refused)
			var exists *ExistsError
			if !errors.As(err, &exists) || exists.Existing.ID != c.existing || exists.Conflict != c.conflict {
				t.Fatalf("detail is %+v", exists)
			}
			expectText(t, err, strings.Fields(strings.TrimRight(c.text, "."))[0], exists.Existing.Value)
			if e.Advice == "" {
				t.Error("no advice")
			}
			expectOperations(t, s, c.want...)
		})
	}
}

func TestRefusedCreateStandsWhenLooksFail(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {refused("The name is not valid.")}, get: {broken()}, owner: {broken()}}))
	_, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "The name is not valid", "could not be looked up", "HTTP 500")

	s = newService(t, script(map[string][]reply{post: {refused("Invalid entity.")}, get: {gone()}, owner: {refused("BizEntity does not exist")}}))
	_, err = withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "Invalid entity", "7G has no biz_entity 42", "owner.id")
}

func TestForbiddenCreateAsksNothingMore(t *testing.T) {
	s := newService(t, script(map[string][]reply{post: {{status: 403}}}))
	_, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Forbidden)
	expectText(t, err, "permission", "SEVENG_ACCESS_TOKEN")
	expectOperations(t, s, post)
}

func TestCreateByExternalOwner(t *testing.T) {
	asked := wanted()
	asked.Owner = Owner{Kind: BizEntity, ExternalID: "BE-1"}
	s := newService(t, script(map[string][]reply{
		post: {refused("An owner is required."), ok(asJSON(billing))}, owner: {ok(ownerJSON(billing.Owner))},
	}))
	got, err := withToken(t, s).CreateCommunication(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, billing)
	expectOperations(t, s, post, owner, post)
	if query := s.last(t, owner).query.Encode(); query != "ExternalBizEntityId=BE-1" {
		t.Errorf("owner was asked for by %s", query)
	}
	if body := s.last(t, post).body; !strings.HasSuffix(body, `"bizEntityID":42}`) || strings.Contains(body, "BE-1") {
		t.Errorf("second body is %s", body)
	}

	s = newService(t, script(map[string][]reply{
		post: {refused("An owner is required.")}, get: {gone()}, owner: {ok(ownerJSON(billing.Owner))},
	}))
	_, err = withToken(t, s).CreateCommunication(t.Context(), asked)
	expectKind(t, err, apierror.Refused)
	if n := s.count(post); n != 2 {
		t.Errorf("sent %d times", n)
	}

	// Unknown after the owner was resolved: the read back compares native ids.
	s = newService(t, script(map[string][]reply{
		post: {refused("An owner is required."), broken()}, get: {ok(asJSON(billing))}, owner: {ok(ownerJSON(billing.Owner))},
	}))
	if got, err = withToken(t, s).CreateCommunication(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	expectRecord(t, got, billing)
}

func TestTypeNameInErrors(t *testing.T) {
	s := newService(t, script(map[string][]reply{lookup: {ok(`[{"id":1,"value":"Email"}]`)}, post: {{status: 403}}}))
	client := withToken(t, s)
	if _, err := client.Types(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := client.CreateCommunication(t.Context(), wanted())
	expectText(t, err, "creating the email billing@example.com of biz_entity 42 (external id EMAIL-001)")
}
