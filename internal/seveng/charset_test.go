package seveng

import (
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// latin1 answers with a communication, and everything else that Update asks,
// in ISO-8859-1.
func latin1(t *testing.T, contentType string) (*service, *Client) {
	t.Helper()
	s := newService(t, func(exchange) reply {
		return reply{status: 200, header: map[string]string{"Content-Type": contentType},
			body: `{"result":true,"message":"trouv` + "\xe9" + `","data":{"communicationID":7,"externalCommunicationId":null,"communicationTypeID":1,"name":"ren` + "\xe9" + `@example.com","personId":42}}`}
	})
	return s, withToken(t, s)
}

func TestDeclaredCharsetIsRead(t *testing.T) {
	_, client := latin1(t, "application/json; charset=ISO-8859-1")
	found, err := client.Read(t.Context(), Key{ID: 7})
	if err != nil || found.Value != "rené@example.com" {
		t.Errorf("%q (%v)", found.Value, err)
	}
}

func TestUnknownCharsetStopsAWrite(t *testing.T) {
	s, client := latin1(t, "application/json")
	_, err := client.Read(t.Context(), Key{ID: 7})
	if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), `name cannot be read`) || !strings.Contains(err.Error(), "rené@example.com") {
		t.Errorf("%v", err)
	}
	if slices.ContainsFunc(s.operations(), func(operation string) bool { return !strings.HasPrefix(operation, "GET") }) {
		t.Errorf("%v", s.operations())
	}
}
