package whatcounts

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestRealmSettings(t *testing.T) {
	for answer, want := range map[string]RealmSettings{
		"\"realm_id\",\"use_customer_key\",\"enable_relational_database\"\n\"1\",\"N\",\"Y\"\n": {ID: "1", RelationalDatabase: true, Known: true},
		"realm_id,use_customer_key,enable_relational_database\n1,Y,N\n":                         {ID: "1", CustomerKeys: true, Known: true},
		"\"1\",\"y\",\"N\"\n": {ID: "1", CustomerKeys: true, Known: true},
		"<DATA><Data><realm_id>1</realm_id><use_customer_key>Y</use_customer_key><enable_relational_database>N</enable_relational_database></Data></DATA>": {ID: "1", CustomerKeys: true, Known: true},
		"FAILURE: Unknown command": {},
		"":                         {},
	} {
		s := newScript(t).on("getrealmsettings", answer)
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if got, err := s.client.Realm(t.Context()); err != nil || got != want {
					t.Errorf("%q: %+v (%v)", answer, got, err)
				}
			})
		}
		group.Wait()
		if known, told := s.client.KnownRealm(); told != want.Known || known != want {
			t.Errorf("%q: known is %+v (%t)", answer, known, told)
		}
		if s.count("getrealmsettings") != 1 {
			t.Errorf("%q: asked %d times", answer, s.count("getrealmsettings"))
		}
	}
	for _, answer := range []string{"SUCCESS", "<html></html>", "<data>", "\"realm_id\",\"use_customer_key\"\n\"1\",\"perhaps\"\n", "hello"} {
		s := newScript(t).on("getrealmsettings", answer)
		if got, err := s.client.Realm(t.Context()); err == nil {
			t.Errorf("%q: %+v", answer, got)
		}
	}
}

func TestACustomerKeyBelongsToItsRealm(t *testing.T) {
	keyed := newJane()
	keyed.CustomerKey = "K-1"
	for answer, contact := range map[string]NewContact{
		"1,N,Y": keyed, "1,Y,Y": newJane(), "FAILURE: Unknown command": keyed,
	} {
		s := newScript(t).on("getrealmsettings", answer)
		_, err := s.add(contact)
		if !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), "customer_key") || s.sent() != "" {
			t.Errorf("%s: %v after %s", answer, err, s.sent())
		}
	}
}

func TestLists(t *testing.T) {
	want := []List{{5, "News", `Weekly "news", short`}, {7, "Offers", ""}}
	for _, answer := range []string{
		"\"List Number\",\"List Name\",\"List Description\",\"Folder ID\"\n\"5\",\"News\",\"Weekly \"\"news\"\", short\",\"2\"\n\"7\",\"Offers\",\"\",\"0\"\n",
		"id,name,description\n5,News,\"Weekly \"\"news\"\", short\"\n7,Offers,\n",
		"5,News,\"Weekly \"\"news\"\", short\"\n7,Offers,\n",
	} {
		s := newScript(t).on("show_lists", answer)
		if got, err := s.client.Lists(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %+v (%v)", answer, got, err)
		}
	}
}

// All callers want the lists, and the service is asked once; and what one caller
// does to them is nobody else's business.
func TestListsAreAskedForOnce(t *testing.T) {
	s := newScript(t).on("show_lists", "id,name,description\n5,News,\n7,Offers,\n")
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			got, err := s.client.Lists(t.Context())
			if err != nil || len(got) != 2 || got[0].ID != 5 {
				t.Errorf("%+v (%v)", got, err)
			}
			slices.Reverse(got)
		})
	}
	group.Wait()
	if s.count("show_lists") != 1 {
		t.Errorf("sent %s", s.sent())
	}
}
