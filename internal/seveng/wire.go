package seveng

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// version is the API version that every request names (7g.md#conventions).
const version = "2.0"

// request is one call of an endpoint.
type request struct {
	attempt   string // what it is for, in errors
	method    string
	path      string
	query     url.Values
	body      map[string]any
	about     subject  // the kind of record whose absence the answer may report
	sent      []string // texts of the caller that the answer may repeat
	anonymous bool     // needs no token

	confidential bool // both bodies stay out of the trace
}

func (r request) reads() bool { return r.method == http.MethodGet }

// maxSends bounds how often one call is sent because its token was refused:
// once, once more after a renewal, and twice for tokens that other callers
// replaced meanwhile.
const maxSends = 4

// call sends a request and judges its answer. An access token that is refused
// is renewed once, and the call repeated: an HTTP 401 means that nothing was
// done (7g.md#what-an-answer-means). A page in place of an answer to a read,
// such as one that tells of maintenance, is waited for like any other outage.
// The error is a *apierror.Error.
func (c *Client) call(ctx context.Context, r request) (answer, error) {
	token, err := c.auth.otherThan(""), error(nil)
	if !r.anonymous {
		if token, err = c.auth.token(ctx); err != nil {
			return answer{}, c.withoutToken(r.attempt, err)
		}
	}
	class := httpclient.Once
	if r.reads() {
		class = httpclient.Repeatable
	}
	renewed, pages := false, 0
	for sends := 1; ; sends++ {
		a, err := c.exchange(ctx, class, token, r)
		if err != nil {
			return answer{}, err
		}
		if r.reads() && a.isPage() && pages < c.retries && c.pause(ctx, pages, nil) {
			pages, sends = pages+1, sends-1
			continue
		}
		if a.status != http.StatusUnauthorized {
			return a, c.judge(r, a)
		}
		newer := c.auth.otherThan(token)
		if newer == "" && renewed || sends == maxSends {
			return a, c.failure(apierror.Unauthenticated, r.attempt, a.reason()+", also with a renewed access token", adviceRefusedAgain, nil)
		}
		if newer == "" {
			renewed = true
			if newer, err = c.auth.renew(ctx, token); err != nil {
				return a, c.withoutToken(r.attempt, err)
			}
		}
		token = newer
	}
}

// exchange sends one request, with the access token bare unless the caller has
// put a scheme before it (7g.md#tokens). The error is a *apierror.Error:
// NotSent or Uncertain when no whole answer came.
func (c *Client) exchange(ctx context.Context, class httpclient.Class, authorization string, r request) (answer, error) {
	header := http.Header{"Version": {version}}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	var body []byte
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return answer{}, c.failure(apierror.Invalid, r.attempt, err.Error(), "", err)
		}
		body = encoded
		header.Set("Content-Type", "application/json")
	}
	address := c.endpoint + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	received, err := c.http.Do(ctx, httpclient.Request{
		Operation: r.method + " " + strings.ToLower(r.path),
		Class:     class,
		Method:    r.method,
		URL:       address,
		Header:    header,
		Body:      body,

		Confidential: r.confidential,
	})
	if err != nil {
		failed := c.unanswered(r.attempt, err)
		failed.Read = r.reads()
		return answer{}, failed
	}
	return readAnswer(received), nil
}

// busy is the cause of an error whose answer asked for a pause.
type busy struct{ after time.Duration }

// Error says how long.
func (b *busy) Error() string { return "7G asks to wait " + b.after.String() }

// pause waits before a request is sent again, at least as long as the answer
// that failed asked for. It reports false when there is no time for it.
func (c *Client) pause(ctx context.Context, number int, failed error) bool {
	var b *busy
	if !errors.As(failed, &b) {
		b = &busy{}
	}
	return c.http.Pause(ctx, number, b.after)
}

// answer is what 7G said, taken out of its envelope (7g.md#envelope).
type answer struct {
	status     int
	empty      bool   // no body at all
	fields     object // nil when the body is not a JSON object
	enveloped  bool   // the body says whether the call succeeded
	result     bool
	message    string
	data       json.RawMessage // nil when absent or null
	guessed    bool            // the charset is not known, so letters beyond ASCII may be others
	retryAfter time.Duration
}

func readAnswer(received httpclient.Response) answer {
	body := bytes.TrimSpace(bytes.TrimPrefix(received.Body, []byte("\ufeff"))) // some servers put a byte order mark first
	a := answer{status: received.Status, empty: len(body) == 0, guessed: received.Guessed, retryAfter: httpclient.RetryAfter(received.Header)}
	fields, ok := readObject(body)
	if !ok {
		return a
	}
	a.fields = fields
	switch string(fields.value("result")) {
	case "true":
		a.enveloped, a.result = true, true
	case "false":
		a.enveloped = true
	}
	a.message = fields.words("message")
	a.data = fields.value("data")
	return a
}

// decisive finds a value or an external id that is not of ASCII letters. What
// else an answer holds, such as the name of an owner, decides nothing.
var decisive = regexp.MustCompile(`(?i)"(name|external\w*id)"\s*:\s*"((?:[^"\\]|\\.)*[^\x00-\x7f](?:[^"\\]|\\.)*)"`)

// unreadable is what of the data decides something and cannot be read for
// certain, or empty. JSON is UTF-8; an answer that is not is no JSON, and a
// record that is taken for another one would be overwritten.
func (a answer) unreadable() string {
	found := decisive.FindSubmatch(a.data)
	if !a.guessed || found == nil {
		return ""
	}
	return fmt.Sprintf("%s cannot be read: the answer is not UTF-8, nor in a charset that it declares, and %q is a guess", found[1], found[2])
}

// claimsSuccess reports a status of success, which by itself says nothing.
func (a answer) claimsSuccess() bool { return a.status >= 200 && a.status < 300 }

// isPage reports that something other than 7G's own answer came with a status
// of success.
func (a answer) isPage() bool { return a.claimsSuccess() && !a.enveloped }

// text is everything the answer says in words: the message of an envelope, or
// the usual keys of other error objects.
func (a answer) text() string {
	if a.message != "" {
		return a.message
	}
	var words []string
	for _, key := range []string{"title", "detail", "error", "errors"} {
		if text := a.fields.words(key); text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// reason is the answer as the end of an error: its words, or what it was when
// it had none.
func (a answer) reason() string {
	text := a.text()
	status := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", a.status, http.StatusText(a.status)))
	switch {
	case text != "" && a.claimsSuccess():
		return text
	case text != "":
		return fmt.Sprintf("HTTP %d: %s", a.status, text)
	case a.claimsSuccess() && a.enveloped:
		return "7G gave no reason"
	case a.empty:
		return status + " with an empty body"
	case a.fields == nil:
		return status + " with a body that is not a JSON object"
	case a.claimsSuccess():
		return status + " with a body that does not say whether the call succeeded"
	}
	return status
}

// record is the single record in data, which may be the object itself or a
// list of one (7g.md#read-a-communication). It is nil when data holds none.
func (a answer) record() (object, error) {
	if a.data == nil {
		return nil, nil
	}
	if o, ok := readObject(a.data); ok {
		if len(o) == 0 {
			return nil, nil
		}
		return o, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(a.data, &list); err != nil {
		return nil, errors.New("data is neither a record nor a list")
	}
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
		o, ok := readObject(list[0])
		if !ok || len(o) == 0 {
			return nil, errors.New("data is a list whose element is not a record")
		}
		return o, nil
	}
	return nil, fmt.Errorf("data holds %d records where one was asked for", len(list))
}

// object is a JSON object whose keys are read without regard to case, since
// the sources spell the same key in several ways (7g.md#conventions).
type object map[string]json.RawMessage

// readObject is raw as an object, or false when it is anything else. An object
// that has a key in two spellings with two values is not usable.
func readObject(raw []byte) (object, bool) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(raw, &keys) != nil || keys == nil {
		return nil, false
	}
	o := make(object, len(keys))
	for key, value := range keys {
		key = strings.ToLower(key)
		if other, twice := o[key]; twice && !bytes.Equal(other, value) {
			return nil, false
		}
		o[key] = value
	}
	return o, true
}

// value is what stands under key, or nil when it is absent or null.
func (o object) value(key string) json.RawMessage {
	value := bytes.TrimSpace(o[strings.ToLower(key)])
	if bytes.Equal(value, []byte("null")) {
		return nil
	}
	return value
}

// has reports whether the object carries key, with null or any other value.
func (o object) has(key string) bool {
	_, found := o[strings.ToLower(key)]
	return found
}

// number is a whole number, given as a number or as a numeric text. Absent,
// null, "" and 0 are all 0: each may mean "unset" (7g.md#communication).
func (o object) number(key string) (int64, error) {
	text, err := o.text(key)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a whole number", key)
	}
	return n, nil
}

// text is a text, or a number as text. Absent, null, "" and the number 0 are
// all "".
func (o object) text(key string) (string, error) {
	value := o.value(key)
	if value == nil {
		return "", nil
	}
	if value[0] == '"' {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return "", fmt.Errorf("%s is not a text", key)
		}
		return text, nil
	}
	var number json.Number
	if err := json.Unmarshal(value, &number); err != nil {
		return "", fmt.Errorf("%s is neither a text nor a number", key)
	}
	if number.String() == "0" {
		return "", nil
	}
	return number.String(), nil
}

// words is the text under key; when it is not a text, the JSON itself.
func (o object) words(key string) string {
	if text, err := o.text(key); err == nil {
		return text
	}
	return string(o.value(key))
}

// reader reads the values of an object and keeps the first error.
type reader struct {
	object
	err error
}

func (r *reader) number(key string) int64 {
	n, err := r.object.number(key)
	r.err = cmp.Or(r.err, err)
	return n
}

func (r *reader) text(key string) string {
	text, err := r.object.text(key)
	r.err = cmp.Or(r.err, err)
	return text
}
