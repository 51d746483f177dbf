package seveng

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// FuzzServe: no request makes the service panic, under any dialect; every
// answer with a body is JSON, and no record appears without a token.
func FuzzServe(f *testing.F) {
	for _, body := range []string{
		`{"communicationID":0,"externalCommunicationId":"E-1","communicationTypeID":1,"name":"a@b.c","bizEntityID":42}`, `{"communicationID":501,"name":"x","communicationTypeID":"2","personID":7}`,
		`{"username":"u","password":"p"}`, `{"refreshToken":"x"}`, `{"bizEntityID":42,"communications":[{"communicationID":501},{}]}`, `{"Name":1,"name":2}`, "null", "[]", "", "{", `{"communicationID":1e99}`,
	} {
		for path := range endpoints {
			f.Add(byte(1), path, "CommunicationID=501&PersonID=7&Name=info", body, byte(0), true)
			f.Add(byte(2), strings.ToUpper(path), "ExternalCommunicationId=E-1&bizentityid=42", body, byte(17), true)
		}
	}
	f.Add(byte(3), "/communication", "CommunicationID=501", "", byte(3), false)
	f.Add(byte(0), "/bizentity", "BizEntityID=42&PageSize=-1&PageNumber=0", "", byte(5), true)
	f.Fuzz(func(t *testing.T, method byte, path, query, body string, dialect byte, authorised bool) {
		if _, err := url.ParseRequestURI("/" + strings.TrimLeft(path, "/") + "?" + query); err != nil || !strings.HasPrefix(path, "/") || strings.ContainsAny(path+query, " \x00\r\n\t?#%") {
			return // no client sends such a line
		}
		s := New(&traffic.Exchange{})
		if err := s.Restore(Snapshot{
			Users: []User{{Name: "u", Password: "p"}}, Types: DefaultTypes(),
			Owners:         []Owner{{Kind: BizEntity, ID: 42, ExternalID: "BE-1"}, {Kind: Person, ID: 7}},
			Communications: []Communication{{ID: 501, ExternalID: "E-1", TypeID: 1, Name: "a@b.c", Owner: OwnerKey{Kind: BizEntity, ID: 42}}},
		}); err != nil {
			t.Fatal(err)
		}
		all := Dialects()
		if err := s.Set(all[int(dialect)%len(all)].Name); err != nil {
			t.Fatal(err)
		}
		serve := func(method, target, body, token string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, target, strings.NewReader(body))
			r.Header.Set("Version", "2.0")
			r.Header.Set("Content-Type", "application/json")
			if token != "" {
				r.Header.Set("Authorization", token)
			}
			answer := httptest.NewRecorder()
			s.ServeHTTP(answer, r)
			return answer
		}
		token := ""
		if authorised {
			var issued struct{ AccessToken string }
			if err := json.Unmarshal(serve(http.MethodPost, "/User/Login", `{"username":"u","password":"p"}`, "").Body.Bytes(), &issued); err != nil {
				t.Fatal(err)
			}
			token = issued.AccessToken
		}
		before := s.Communications()
		answer := serve([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}[method%4], path+"?"+query, body, token)
		if answer.Body.Len() > 0 && !json.Valid(answer.Body.Bytes()) {
			t.Fatalf("%d %q", answer.Code, answer.Body)
		}
		if !authorised && (strings.Contains(answer.Body.String(), "a@b.c") && !strings.Contains(body+query, "a@b.c") || !slices.Equal(before, s.Communications())) {
			t.Fatalf("without a token, %s is answered %q", path, answer.Body)
		}
	})
}
