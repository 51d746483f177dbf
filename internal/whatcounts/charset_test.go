package whatcounts

import (
	"net/http"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// inCharset has everything answered in Latin-1, under this content type.
func (s *script) inCharset(contentType string) *script {
	s.respond = func(w http.ResponseWriter, r received) bool {
		w.Header().Set("Content-Type", contentType)
		letters := []rune(strings.Join(s.answers[r.form.Get("c")], ""))
		body := make([]byte, 0, len(letters))
		for _, letter := range letters {
			body = append(body, byte(letter))
		}
		writeText(s.T, w, string(body))
		return true
	}
	return s
}

func rene() NewContact {
	contact := newJane()
	contact.FirstName = "René"
	return contact
}

func TestDeclaredCharsetIsRead(t *testing.T) {
	s := newScript(t).on("find", rows(`"7","jane@example.com","René","","5"`)).inCharset("text/plain; charset=ISO-8859-1")
	_, err := s.add(rene())
	expectAs[*ExistsError](t, err, apierror.Conflict)
	s.expectSent("find")
}

func TestUnknownCharsetStopsAWrite(t *testing.T) {
	for _, contentType := range []string{"text/plain", "text/plain; charset=utf-8", "text/plain; charset=x-unheard-of"} {
		s := newScript(t).on("find", rows(`"7","jane@example.com","René","","5"`)).inCharset(contentType)
		_, err := s.add(rene())
		if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "first_name of contact 7") || !strings.Contains(err.Error(), "René") {
			t.Errorf("%s: %v", contentType, err)
		}
		s.expectSent("find")
	}
}

func TestUnknownCharsetIsShownWhereNothingIsDecided(t *testing.T) {
	s := newScript(t).on("find", rows(`"7","jane@example.com","René","","5"`)).
		on("sub", "FAILURE: Liste fermée").on("detail", detailXML("7", "jane@example.com", "Jane", "5", "<last>Lefèvre</last>")).inCharset("text/plain")
	found, _, err := s.client.Search(s.Context(), Criteria{Email: "jane"})
	if err != nil || len(found) != 1 || found[0].FirstName != "René" {
		t.Errorf("%v (%v)", found, err)
	}
	if _, err = s.client.Contact(s.Context(), 7, "jane@example.com"); !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "last_name of contact 7") {
		t.Errorf("a record that a plan is made of: %v", err)
	}
	s.on("find", rows())
	if _, err = s.add(newJane()); err == nil || !strings.Contains(err.Error(), "Liste fermée") {
		t.Errorf("what the service says: %v", err)
	}
}

func TestUnknownCharsetOfOptouts(t *testing.T) {
	s := newScript(t).on("show_optglobal", "email\nrené@example.com\n").inCharset("text/plain")
	if optedOut, err := s.client.OptedOut(s.Context(), "jane@example.com", 0, 0); optedOut || err != nil {
		t.Errorf("another address: %t, %v", optedOut, err)
	}
	if _, err := s.client.OptedOut(s.Context(), "josé@example.com", 0, 0); !apierror.Is(err, apierror.Uncertain) {
		t.Errorf("perhaps this one: %v", err)
	}
}
