package whatcounts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// crowd puts contacts on list 5, ids from 1001.
func (s *simulated) crowd(count int) {
	s.Helper()
	for i := range count {
		_, err := s.service.AddContact(s.realm, simulator.Contact{
			Email: fmt.Sprintf("user%d@example.com", i), First: "U", Fields: map[string]string{"last": fmt.Sprint(i)},
			Subscriptions: []simulator.Subscription{{ListID: 5, Format: 2}},
		})
		if err != nil {
			s.Fatal(err)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"", "wc-headings-quoted", "wc-headings-alone"} {
		for count, requests := range map[int]int{0: 1, 1: 1, 249: 1, 250: 2, 251: 2, 1200: 5} {
			t.Run(fmt.Sprint(count, dialect), func(t *testing.T) {
				t.Parallel()
				s := newSimulated(t, "plain", strings.Fields(dialect)...)
				s.crowd(count)
				var ids []int64
				for member, err := range s.client.Members(t.Context(), 5) {
					if err != nil {
						t.Fatal(err)
					}
					ids = append(ids, member.SubscriberID)
					if number := member.SubscriberID - 1001; member.Email != fmt.Sprintf("user%d@example.com", number) || member.FirstName != "U" || member.LastName != fmt.Sprint(number) {
						t.Errorf("member %+v", member)
					}
				}
				if len(ids) != count || !slices.IsSorted(ids) || len(slices.Compact(ids)) != count {
					t.Errorf("%d members", len(ids))
				}
				if got := s.exchange.Log.Count("rpt_subscribers_in_list"); got != requests {
					t.Errorf("%d requests, not %d", got, requests)
				}
			})
		}
	}
}

func TestMembersStopsWhereItsCallerDoes(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	s.crowd(600)
	taken := 0
	for _, err := range s.client.Members(t.Context(), 5) {
		if err != nil {
			t.Fatal(err)
		}
		if taken++; taken == 250 {
			break
		}
	}
	if got := s.exchange.Log.Count("rpt_subscribers_in_list"); got != 1 {
		t.Errorf("%d requests for one page", got)
	}
}

func TestMembersFails(t *testing.T) {
	t.Parallel()
	var full strings.Builder
	for i := range pageRows {
		fmt.Fprintf(&full, "\"%d\",\"user%d@example.com\",\"\",\"\",\"\"\n", i+1, i)
	}
	const headings = "subscriber_id,email,first_name,last_name,created_date\n"
	for name, test := range map[string]struct {
		answer string
		list   int64
		before int // members that come before the error
		kind   apierror.Kind
		reason string
	}{
		"no list":                  {"", 0, 0, apierror.Invalid, "no list 0"},
		"unknown list":             {"FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm", 4, 0, apierror.Refused, "looking up list ids"},
		"offset is ignored":        {headings + full.String(), 5, pageRows, apierror.Uncertain, "repeats"},
		"a row that is no contact": {headings + "\"1\",\"user@example.com\",\"\",\"\",\"\"\n\"x\",\"\",\"\",\"\",\"\"\n", 5, 0, apierror.Uncertain, "cannot be read"},
		"a web page":               {"<html>maintenance</html>", 5, 0, apierror.Uncertain, "web page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t).on("rpt_subscribers_in_list", test.answer)
			members, last := 0, error(nil)
			for _, err := range s.client.Members(t.Context(), test.list) {
				if last = err; err == nil {
					members++
				}
			}
			if members != test.before || !apierror.Is(last, test.kind) || !strings.Contains(last.Error(), test.reason) {
				t.Errorf("%d members, then %v", members, last)
			}
		})
	}
}

// What was read is remembered within a run, and asked for again in the next.
func TestForget(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	for run := 1; run <= 2; run++ {
		for range 2 {
			_, listsErr := s.client.Lists(t.Context())
			_, optoutErr := s.client.OptedOut(t.Context(), "jane@example.com", 0, 0)
			if err := errors.Join(listsErr, optoutErr); err != nil {
				t.Fatal(err)
			}
		}
		for _, command := range []string{"show_lists", "show_optglobal"} {
			if got := s.exchange.Log.Count(command); got != run {
				t.Errorf("%s: %d requests in %d runs", command, got, run)
			}
		}
		s.client.Forget()
	}
}
