package seveng

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestNotFoundTexts(t *testing.T) {
	counts := []string{
		"Communication not found",
		"COMMUNICATION WAS NOT FOUND.",
		"No record was found for the given id",
		"No record found",
		"Communication 12345 does not exist",
		"The record could not be found",
		"The record cannot be found",
		"No communication with this id",
		"Communication 'PERSON-OWNER-1' does not exist", // the external id that was asked for
	}
	others := []string{
		"", "Invalid entity ID provided", "Something went wrong", "Invalid request",
		"Token not found", "Session does not exist", "No login was made; not found", "You are not logged in: not found",
		"You have no permission, or the record was not found",
		"Not authorised: record not found", "Authorization: not found",
		"API version not found", "The route was not found", "User not found",
		"Owner not found", "BizEntity 42 does not exist", "The business entity could not be found",
		"Person not found", "Organisation does not exist", "Organization does not exist",
		"Communication type not found", "CommunicationTypeID 9 does not exist",
	}
	for _, status := range []int{200, 400, 404, 409, 422} {
		for _, text := range counts {
			expectGone(t, status, text, true)
		}
	}
	for _, status := range []int{200, 400, 409, 422} {
		for _, text := range others {
			expectGone(t, status, text, false)
		}
	}
	for _, text := range others[4:] {
		expectGone(t, 404, text, false)
	}
	for _, status := range []int{403, 405, 410, 500, 503} {
		expectGone(t, status, counts[0], false)
	}
}

func expectGone(t *testing.T, status int, text string, want bool) {
	t.Helper()
	answered := refused(text)
	answered.status = status
	s := newService(t, func(exchange) reply { return answered })
	config := quick(s.URL)
	config.AccessToken = testToken
	config.Transport.MaxRetries = 0
	_, err := newClient(t, config).Communication(t.Context(), ByExternalID("PERSON-OWNER-1"))
	if err == nil {
		t.Fatalf("HTTP %d %q is a success", status, text)
	}
	if got := apierror.Is(err, apierror.NotFound); got != want {
		t.Errorf("HTTP %d %q: gone is %v, want %v (%v)", status, text, got, want, err)
	}
}

func TestNotFoundStatus(t *testing.T) {
	for _, c := range []struct {
		name, body     string
		before, proven apierror.Kind // without and with an earlier success
	}{
		{"empty", "", apierror.Refused, apierror.NotFound},
		{"blank", "\r\n ", apierror.Refused, apierror.NotFound},
		{"envelope", `{"result":false,"message":"","data":{}}`, apierror.NotFound, apierror.NotFound},
		{"problem details", `{"type":"https://example.com/problem","title":"Not Found","status":404}`, apierror.NotFound, apierror.NotFound},
		{"unsupported version", `{"error":{"code":"UnsupportedApiVersion"}}`, apierror.Refused, apierror.Refused},
		{"page", "<!DOCTYPE html><p>404 not found</p>", apierror.Refused, apierror.Refused},
		{"text", "not found", apierror.Refused, apierror.Refused},
		{"list", `[]`, apierror.Refused, apierror.Refused},
		{"contradiction", `{"result":true,"data":{"communicationID":5}}`, apierror.Refused, apierror.Refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{
				get:    {{status: 404, body: c.body}},
				remove: {{status: 404, body: c.body}},
				owner:  {ok(ownerJSON(billing.Owner))},
			}))
			client := withToken(t, s)
			_, err := client.Communication(t.Context(), ByID(5))
			expectKind(t, err, c.before)
			if _, err := client.Owner(t.Context(), billing.Owner); err != nil {
				t.Fatal(err)
			}
			_, err = client.Communication(t.Context(), ByID(5))
			expectKind(t, err, c.proven)
			err = client.DeleteCommunication(t.Context(), ByID(5))
			if c.proven == apierror.NotFound && err != nil {
				t.Errorf("deleting what is gone fails: %v", err)
			}
			if c.proven != apierror.NotFound {
				expectKind(t, err, c.proven)
				expectText(t, err, "SEVENG_ENDPOINT")
			}
		})
	}
}

func TestLoginProvesTheEndpoint(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		login: {pair("access", "refresh")},
		get:   {{status: 404}},
	}))
	_, err := withLogin(t, s).Communication(t.Context(), ByID(5))
	expectKind(t, err, apierror.NotFound)
}

func TestNotFoundOnPostIsRefused(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		post:  {refused("No record was found")},
		get:   {gone()},
		owner: {ok(ownerJSON(billing.Owner))},
	}))
	_, err := withToken(t, s).CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.Refused)
}

func TestMissingOwner(t *testing.T) {
	for text, want := range map[string]apierror.Kind{
		"BizEntity was not found.":     apierror.NotFound,
		"Owner does not exist":         apierror.NotFound,
		"Person was not found":         apierror.Refused,
		"Token not found":              apierror.Unauthenticated,
		"BizEntity type not found":     apierror.Refused,
		"You may not see biz entities": apierror.Refused,
	} {
		s := newService(t, func(exchange) reply { return refused(text) })
		_, err := withToken(t, s).OwnerCommunications(t.Context(), Owner{Kind: BizEntity, ID: 42})
		if got := apierror.Of(err); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
