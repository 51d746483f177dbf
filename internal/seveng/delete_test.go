package seveng

import (
	"context"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

const deleted = `{"result":true,"message":"Communication deleted successfully","recordCount":0,"data":null}`

func TestDelete(t *testing.T) {
	for key, query := range map[Key]string{
		ByID(12345):               "CommunicationID=12345",
		ByExternalID("EMAIL-001"): "ExternalCommunicationId=EMAIL-001",
	} {
		s := newService(t, func(exchange) reply { return reply{status: 200, body: deleted} })
		if err := withToken(t, s).DeleteCommunication(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		expectOperations(t, s, remove)
		sent := s.last(t, remove)
		if sent.query.Encode() != query || sent.body != "" || sent.contentType != "" || sent.version != "2.0" || sent.authorization != testToken {
			t.Errorf("request is %+v", sent)
		}
	}
}

func TestDeleteOfWhatIsGone(t *testing.T) {
	s := newService(t, func(exchange) reply { return gone() })
	if err := withToken(t, s).DeleteCommunication(t.Context(), ByID(12345)); err != nil {
		t.Fatal(err)
	}
	expectOperations(t, s, remove)
}

func TestDeleteRefused(t *testing.T) {
	for text, kind := range map[string]apierror.Kind{
		"The communication is used by an active operational workflow.": apierror.Refused,
		"You do not have deletion permission for communications.":      apierror.Forbidden,
		"Your session does not exist":                                  apierror.Unauthenticated,
	} {
		s := newService(t, func(exchange) reply { return refused(text) })
		err := withToken(t, s).DeleteCommunication(t.Context(), ByID(12345))
		expectKind(t, err, kind)
		expectText(t, err, "deleting communication 12345", text[:20])
		expectOperations(t, s, remove)
	}
}

func TestDeleteOfUnknownOutcome(t *testing.T) {
	for name, answered := range unknownOutcomes {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{remove: {answered}, get: {ok(asJSON(billing)), gone()}}))
			if err := withToken(t, s).DeleteCommunication(t.Context(), ByID(12345)); err != nil {
				t.Fatal(err)
			}
			expectOperations(t, s, remove, get, get)
		})
	}
	t.Run("not done, repeated", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{remove: {broken(), {status: 200, body: deleted}}, get: {ok(asJSON(billing))}}))
		if err := withToken(t, s).DeleteCommunication(t.Context(), ByID(12345)); err != nil {
			t.Fatal(err)
		}
		if n := s.count(remove); n != 2 {
			t.Errorf("sent %d times", n)
		}
	})
	t.Run("never done", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{remove: {broken()}, get: {ok(asJSON(billing))}}))
		err := withToken(t, s).DeleteCommunication(t.Context(), ByID(12345))
		expectKind(t, err, apierror.Uncertain)
		expectText(t, err, "still there")
		if n := s.count(remove); n != 4 {
			t.Errorf("sent %d times", n)
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{remove: {broken()}, get: {refused("Something else")}}))
		expectKind(t, withToken(t, s).DeleteCommunication(t.Context(), ByID(12345)), apierror.Uncertain)
		if n := s.count(remove); n != 1 {
			t.Errorf("sent %d times", n)
		}
	})
	t.Run("context over", func(t *testing.T) {
		slow := broken()
		slow.delay = 200 * time.Millisecond
		s := newService(t, script(map[string][]reply{remove: {slow}, get: {gone()}}))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		if err := withToken(t, s).DeleteCommunication(ctx, ByID(12345)); err != nil {
			t.Fatal(err)
		}
	})
}
