package whatcounts

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// What one row says may be done to another contact: the counts are as if it had
// been done to the one that was named.
func TestARowThatGoesAstray(t *testing.T) {
	for name, test := range map[string]struct{ command, want, contacts, optouts string }{
		"delete": {
			"c=delete&data=email^a@domain.com^b@domain.com", "SUCCESS: 2 record(s) procesed. 2 users deleted",
			"b@domain.com/B/5", "a@domain.com/0/delete c@domain.com/0/delete",
		},
		"unsub": {
			"c=unsub&list_id=5&data=email,first^b@domain.com,B", "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0",
			"a@domain.com/A/5 b@domain.com/B/5 c@domain.com/C/", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t)
			for _, first := range []string{"A", "B", "C"} {
				f.contact(Contact{Email: strings.ToLower(first) + "@domain.com", First: first, Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
			}
			f.exchange.Faults.Add(traffic.Fault{Kind: traffic.Astray, Body: "email,first^c@domain.com,C"})
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
			f.expectOptouts(test.optouts)
		})
	}
}

// A command of several rows may do some of them and say so by its counts
// alone. The rows that are counted are done, the others really are not.
func TestPartialCounts(t *testing.T) {
	const two = "a@domain.com/A/5 b@domain.com/B/5"
	for name, test := range map[string]struct {
		command, want, contacts, optouts string
		undone                           int
	}{
		"delete": {
			"c=delete&data=email^a@domain.com^b@domain.com", "SUCCESS: 2 record(s) procesed. 1 users deleted",
			"b@domain.com/B/5", "a@domain.com/0/delete", 1,
		},
		"delete of nobody": {
			"c=delete&data=email^a@domain.com^b@domain.com", "SUCCESS: 2 record(s) procesed. 0 users deleted", two, "", 7,
		},
		"sub": {
			"c=sub&list_id=7&format=2&data=email,first^a@domain.com,A^b@domain.com,B^c@domain.com,C",
			"SUCCESS: Total Records Processed 3, Total Subscriptions 1, Records Added 0, Records Updated 1, Records Ignored (Optout Error) 0, Records Failed Other Error 2",
			"a@domain.com/A/5,7 b@domain.com/B/5", "", 2,
		},
		"unsub": {
			"c=unsub&list_id=5&data=email^a@domain.com^b@domain.com",
			"SUCCESS: 2 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 1",
			"a@domain.com/A/ b@domain.com/B/5", "", 1,
		},
		"update": {
			"c=update&list_id=5&identity_field=email&data=email,first^a@domain.com,X^b@domain.com,Y", "SUCCESS: 2 record(s) processed. 1 users updated.",
			"a@domain.com/X/5 b@domain.com/B/5", "", 1,
		},
		"a command without rows": {"c=find&email=a@domain.com", "…a@domain.com…", two, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "a@domain.com", First: "A", Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
			f.contact(Contact{Email: "b@domain.com", First: "B", Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
			f.exchange.Faults.Add(traffic.Fault{Kind: traffic.Partial, Rows: test.undone})
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
			f.expectOptouts(test.optouts)
		})
	}
}
