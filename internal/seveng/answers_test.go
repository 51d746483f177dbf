package seveng

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// withoutRetries is a client that sends every request once, so that what one
// answer means shows.
func withoutRetries(t *testing.T, answered reply) *Client {
	t.Helper()
	s := newService(t, func(exchange) reply { return answered })
	config := quick(s.URL)
	config.AccessToken = testToken
	config.Transport.MaxRetries = 0
	return newClient(t, config)
}

// TestWhatAnswersMean is the table of what each kind of answer means for a
// read and for a write. The texts of 7G are in the tests below.
func TestWhatAnswersMean(t *testing.T) {
	const done = apierror.Kind(0)
	for _, c := range []struct {
		name        string
		answer      reply
		read, write apierror.Kind
	}{
		{"success", ok(asJSON(billing)), done, done},
		{"success with text", reply{200, `{"result":true,"message":"Communication not found, deleted, error","recordCount":0,"data":` + asJSON(billing) + `}`, nil, 0}, done, done},
		{"created", reply{201, `{"result":true,"data":` + asJSON(billing) + `}`, nil, 0}, done, done},
		{"keys in another case", reply{200, `{"Result":true,"DATA":` + asJSON(billing) + `}`, nil, 0}, done, done},
		{"refused", refused("The name is not valid."), apierror.Refused, apierror.Refused},
		{"refused with a text of success", refused("Communication created successfully"), apierror.Refused, apierror.Refused},
		{"refused without text", reply{200, `{"result":false,"message":null}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 400", reply{400, `{"result":false,"message":"bad"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 409", reply{409, `{"result":false,"message":"duplicate"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 422", reply{422, `{"result":false,"message":"bad"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 405", reply{405, ``, nil, 0}, apierror.Refused, apierror.Refused},
		{"not JSON", reply{200, `<html>welcome</html>`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"empty", reply{200, ``, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"no result", reply{200, `{"message":"Communication deleted successfully"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"result is no boolean", reply{200, `{"result":"maybe"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"cut off JSON", reply{200, `{"result":true,"data":{"communicationID":1`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"cut connection", reply{}, apierror.Uncertain, apierror.Uncertain},
		{"server error", reply{500, `{"result":false,"message":"not found"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"server error that claims success", reply{500, `{"result":true,"data":` + asJSON(billing) + `}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"too many requests", reply{429, ``, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"redirect", reply{302, ``, map[string]string{"Location": "https://elsewhere.example.com/"}, 0}, apierror.Uncertain, apierror.Uncertain},
		{"forbidden", reply{403, `{"result":false,"message":"record not found"}`, nil, 0}, apierror.Forbidden, apierror.Forbidden},
		{"permission in words", refused("You do not have permission; record not found."), apierror.Forbidden, apierror.Forbidden},
		{"unauthorised in words", refused("Unauthorized"), apierror.Forbidden, apierror.Forbidden},
		{"token in words", refused("Token not found."), apierror.Unauthenticated, apierror.Unauthenticated},
		{"session in words", refused("Your session does not exist"), apierror.Unauthenticated, apierror.Unauthenticated},
		{"not accepted", reply{401, ``, nil, 0}, apierror.Unauthenticated, apierror.Unauthenticated},
		{"404 of another server", reply{404, `<html>Not Found</html>`, nil, 0}, apierror.Refused, apierror.Refused},
		{"result true without data", ok("null"), apierror.NotFound, apierror.Uncertain},
		{"result true with an empty object", ok("{}"), apierror.NotFound, apierror.Uncertain},
		{"result true with an empty list", ok("[]"), apierror.NotFound, apierror.Uncertain},
		{"result true with data missing", reply{200, `{"result":true}`, nil, 0}, apierror.NotFound, apierror.Uncertain},
		{"two records", ok("[" + asJSON(billing) + "," + asJSON(billing) + "]"), apierror.Uncertain, apierror.Uncertain},
		{"data is a text", ok(`"hello"`), apierror.Uncertain, apierror.Uncertain},
		{"list of null", ok(`[null]`), apierror.Uncertain, apierror.Uncertain},
		{"another record", ok(`{"communicationID":9,"communicationTypeID":1,"name":"x"}`), apierror.Uncertain, done},
		{"half a record", ok(`{"communicationID":12345}`), apierror.Uncertain, apierror.Uncertain},
		{"two owners", ok(`{"communicationID":12345,"communicationTypeID":1,"name":"x","personID":1,"bizEntityID":2}`), apierror.Uncertain, apierror.Uncertain},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := withoutRetries(t, c.answer)
			_, err := client.Read(t.Context(), ByID(billing.ID))
			if got := apierror.Of(err); got != c.read || (err == nil) != (c.read == 0) {
				t.Errorf("a read is %q (%v), want %q", got, err, c.read)
			}
			// The record cannot be read back either, so a create is Uncertain
			// unless its own answer holds all of it.
			_, err = client.Create(t.Context(), billing.Spec)
			if got := apierror.Of(err); got != c.write || (err == nil) != (c.write == 0) {
				t.Errorf("a create is %q (%v), want %q", got, err, c.write)
			}
		})
	}
}

func TestReadsAreRetriedAndWritesAreNot(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		get:  {broken(), {}, {status: 429, header: map[string]string{"Retry-After": "0"}}, ok(asJSON(billing))},
		post: {broken()},
		put:  {broken()}, remove: {broken()},
	}))
	client := withToken(t, s)
	found, err := client.Read(t.Context(), ByID(billing.ID))
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, found, billing)
	expectCount(t, s, get, 4)
	for operation, method := range map[string]string{post: "POST", put: "PUT", remove: "DELETE"} {
		_, err := client.call(t.Context(), request{attempt: "writing", method: method, path: communicationPath})
		expectKind(t, err, apierror.Uncertain)
		expectCount(t, s, operation, 1)
	}
}

func TestNoConnectionIsNotSent(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	s.Close()
	_, err := client.Read(t.Context(), ByID(1))
	expectKind(t, err, apierror.NotSent)
	_, err = client.Create(t.Context(), billing.Spec)
	expectKind(t, err, apierror.NotSent)
}

func TestServerTextIsShownOnceAndShort(t *testing.T) {
	long := ""
	for range 400 {
		long += "word \n"
	}
	err := withoutRetries(t, refused("It is refused. "+long)).Delete(t.Context(), ByID(7))
	e := expectError(t, err, apierror.Refused)
	if e.Attempt != "deleting communication 7" {
		t.Errorf("attempt is %q", e.Attempt)
	}
	if n := len([]rune(e.Reason)); n > maxReason+1 {
		t.Errorf("the reason has %d letters", n)
	}
	expectText(t, err, "It is refused. word word")
}

func TestTextsOfARefusedDelete(t *testing.T) {
	for text, kind := range map[string]apierror.Kind{
		"The communication is used by an active operational workflow.": apierror.Refused,
		"You do not have deletion permission for communications.":      apierror.Forbidden,
		"Your session does not exist":                                  apierror.Unauthenticated,
	} {
		err := withoutRetries(t, refused(text)).Delete(t.Context(), ByID(12345))
		expectKind(t, err, kind)
		expectText(t, err, "deleting communication 12345", text[:20])
	}
}

func TestTextsOfNotFound(t *testing.T) {
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
	_, err := withoutRetries(t, answered).Read(t.Context(), ByExternalID("PERSON-OWNER-1"))
	if err == nil {
		t.Fatalf("HTTP %d %q is a success", status, text)
	}
	if got := apierror.Is(err, apierror.NotFound); got != want {
		t.Errorf("HTTP %d %q: gone is %v, want %v (%v)", status, text, got, want, err)
	}
}

func TestStatus404(t *testing.T) {
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
			_, err := client.Read(t.Context(), ByID(5))
			expectKind(t, err, c.before)
			if _, err := client.Owner(t.Context(), billing.Owner); err != nil {
				t.Fatal(err)
			}
			_, err = client.Read(t.Context(), ByID(5))
			expectKind(t, err, c.proven)
			err = client.Delete(t.Context(), ByID(5))
			if c.proven == apierror.NotFound && err != nil {
				t.Errorf("deleting what is gone fails: %v", err)
			}
			if c.proven != apierror.NotFound {
				expectKind(t, err, c.proven)
				expectText(t, err, "SEVENG_ENDPOINT")
			}
		})
	}
	// A login proves the endpoint as well.
	s := newService(t, script(map[string][]reply{login: {pair("access", "refresh")}, get: {{status: 404}}}))
	_, err := withLogin(t, s).Read(t.Context(), ByID(5))
	expectKind(t, err, apierror.NotFound)
}

func TestTextsOfAMissingOwner(t *testing.T) {
	for text, want := range map[string]apierror.Kind{
		"BizEntity was not found.":     apierror.NotFound,
		"Owner does not exist":         apierror.NotFound,
		"Person was not found":         apierror.Refused,
		"Token not found":              apierror.Unauthenticated,
		"BizEntity type not found":     apierror.Refused,
		"You may not see biz entities": apierror.Refused,
	} {
		_, err := withoutRetries(t, refused(text)).List(t.Context(), Owner{Kind: BizEntity, ID: 42})
		if got := apierror.Of(err); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
