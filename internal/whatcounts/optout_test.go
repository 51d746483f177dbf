package whatcounts

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestOptoutsAreReadInEveryKnownDress(t *testing.T) {
	for name, answer := range map[string]string{
		"quoted":          "\"Email\"\n\"Jane.Doe@mydomain.com\"\n\"john@mydomain.com\"\n",
		"bare":            "Email\r\nJane.Doe@mydomain.com\r\njohn@mydomain.com",
		"byte order mark": "\ufeff\"Email\"\r\n\"Jane.Doe@mydomain.com\"\r\n\"john@mydomain.com\"\r\n",
		"keys":            "\"customer_key\",\"Email\"\n\"K,1\",\"Jane.Doe@mydomain.com\"\n\"\",\"john@mydomain.com\"\n",
		"no headings":     "Jane.Doe@mydomain.com\njohn@mydomain.com\n",
		"twice":           "\"Email\"\n\"Jane.Doe@mydomain.com\"\n\"john@mydomain.com\"\n\"JOHN@mydomain.com\"\n",
	} {
		s := newScript(t).on("show_opt", answer)
		for email, want := range map[string]bool{"jane.doe@MYDOMAIN.com": true, "john@mydomain.com": true, "jim@mydomain.com": false} {
			if got, err := s.client.OptedOut(t.Context(), email, 5, 30); err != nil || got != want {
				t.Errorf("%s: %s is %t (%v)", name, email, got, err)
			}
		}
		if s.sent() != "show_opt" {
			t.Errorf("%s: sent %s", name, s.sent())
		}
	}
	for _, answer := range []string{"", "\n", "\"Email\"\n"} {
		s := newScript(t).on("show_optglobal", answer)
		if got, err := s.client.OptedOut(t.Context(), "jane@example.com", 0, 30); err != nil || got {
			t.Errorf("%q: %t (%v)", answer, got, err)
		}
	}
	for _, answer := range []string{"FAILURE: bad list", "SUCCESS", "<html></html>", "\"Email\"\nnobody\n", "who\n", "\"Email\"\n\"jane@example.com"} {
		s := newScript(t).on("show_opt", answer)
		if got, err := s.client.OptedOut(t.Context(), "jane@example.com", 5, 30); err == nil || got {
			t.Errorf("%q: %t (%v), want an error", answer, got, err)
		}
	}
}

func TestEachOptoutQueryIsSentOnceForAllCallers(t *testing.T) {
	var answer strings.Builder
	answer.WriteString("\"Email\"\n")
	for i := range 1000 {
		fmt.Fprintf(&answer, "\"user%d@example.com\"\n", i)
	}
	s := newScript(t).on("show_opt", answer.String()).on("show_optglobal", answer.String())
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			for list := range int64(2) {
				got, err := s.client.OptedOut(t.Context(), fmt.Sprintf("User%d@example.com", i*20), list*5, 30)
				if err != nil || got != (i*20 < 1000) {
					t.Errorf("user %d: %t (%v)", i*20, got, err)
				}
			}
		})
	}
	group.Wait()
	if s.count("show_opt") != 1 || s.count("show_optglobal") != 1 {
		t.Errorf("sent %s", s.sent())
	}
	s.on("delete", "SUCCESS: 1 record(s) procesed. 1 users deleted").on("detail", absent("12"))
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity}).Err; err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.OptedOut(t.Context(), "jane@example.com", 5, 30); err != nil || s.count("show_opt") != 2 {
		t.Errorf("after a delete the opt-outs were asked for %d times (%v)", s.count("show_opt"), err)
	}
}

func TestEverIsAskedForInSmallerPiecesAfterARefusal(t *testing.T) {
	s := newScript(t).on("show_opt", "FAILURE: days out of range", "\"Email\"\n\"jane@example.com\"\n")
	if got, err := s.client.OptedOut(t.Context(), "jane@example.com", 5, 0); err != nil || !got {
		t.Errorf("%t (%v)", got, err)
	}
	if days := s.last("show_opt").form.Get("days"); s.count("show_opt") != 2 || days != "3650" {
		t.Errorf("%d requests, the last for %s days", s.count("show_opt"), days)
	}
	s = newScript(t).on("show_opt", "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm")
	if _, err := s.client.OptedOut(t.Context(), "jane@example.com", 55, 30); !apierror.Is(err, apierror.Refused) || s.count("show_opt") != 1 {
		t.Errorf("a bad list: %v after %s", err, s.sent())
	}
}

func TestAStreamThatIsCutOffIsNoAnswer(t *testing.T) {
	s := newScript(t).on("show_opt", "\"Email\"\n\"jane@example.com\"\n")
	broken := 1
	s.respond = func(w http.ResponseWriter, r received) bool {
		if broken == 0 {
			return false
		}
		broken--
		w.Header().Set("Content-Length", "100000")
		writeText(t, w, "\"Email\"\n"+strings.Repeat("\"jane@example.com\"\n", 500))
		return true
	}
	var seen []string
	err := s.client.EachOptout(t.Context(), 5, 30, func(email string) error { seen = append(seen, email); return nil })
	if !apierror.Is(err, apierror.Uncertain) || len(seen) == 0 {
		t.Errorf("%d addresses, %v", len(seen), err)
	}
	broken = 1
	if got, err := s.client.OptedOut(t.Context(), "jane@example.com", 5, 30); err != nil || !got {
		t.Errorf("the query was not repeated: %t (%v)", got, err)
	}
	broken = 9
	if _, err := s.client.OptedOut(t.Context(), "jane@example.com", 5, 31); !apierror.Is(err, apierror.Uncertain) {
		t.Errorf("a query that is always cut off: %v", err)
	}
}

func TestYieldEndsTheStream(t *testing.T) {
	s := newScript(t).on("show_optglobal", "\"Email\"\n\"a@example.com\"\n\"b@example.com\"\n")
	enough := errors.New("enough")
	var seen []string
	err := s.client.EachOptout(t.Context(), 0, 30, func(email string) error { seen = append(seen, email); return enough })
	if !errors.Is(err, enough) || apierror.Of(err) != 0 || !slices.Equal(seen, []string{"a@example.com"}) {
		t.Errorf("%v, %v", seen, err)
	}
	ofCaller := refused("writing", enough, "")
	if err := s.client.EachOptout(t.Context(), 0, 0, func(string) error { return ofCaller }); !errors.Is(err, ofCaller) || s.count("show_optglobal") != 2 {
		t.Errorf("%v after %s", err, s.sent())
	}
	if err := s.client.EachOptout(t.Context(), -1, 30, nil); !apierror.Is(err, apierror.Invalid) {
		t.Errorf("list -1: %v", err)
	}
}

func TestManyOptoutsTakeLittleMemory(t *testing.T) {
	const many = 50_000
	s := newScript(t)
	s.respond = func(w http.ResponseWriter, r received) bool {
		writeText(t, w, "\"Email\"\n")
		var page strings.Builder
		for i := range many {
			fmt.Fprintf(&page, "\"user%d@a-rather-long-domain.example.com\"\n", i)
			if page.Len() > 32<<10 {
				writeText(t, w, page.String())
				page.Reset()
			}
		}
		writeText(t, w, page.String())
		return true
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, err := s.client.OptedOut(t.Context(), fmt.Sprintf("user%d@a-rather-long-domain.example.com", many-1), 0, 30)
	if err != nil || !got {
		t.Fatalf("%t (%v)", got, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 50*many {
		t.Errorf("%d opt-outs keep %d bytes", many, kept)
	}
}

// Every address is found in whichever piece it stands, and no other one.
func TestAddressSet(t *testing.T) {
	const many = 3*largestPiece + 1
	var set addressSet
	if set.sorted().contain(hashOf("user0@example.com")) {
		t.Error("an empty set holds an address")
	}
	for i := range many {
		set = set.with(hashOf(fmt.Sprintf("User%d@example.com", i)))
	}
	set = set.sorted()
	if len(set) < 4 {
		t.Fatalf("the set has %d pieces", len(set))
	}
	for i := range many {
		if !set.contain(hashOf(fmt.Sprintf(" user%d@Example.com", i))) {
			t.Fatalf("number %d is not found", i)
		}
	}
	if set.contain(hashOf(fmt.Sprintf("user%d@example.com", many))) {
		t.Error("an address that was never added is found")
	}
}
