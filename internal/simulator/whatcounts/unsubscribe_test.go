package whatcounts

import "testing"

func TestUnsubscribe(t *testing.T) {
	both := []Subscription{{ListID: 5, Format: 2}, {ListID: 7, Format: 2}}
	const unknownList = "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm"
	for _, test := range []struct {
		name, command, want, contacts, optouts string
	}{
		{
			name: "one list", command: "c=unsub&list_id=5&data=email,first^jane@domain.com,Jane",
			want:     "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/7 jane@domain.com/JD/5,7",
		},
		{
			name: "one list with an opt-out", command: "c=unsubscribe&list_id=5&optout=1&data=email,first^jane@domain.com,Jane",
			want:     "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/7 jane@domain.com/JD/5,7", optouts: "jane@domain.com/5/unsub",
		},
		{
			name: "another name for optout is ignored", command: "c=unsub&list_id=5&force_optout=1&data=email,first^jane@domain.com,Jane",
			want:     "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/7 jane@domain.com/JD/5,7",
		},
		{
			name: "all lists", command: "c=unsub&list_id=0&optout=1&data=email,first^jane@domain.com,Jane",
			want:     "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 0 (1 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/ jane@domain.com/JD/5,7", optouts: "jane@domain.com/0/unsub",
		},
		{
			name: "address alone", command: "c=unsub&list_id=5&data=email^JANE@domain.com",
			want:     "SUCCESS: 1 record(s) processed. 2 users unsubscribed from list(s) 5 (2 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/7 jane@domain.com/JD/7",
		},
		{
			name: "not subscribed", command: "c=unsub&list_id=9&data=email^jane@domain.com",
			want:     "SUCCESS: 1 record(s) processed. 0 users unsubscribed from list(s) 9 (0 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/5,7 jane@domain.com/JD/5,7",
		},
		{
			name: "no such contact", command: "c=unsub&list_id=5&optout=1&data=email^nobody@domain.com",
			want:     "SUCCESS: 1 record(s) processed. 0 users unsubscribed from list(s) 5 (0 total contacts), Records Failed Other Error 0",
			contacts: "jane@domain.com/Jane/5,7 jane@domain.com/JD/5,7",
		},
		{
			name: "row without a field", command: "c=unsub&list_id=5&data=email,first^jane@domain.com",
			want:     "FAILURE: 1 record(s) processed. 0 users unsubscribed from list(s) 5 (0 total contacts), Records Failed Other Error 1",
			contacts: "jane@domain.com/Jane/5,7 jane@domain.com/JD/5,7",
		},
		{name: "all lists without optout", command: "c=unsub&list_id=0&data=email^jane@domain.com", want: unknownList, contacts: "jane@domain.com/Jane/5,7 jane@domain.com/JD/5,7"},
		{name: "no list", command: "c=unsub&optout=1&data=email^jane@domain.com", want: unknownList, contacts: "jane@domain.com/Jane/5,7 jane@domain.com/JD/5,7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "jane@domain.com", First: "Jane", Subscriptions: both})
			f.contact(Contact{Email: "jane@domain.com", First: "JD", Subscriptions: both})
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
			f.expectOptouts(test.optouts)
		})
	}
}
