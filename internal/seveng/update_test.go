package seveng

import (
	"errors"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

var (
	second = Owner{Kind: BizEntity, ID: 43, ExternalID: "BE-2"}
	jane   = Owner{Kind: Person, ID: 7, ExternalID: "P-1"}
)

// accounts is billing with another value.
func accounts() Communication {
	m := billing
	m.Value = "accounts@example.com"
	return m
}

// movedTo is billing with another owner.
func movedTo(owner Owner) Communication {
	m := billing
	m.Owner = owner
	return m
}

func TestUpdateBody(t *testing.T) {
	unnamed := billing
	unnamed.ExternalID = ""
	alone := movedTo(Owner{Kind: BizEntity, ID: 42})
	for name, c := range map[string]struct {
		current Communication
		owner   Owner
		want    string
	}{
		"owner stays":                 {billing, billing.Owner, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":42,"externalBizEntityId":"BE-1","personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"owner stays, one id given":   {billing, Owner{Kind: BizEntity, ID: 42}, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":42,"externalBizEntityId":"BE-1","personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"owner stays, by external id": {billing, Owner{Kind: BizEntity, ExternalID: "BE-1"}, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":42,"externalBizEntityId":"BE-1","personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"pair not returned":           {alone, billing.Owner, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":42,"externalBizEntityId":null,"personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"moved within the kind":       {billing, second, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":43,"externalBizEntityId":null,"personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"moved to another kind":       {billing, Owner{Kind: Person, ID: 7}, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":null,"externalBizEntityId":null,"personID":7,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
		"moved by external id":        {billing, Owner{Kind: Organisation, ExternalID: "ORG-1"}, `"EMAIL-001","communicationTypeID":2,"name":"+61","bizEntityID":null,"externalBizEntityId":null,"personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":"ORG-1"}`},
		"no external id":              {unnamed, billing.Owner, `null,"communicationTypeID":2,"name":"+61","bizEntityID":42,"externalBizEntityId":"BE-1","personID":null,"externalPersonId":null,"organisationID":null,"externalOrganisationId":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			asked := c.current
			asked.TypeID, asked.Value, asked.Owner = 2, "+61", c.owner
			after := asked
			after.ID = billing.ID
			s := newService(t, func(exchange) reply { return ok(asJSON(after)) })
			got, err := withToken(t, s).UpdateCommunication(t.Context(), c.current, asked)
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, after)
			expectOperations(t, s, put)
			sent := s.last(t, put)
			if want := `{"communicationID":12345,"externalCommunicationId":` + c.want; sent.body != want {
				t.Errorf("body is\n%s\nwant\n%s", sent.body, want)
			}
			if len(sent.query) != 0 || sent.contentType != "application/json" || sent.version != "2.0" {
				t.Errorf("request is %+v", sent)
			}
		})
	}
}

func TestUpdateOfWhatCannotBe(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	renamed, withoutID, empty := billing, billing, billing
	renamed.ExternalID, withoutID.ID, empty.Value = "EMAIL-002", 0, ""
	for name, c := range map[string][2]Communication{
		"external id changed": {billing, renamed}, "no native id": {withoutID, billing}, "no value": {billing, empty},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client.UpdateCommunication(t.Context(), c[0], c[1])
			expectKind(t, err, apierror.Invalid)
		})
	}
	expectOperations(t, s)
}

func TestUpdateWithPartialAnswers(t *testing.T) {
	for name, data := range map[string]string{
		"null": "null", "ids only": `{"communicationID":12345,"externalCommunicationId":"EMAIL-001"}`, "empty": "{}", "unreadable": `"done"`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{put: {ok(data)}, get: {ok(asJSON(accounts()))}}))
			got, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, accounts())
			expectOperations(t, s, put, get)
		})
	}
	t.Run("and a stale read", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {ok("null")}, get: {ok(asJSON(billing)), gone(), ok(asJSON(accounts()))}}))
		got, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
		if err != nil {
			t.Fatal(err)
		}
		expectRecord(t, got, accounts())
	})
	t.Run("and no read", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {ok("null")}, get: {broken()}}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
		expectKind(t, err, apierror.Uncertain)
		expectText(t, err, "updating communication 12345")
	})
}

func TestTransferIsChecked(t *testing.T) {
	t.Run("ignored", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {ok(asJSON(billing))}, get: {ok(asJSON(billing))}}))
		now, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(jane))
		expectKind(t, err, apierror.Refused)
		expectText(t, err, "owner did not change", "biz_entity 42", "person 7")
		expectRecord(t, now, billing)
	})
	t.Run("ignored, partial answer", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {ok("null")}, get: {ok(asJSON(billing))}}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(second))
		expectKind(t, err, apierror.Refused)
	})
	t.Run("answer shows the past", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {ok(asJSON(billing))}, get: {ok(asJSON(movedTo(jane)))}}))
		now, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(jane))
		if err != nil {
			t.Fatal(err)
		}
		expectRecord(t, now, movedTo(jane))
		expectOperations(t, s, put, get)
	})
	t.Run("owner only by its other id", func(t *testing.T) {
		shown := movedTo(Owner{Kind: Person, ID: 7})
		s := newService(t, script(map[string][]reply{put: {ok(asJSON(shown))}, "GET /person": {ok(ownerJSON(jane))}}))
		now, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(Owner{Kind: Person, ExternalID: "P-1"}))
		if err != nil {
			t.Fatal(err)
		}
		expectRecord(t, now, shown)
		expectOperations(t, s, put, "GET /person")
	})
	t.Run("refused by external id", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{
			put: {refused("An owner is required."), ok(asJSON(movedTo(jane)))}, "GET /person": {ok(ownerJSON(jane))},
		}))
		now, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(Owner{Kind: Person, ExternalID: "P-1"}))
		if err != nil {
			t.Fatal(err)
		}
		expectRecord(t, now, movedTo(jane))
		expectOperations(t, s, put, "GET /person", put)
	})
	t.Run("place taken", func(t *testing.T) {
		holder := movedTo(second)
		holder.ID, holder.ExternalID = 777, ""
		s := newService(t, script(map[string][]reply{
			put: {refused("The BizEntity is already assigned to another Communication record.")}, owner: {ok(ownerJSON(second, holder))},
		}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(Owner{Kind: BizEntity, ExternalID: "BE-2"}))
		expectKind(t, err, apierror.Refused)
		var exists *ExistsError
		if !errors.As(err, &exists) || exists.Conflict != OwnerTaken || exists.Existing.ID != 777 {
			t.Errorf("detail is %+v", exists)
		}
		expectOperations(t, s, put, owner)
	})
}

func TestUpdateThatLosesTheExternalID(t *testing.T) {
	after := accounts()
	after.ExternalID = ""
	s := newService(t, script(map[string][]reply{put: {ok(asJSON(after))}, get: {ok(asJSON(after))}}))
	now, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "external id", "EMAIL-001")
	expectRecord(t, now, after)
}

func TestUpdateOfUnknownOutcome(t *testing.T) {
	for name, answered := range unknownOutcomes {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{put: {answered}, get: {ok(asJSON(billing)), ok(asJSON(accounts()))}}))
			got, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, got, accounts())
			expectOperations(t, s, put, get, get)
		})
	}
	t.Run("not done, repeated", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {broken(), ok(asJSON(accounts()))}, get: {ok(asJSON(billing))}}))
		if _, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts()); err != nil {
			t.Fatal(err)
		}
		if s.count(put) != 2 || s.received[0].body != s.last(t, put).body {
			t.Errorf("requests were %v", s.operations())
		}
	})
	t.Run("never done", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {broken()}, get: {ok(asJSON(billing))}}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
		expectKind(t, err, apierror.Uncertain)
		expectText(t, err, "billing@example.com")
		if n := s.count(put); n != 4 {
			t.Errorf("sent %d times", n)
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {broken()}, get: {broken()}}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
		expectKind(t, err, apierror.Uncertain)
		if n := s.count(put); n != 1 {
			t.Errorf("sent %d times", n)
		}
	})
	t.Run("vanished", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{put: {broken()}, get: {gone()}}))
		_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
		expectKind(t, err, apierror.NotFound)
	})
}

func TestUpdateOfWhatIsGone(t *testing.T) {
	s := newService(t, script(map[string][]reply{put: {gone()}, get: {gone()}}))
	_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
	expectKind(t, err, apierror.NotFound)
	expectOperations(t, s, put, get)

	// What was not found is something else: the record itself is there.
	s = newService(t, script(map[string][]reply{put: {refused("No record was found")}, get: {ok(asJSON(billing))}, owner: {refused("BizEntity not found")}}))
	_, err = withToken(t, s).UpdateCommunication(t.Context(), billing, movedTo(second))
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "No record was found", "7G has no biz_entity 43")
}

func TestRefusedUpdateNamesTheOtherRecord(t *testing.T) {
	other := accounts()
	other.ID, other.ExternalID = 777, ""
	s := newService(t, script(map[string][]reply{put: {refused("Duplicate e-mail.")}, owner: {ok(ownerJSON(billing.Owner, billing, other))}}))
	_, err := withToken(t, s).UpdateCommunication(t.Context(), billing, accounts())
	expectKind(t, err, apierror.Refused)
	expectText(t, err, "Duplicate e-mail", "communication 777")

	// The record itself, in another spelling, is not in its own way.
	shouted := billing
	shouted.Value = "BILLING@example.com"
	s = newService(t, script(map[string][]reply{put: {refused("No capitals.")}, owner: {ok(ownerJSON(billing.Owner, billing))}}))
	_, err = withToken(t, s).UpdateCommunication(t.Context(), billing, shouted)
	expectKind(t, err, apierror.Refused)
	var exists *ExistsError
	if errors.As(err, &exists) {
		t.Errorf("detail is %+v", exists)
	}
}
