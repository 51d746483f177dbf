package seveng

import (
	"net/http"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// TestVerdicts is the table of what each kind of answer means for a read and
// for a write. No write may be repeated here, so that the verdict shows.
func TestVerdicts(t *testing.T) {
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
		{"refused without text", reply{200, `{"result":false,"message":null}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 400", reply{400, `{"result":false,"message":"bad"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 409", reply{409, `{"result":false,"message":"duplicate"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 422", reply{422, `{"result":false,"message":"bad"}`, nil, 0}, apierror.Refused, apierror.Refused},
		{"refused with 405", reply{405, ``, nil, 0}, apierror.Refused, apierror.Refused},
		{"not JSON", reply{200, `<html>welcome</html>`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"empty", reply{200, ``, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"no result", reply{200, `{"message":"hello"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"result is no boolean", reply{200, `{"result":"maybe"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"cut off JSON", reply{200, `{"result":true,"data":{"communicationID":1`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"cut connection", reply{}, apierror.Uncertain, apierror.Uncertain},
		{"server error", reply{500, `{"result":false,"message":"not found"}`, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"too many requests", reply{429, ``, nil, 0}, apierror.Uncertain, apierror.Uncertain},
		{"redirect", reply{302, ``, map[string]string{"Location": "https://elsewhere.example.com/"}, 0}, apierror.Uncertain, apierror.Uncertain},
		{"forbidden", reply{403, `{"result":false,"message":"record not found"}`, nil, 0}, apierror.Forbidden, apierror.Forbidden},
		{"permission in words", refused("You do not have permission; record not found."), apierror.Forbidden, apierror.Forbidden},
		{"unauthorised in words", refused("Unauthorized"), apierror.Forbidden, apierror.Forbidden},
		{"token in words", refused("Token not found."), apierror.Unauthenticated, apierror.Unauthenticated},
		{"session in words", refused("Your session does not exist"), apierror.Unauthenticated, apierror.Unauthenticated},
		{"not accepted", reply{401, ``, nil, 0}, apierror.Unauthenticated, apierror.Unauthenticated},
		{"404 of another server", reply{404, `<html>Not Found</html>`, nil, 0}, apierror.Refused, apierror.Refused},
		{"result true without data", ok("null"), apierror.NotFound, done},
		{"result true with an empty object", ok("{}"), apierror.NotFound, done},
		{"result true with an empty list", ok("[]"), apierror.NotFound, done},
		{"result true with data missing", reply{200, `{"result":true}`, nil, 0}, apierror.NotFound, done},
		{"two records", ok("[" + asJSON(billing) + "," + asJSON(billing) + "]"), apierror.Uncertain, done},
		{"data is a text", ok(`"hello"`), apierror.Uncertain, done},
		{"list of null", ok(`[null]`), apierror.Uncertain, done},
		{"another record", ok(`{"communicationID":9,"communicationTypeID":1,"name":"x"}`), apierror.Uncertain, done},
		{"half a record", ok(`{"communicationID":12345}`), apierror.Uncertain, done},
		{"two owners", ok(`{"communicationID":12345,"communicationTypeID":1,"name":"x","personID":1,"bizEntityID":2}`), apierror.Uncertain, done},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t, func(exchange) reply { return c.answer })
			config := quick(s.URL)
			config.AccessToken = testToken
			config.Transport.MaxRetries = 0
			client := newClient(t, config)
			_, err := client.Communication(t.Context(), ByID(billing.ID))
			if got := apierror.Of(err); got != c.read || (err == nil) != (c.read == 0) {
				t.Errorf("a read is %q (%v), want %q", got, err, c.read)
			}
			_, _, err = client.write(t.Context(), http.MethodPost, "writing", subject{}, billing, newCreateBody(billing))
			if got := apierror.Of(err); got != c.write || (err == nil) != (c.write == 0) {
				t.Errorf("a write is %q (%v), want %q", got, err, c.write)
			}
		})
	}
}

func TestReadsAreRetriedAndWritesAreNot(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		get:  {broken(), {}, {status: 429, header: map[string]string{"Retry-After": "0"}}, ok(asJSON(billing))},
		post: {broken()},
	}))
	client := withToken(t, s)
	found, err := client.Communication(t.Context(), ByID(billing.ID))
	if err != nil {
		t.Fatal(err)
	}
	expectRecord(t, found, billing)
	expectOperations(t, s, get, get, get, get)

	_, _, err = client.write(t.Context(), http.MethodPost, "writing", subject{}, billing, newCreateBody(billing))
	expectKind(t, err, apierror.Uncertain)
	if n := s.count(post); n != 1 {
		t.Errorf("a write of unknown outcome was sent %d times", n)
	}
}

func TestNoConnectionIsNotSent(t *testing.T) {
	s := newService(t, func(exchange) reply { return ok("null") })
	client := withToken(t, s)
	s.Close()
	_, err := client.Communication(t.Context(), ByID(1))
	expectKind(t, err, apierror.NotSent)
	_, err = client.CreateCommunication(t.Context(), wanted())
	expectKind(t, err, apierror.NotSent)
}

func TestServerTextIsShownOnceAndShort(t *testing.T) {
	long := ""
	for range 400 {
		long += "word \n"
	}
	s := newService(t, func(exchange) reply { return refused("It is refused. " + long) })
	err := withToken(t, s).DeleteCommunication(t.Context(), ByID(7))
	e := expectVerdict(t, err, apierror.Refused)
	if e.Attempt != "deleting communication 7" {
		t.Errorf("attempt is %q", e.Attempt)
	}
	if n := len([]rune(e.Reason)); n > longestReason+1 {
		t.Errorf("the reason has %d letters", n)
	}
	expectText(t, err, "It is refused. word word")
}
