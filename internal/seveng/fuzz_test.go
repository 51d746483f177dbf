package seveng

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// received is an answer as it comes off the wire.
func received(status int, body []byte) answer {
	return readAnswer(httpclient.Response{Status: status, Body: body})
}

// says reports whether a JSON object has this text under a key in one letter
// case, and in no other.
func says(body []byte, key, value string) bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return false
	}
	found := false
	for name, raw := range fields {
		if strings.EqualFold(name, key) {
			found = string(bytes.TrimSpace(raw)) == value
			if !found {
				return false
			}
		}
	}
	return found
}

// FuzzAnswer: an answer of any shape is a success only when it says so, gone
// only when it says so, and always the same.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		"", "{}", "[]", "null", "true", `{"result":true,"message":"Communication not found","data":{}}`, `{"result":false,"message":"Communication was not found."}`,
		`{"result":true,"Result":false}`, `{"result":true,"data":null,"Data":{"communicationID":1}}`, `{"result":"true"}`, `{"result":1}`, `{"result":false,"message":7}`,
		`{"result":false,"message":"Token not found"}`, `{"result":false,"message":"Person not found"}`, `{"title":"Not Found","status":404}`,
		"<html>404 Not Found</html>", "\ufeff{\"result\":true}", `{"result":true}{"result":true}`, `{"result":false,"message":"the route does not exist"}`,
		`{"result":false,"message":"external id PERSON-1 does not exist"}`, `{"result":tru`, `{"errors":{"message":"no record found"}}`,
	} {
		for _, status := range []int{200, 201, 301, 400, 403, 404, 409, 422, 429, 500} {
			f.Add(status, []byte(body), "PERSON-1", true)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, externalID string, proven bool) {
		client, err := New(Config{AccessToken: "given"})
		if err != nil {
			t.Fatal(err)
		}
		r := request{attempt: "reading", about: aCommunication, sent: []string{externalID}}
		kinds := map[apierror.Kind]bool{}
		for range 8 { // maps have no order
			client.endpointProven.Store(proven)
			kinds[apierror.Of(client.judge(r, received(status, body)))] = true
		}
		if len(kinds) != 1 {
			t.Fatalf("%d %q means several things: %v", status, body, kinds)
		}
		a := received(status, body)
		inside := status >= 200 && status < 300
		if (kinds[0] || a.succeeded()) && (!inside || !says(bytes.TrimPrefix(body, []byte("\ufeff")), "result", "true")) {
			t.Fatalf("%d %q is a success", status, body)
		}
		if kinds[apierror.NotFound] {
			checkGone(t, status, body, externalID, proven)
		}
		// Nothing a service says may panic further on either.
		_, _ = a.record()
		_, _ = parseTypes(a.data)
		_, _, _ = a.tokens()
		_ = a.loginKind()
		_ = a.reason()
	})
}

// checkGone holds "gone" against the conditions that the reference names, each
// of which is necessary.
func checkGone(t *testing.T, status int, body []byte, externalID string, proven bool) {
	t.Helper()
	empty := len(bytes.TrimSpace(body)) == 0
	if !slices.Contains([]int{200, 400, 404, 409, 422}, status) {
		t.Fatalf("%d %q is gone", status, body)
	}
	if empty && (status != http.StatusNotFound || !proven) {
		t.Fatalf("an empty %d is gone, proven %v", status, proven)
	}
	if !empty && !json.Valid(body) || says(body, "result", "true") {
		t.Fatalf("%d %q is gone", status, body)
	}
	if status != http.StatusNotFound && !says(body, "result", "false") {
		t.Fatalf("%d %q is gone without having been refused", status, body)
	}
	var said struct{ Message string }
	if json.Unmarshal(body, &said) != nil || externalID != "" {
		return
	}
	for _, word := range []string{"token", "session", "login", "permission", "authoris", "version", "owner", "person", "organisation", "type"} {
		if strings.Contains(strings.ToLower(said.Message), word) {
			t.Fatalf("%d %q is gone, and speaks of a %s", status, body, word)
		}
	}
}

// rendering is how a service may write one and the same record.
type rendering byte

func (r rendering) has(bit int) bool { return r>>bit&1 == 1 }

// id is a number in one of the forms that 7G may choose, and "unset" in one of
// those for it.
func (r rendering) id(id int64) any {
	switch {
	case id == 0 && r.has(0):
		return nil
	case id == 0 && r.has(1):
		return ""
	case r.has(2):
		return strconv.FormatInt(id, 10)
	}
	return id
}

func (r rendering) text(text string) any {
	if text == "" && r.has(0) {
		return nil
	}
	return text
}

// key is a key in one of its spellings.
func (r rendering) key(key string) string {
	switch {
	case r.has(3):
		return strings.ToUpper(key)
	case r.has(4):
		return strings.ToLower(key)
	}
	return key
}

// object is a JSON object, without what is unset if the service leaves that
// out.
func (r rendering) object(fields map[string]any) map[string]any {
	written := map[string]any{}
	for key, value := range fields {
		if r.has(5) && (value == nil || value == "" || value == int64(0)) {
			continue
		}
		written[r.key(key)] = value
	}
	return written
}

func (r rendering) communication(m Communication) map[string]any {
	fields := map[string]any{
		"communicationID": r.id(m.ID), "externalCommunicationId": r.text(m.ExternalID), "communicationTypeID": r.id(m.TypeID), "name": m.Value,
	}
	for kind, spelled := range spellings {
		owner := Owner{}
		if kind == m.Owner.Kind {
			owner = m.Owner
		}
		fields[spelled.idKey], fields[spelled.externalKey] = r.id(owner.ID), r.text(owner.ExternalID)
	}
	return r.object(fields)
}

func (r rendering) envelope(t *testing.T, data any) []byte {
	t.Helper()
	if r.has(6) {
		data = []any{data}
	}
	body, err := json.Marshal(map[string]any{r.key("result"): true, r.key("message"): nil, r.key("data"): data})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// recordOf makes a record of whatever it is given.
func recordOf(id, typeID int32, value, externalID string, owner byte, ownerID int32, ownerExternalID string) Communication {
	m := Communication{ID: max(1, int64(id)), Spec: Spec{
		TypeID: max(1, int64(typeID)), Value: strings.ToValidUTF8(value, "?"), ExternalID: strings.ToValidUTF8(externalID, "?"),
		Owner: Owner{Kind: OwnerKinds()[int(owner)%3], ID: max(0, int64(ownerID)), ExternalID: strings.ToValidUTF8(ownerExternalID, "?")},
	}}
	if m.Owner.ID == 0 && m.Owner.ExternalID == "" {
		m.Owner.ID = 1
	}
	return m
}

// FuzzCommunication: a record reads as it was written, in every spelling; cut
// anywhere, it is no answer.
func FuzzCommunication(f *testing.F) {
	f.Add(byte(0), int32(12345), int32(1), "billing@example.com", "EMAIL-001", byte(0), int32(42), "BE-1", uint(10))
	f.Add(byte(0xff), int32(1), int32(4), "+61 2 9999 0000", "", byte(1), int32(0), "P-1", uint(80))
	f.Add(byte(0x6d), int32(7), int32(2), `"}],{"result":false`, `0`, byte(2), int32(9), "", uint(200))
	f.Add(byte(0x12), int32(7), int32(2), "0", "null", byte(2), int32(9), "0", uint(0))
	f.Add(byte(0x20), int32(2147483647), int32(2), "", " ", byte(5), int32(9), "\x00", uint(1))
	f.Fuzz(func(t *testing.T, form byte, id, typeID int32, value, externalID string, owner byte, ownerID int32, ownerExternalID string, cut uint) {
		r := rendering(form)
		want := recordOf(id, typeID, value, externalID, owner, ownerID, ownerExternalID)
		if want.Value == "" && r.has(5) {
			want.Value = "x" // a record without its value is another matter
		}
		body := r.envelope(t, r.communication(want))
		a := received(http.StatusOK, body)
		fields, err := a.record()
		if err != nil || !a.succeeded() {
			t.Fatalf("%s is no success with a record: %v", body, err)
		}
		got, err := parseCommunication(fields)
		if err != nil || !reflect.DeepEqual(got.Communication, want) || !got.hasValue {
			t.Fatalf("%s reads as %+v (%v), want %+v", body, got, err, want)
		}
		if !got.isNamedBy(ByID(want.ID)) || want.ExternalID != "" && !got.isNamedBy(ByExternalID(want.ExternalID)) || got.isNamedBy(ByID(want.ID+1)) {
			t.Fatalf("%s is not the record of its own ids", body)
		}
		half := body[:cut%uint(len(body))]
		if a := received(http.StatusOK, half); a.enveloped || a.fields != nil {
			t.Fatalf("%s, cut from %s, is an answer", half, body)
		}
	})
}

// FuzzOwner: an owner's communications read as they were written, and a list
// that is missing is not an empty one.
func FuzzOwner(f *testing.F) {
	f.Add(byte(0), byte(0), int32(42), "BE-1", byte(2), "billing@example.com", true)
	f.Add(byte(0x7f), byte(1), int32(7), "", byte(0), "x", true)
	f.Add(byte(0x10), byte(2), int32(7), "ORG", byte(9), "\u2028", false)
	f.Fuzz(func(t *testing.T, form, kind byte, ownerID int32, ownerExternalID string, count byte, value string, listed bool) {
		r := rendering(form)
		owner := Owner{Kind: OwnerKinds()[int(kind)%3], ID: max(1, int64(ownerID)), ExternalID: strings.ToValidUTF8(ownerExternalID, "?")}
		want := []Communication{}
		nested := []any{}
		for number := range int64(count % 8) {
			m := recordOf(int32(number+1), 1, fmt.Sprint(value, number), "", kind, 1, "")
			m.Owner = owner
			want = append(want, m)
			if r.has(7) {
				m.Owner = Owner{} // a record inside its owner's need not repeat who that is
			}
			nested = append(nested, r.communication(m))
		}
		spelled := spellings[owner.Kind]
		record := r.object(map[string]any{spelled.idKey: r.id(owner.ID), spelled.externalKey: r.text(owner.ExternalID)})
		if listed {
			record[r.key("communications")] = nested
		}
		body := r.envelope(t, record)
		fields, err := received(http.StatusOK, body).record()
		if err != nil {
			t.Fatal(err)
		}
		found, err := parseOwner(fields, owner.Kind)
		if err != nil || found != owner {
			t.Fatalf("%s is %+v (%v), want %+v", body, found, err, owner)
		}
		got, err := parseList(fields, owner)
		if (err == nil) != listed || listed && !reflect.DeepEqual(got, want) {
			t.Fatalf("%s lists %+v (%v), want %+v", body, got, err, want)
		}
	})
}

// FuzzTypes: a look-up reads as it was written; a row that lacks something
// makes the whole unreadable.
func FuzzTypes(f *testing.F) {
	f.Add(byte(0), int32(1), "Email", int32(2), "Phone")
	f.Add(byte(0xff), int32(901), "E-Mail (primary)", int32(4), `"`)
	f.Add(byte(4), int32(0), "", int32(0), "0")
	f.Fuzz(func(t *testing.T, form byte, id int32, name string, otherID int32, otherName string) {
		r := rendering(form)
		want := []Type{{int64(id), strings.ToValidUTF8(name, "?")}, {int64(otherID), strings.ToValidUTF8(otherName, "?")}}
		rows := []any{}
		complete := true
		for _, one := range want {
			rows = append(rows, r.object(map[string]any{"id": r.id(one.ID), "value": r.text(one.Name)}))
			complete = complete && one.ID != 0 && one.Name != ""
		}
		data, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseTypes(data)
		if (err == nil) != complete || complete && !slices.Equal(got, want) {
			t.Fatalf("%s lists %+v (%v), want %+v", data, got, err, want)
		}
	})
}

// FuzzTokens: a pair of tokens reads as it was written, whatever it is.
func FuzzTokens(f *testing.F) {
	f.Add(byte(0), 200, "a.b.c", "refresh")
	f.Add(byte(0xff), 200, "0", "")
	f.Add(byte(8), 401, "a.b.c", "refresh")
	f.Fuzz(func(t *testing.T, form byte, status int, access, refresh string) {
		r := rendering(form)
		access, refresh = strings.ToValidUTF8(access, "?"), strings.ToValidUTF8(refresh, "?")
		body, err := json.Marshal(r.object(map[string]any{"accessToken": r.text(access), "refreshToken": r.text(refresh)}))
		if err != nil {
			t.Fatal(err)
		}
		gotAccess, gotRefresh, ok := received(status, body).tokens()
		usable := status >= 200 && status < 300 && access != ""
		if ok != usable || usable && (gotAccess != access || gotRefresh != refresh) {
			t.Fatalf("%d %s is the pair %q, %q (%v)", status, body, gotAccess, gotRefresh, ok)
		}
	})
}

// FuzzExpiry: the end of a token is the one it claims, or none; a time that no
// calendar has is none.
func FuzzExpiry(f *testing.F) {
	for _, claims := range []string{
		`{"exp":1700000000}`, `{"exp":1700000000.9}`, `{"exp":1e300}`, `{"exp":-1}`, `{"exp":9223372036854775807}`, `{"exp":"1700000000"}`, `{"exp":null}`, `[]`, `{"exp":253402300800}`,
	} {
		f.Add([]byte(claims), "e30", "c2ln", byte(0))
		f.Add([]byte(claims), "", "", byte(1))
	}
	f.Fuzz(func(t *testing.T, claims []byte, header, signature string, form byte) {
		encoding := base64.RawURLEncoding
		if form%2 == 1 {
			encoding = base64.URLEncoding
		}
		at := expiry(header + "." + encoding.EncodeToString(claims) + "." + signature)
		if at.IsZero() {
			return
		}
		var claimed map[string]any
		decoder := json.NewDecoder(bytes.NewReader(claims))
		decoder.UseNumber()
		if err := decoder.Decode(&claimed); err != nil {
			t.Fatalf("%s, which is no JSON, ends at %s", claims, at)
		}
		if at.Before(time.Unix(0, 0)) || at.Year() > 9999 {
			t.Fatalf("%s ends at %s", claims, at)
		}
		known := false
		for key := range maps.Keys(claimed) {
			if number, isNumber := claimed[key].(json.Number); isNumber && strings.EqualFold(key, "exp") {
				seconds, err := number.Float64()
				known = known || err == nil && int64(seconds) == at.Unix()
			}
		}
		if !known {
			t.Fatalf("%s ends at %s", claims, at)
		}
	})
}
