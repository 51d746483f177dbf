package seveng

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestReadShapes(t *testing.T) {
	bare := Communication{ID: 12345, Spec: Spec{TypeID: 1, Value: "billing@example.com", Owner: Owner{Kind: BizEntity, ID: 42}}}
	for name, c := range map[string]struct {
		data string
		want Communication
	}{
		"object":           {asJSON(billing), billing},
		"list of one":      {"[" + asJSON(billing) + "]", billing},
		"keys in any case": {`{"CommunicationID":12345,"EXTERNALCOMMUNICATIONID":"EMAIL-001","communicationtypeid":1,"Name":"billing@example.com","BizEntityId":42,"externalbizentityid":"BE-1"}`, billing},
		"numbers as texts": {`{"communicationID":"12345","externalCommunicationId":"EMAIL-001","communicationTypeID":"1","name":"billing@example.com","bizEntityID":"42","externalBizEntityId":"BE-1"}`, billing},
		"unset is absent":  {`{"communicationID":12345,"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`, bare},
		"unset is null":    {`{"communicationID":12345,"externalCommunicationId":null,"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42,"externalBizEntityId":null,"personID":null,"externalPersonId":null}`, bare},
		"unset is zero":    {`{"communicationID":12345,"externalCommunicationId":"","communicationTypeID":1,"name":"billing@example.com","bizEntityID":42,"externalBizEntityId":0,"personID":0,"externalPersonId":"","organisationID":"0","externalOrganisationId":""}`, bare},
		"external id is a number": {
			`{"communicationID":12345,"externalCommunicationId":77,"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`,
			Communication{ID: 12345, Spec: Spec{ExternalID: "77", TypeID: 1, Value: "billing@example.com", Owner: Owner{Kind: BizEntity, ID: 42}}},
		},
		"person by external id": {
			`{"communicationID":12345,"communicationTypeID":2,"name":"+61 2 5550 0100","externalPersonId":"P-1"}`,
			Communication{ID: 12345, Spec: Spec{TypeID: 2, Value: "+61 2 5550 0100", Owner: Owner{Kind: Person, ExternalID: "P-1"}}},
		},
		"organisation": {
			`{"communicationID":12345,"communicationTypeID":4,"name":"1","organisationID":9}`,
			Communication{ID: 12345, Spec: Spec{TypeID: 4, Value: "1", Owner: Owner{Kind: Organisation, ID: 9}}},
		},
		"no owner": {`{"communicationID":12345,"communicationTypeID":4,"name":"1"}`, Communication{ID: 12345, Spec: Spec{TypeID: 4, Value: "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(exchange) reply { return ok(c.data) })
			found, err := withToken(t, s).Read(t.Context(), ByID(12345))
			if err != nil {
				t.Fatal(err)
			}
			expectRecord(t, found, c.want)
			expectOperations(t, s, get)
		})
	}
}

func TestReadRequest(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok(asJSON(billing)) })
	client := withToken(t, s)
	for key, query := range map[Key]string{
		ByID(12345):                 "CommunicationID=12345",
		ByExternalID("EMAIL-001"):   "ExternalCommunicationId=EMAIL-001",
		{ID: 12345, ExternalID: ""}: "CommunicationID=12345",
	} {
		if _, err := client.Read(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		sent := s.last(t, get)
		if sent.query.Encode() != query || sent.authorization != testToken || sent.version != "2.0" || sent.contentType != "" || sent.body != "" {
			t.Errorf("%s was asked for by %+v", key, sent)
		}
	}
}

// Answers of the platform that 7G runs on may begin with a byte order mark.
func TestAnswerWithByteOrderMark(t *testing.T) {
	s := newService(t, func(exchange) reply {
		answered := ok(asJSON(billing))
		answered.body = "\ufeff" + answered.body
		return answered
	})
	found, err := withToken(t, s).Read(t.Context(), ByID(12345))
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, found, billing)
}

func TestReadByExternalIDOfAnotherRecord(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok(asJSON(billing)) })
	for _, other := range []string{"OTHER", "email-001"} {
		_, err := withToken(t, s).Read(t.Context(), ByExternalID(other))
		expectKind(t, err, apierror.Uncertain)
	}
}

func TestKeysThatNameNothing(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	for _, key := range []Key{{}, {ID: 1, ExternalID: "x"}, {ID: -1}, {ID: -1, ExternalID: "x"}} {
		_, err := client.Read(t.Context(), key)
		expectKind(t, err, apierror.Invalid)
		expectKind(t, client.Delete(t.Context(), key), apierror.Invalid)
	}
	expectOperations(t, s)
}

func TestDiff(t *testing.T) {
	person := func(id int64, externalID string) Owner { return Owner{Person, id, externalID} }
	stored := Spec{"EMAIL-001", 1, "billing@example.com", person(7, "P-1")}
	for name, c := range map[string]struct {
		change func(*Spec)
		want   string
	}{
		"nothing":                           {func(*Spec) {}, ""},
		"letter case of an address":         {func(s *Spec) { s.Value = " Billing@Example.com" }, ""},
		"another address":                   {func(s *Spec) { s.Value = "other@example.com" }, "value"},
		"type and value":                    {func(s *Spec) { s.TypeID, s.Value = 2, "+61" }, "type value"},
		"letter case of an external id":     {func(s *Spec) { s.ExternalID = "email-001" }, "external id"},
		"another external id":               {func(s *Spec) { s.ExternalID = "" }, "external id"},
		"owner by its native id":            {func(s *Spec) { s.Owner = person(7, "") }, ""},
		"owner by its external id":          {func(s *Spec) { s.Owner = person(0, "P-1") }, ""},
		"letter case of the owner's":        {func(s *Spec) { s.Owner = person(0, "p-1") }, "owner"},
		"native ids count before the other": {func(s *Spec) { s.Owner = person(8, "P-1") }, "owner"},
		"another kind of owner":             {func(s *Spec) { s.Owner.Kind = BizEntity }, "owner"},
		"no id in common":                   {func(s *Spec) { s.Owner = person(0, "") }, "owner"},
	} {
		changed := stored
		c.change(&changed)
		if got := strings.Join(Diff(changed, stored), " "); got != c.want {
			t.Errorf("%s: %q differs, want %q", name, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{"+61 2 5550", "+61 2 5550 ", true}, {"ext A", "ext a", false}} {
		if got := EqualValues(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}
