package whatcounts

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	service "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// readings are the ways in which the service may read data: bit by bit of a
// fuzzed number.
var readings = []string{"wc-data-quotes-literal", "wc-data-line-feed-separates", "wc-data-trimmed", "wc-data-empty-keeps", "wc-email-lower-case", "wc-data-empty-first-any"}

// written is the data that carries these contacts: one argument for all that
// have the same columns, as a shared command has it.
func written(contacts ...[]cell) ([]string, error) {
	var groups [][]record
	for _, cells := range contacts {
		row, err := encode(cells)
		if err != nil {
			return nil, err
		}
		if last := len(groups) - 1; last >= 0 && groups[last][0].names == row.names {
			groups[last] = append(groups[last], row)
			continue
		}
		groups = append(groups, []record{row})
	}
	var arguments []string
	for _, group := range groups {
		arguments = append(arguments, dataOf(group).value)
	}
	return arguments, nil
}

// world is a realm of the simulator, which decodes data by a decoder of its
// own, and the contacts that no command is about.
type world struct {
	*testing.T
	service *service.Service
	others  []service.Contact
}

const worldRealm = "demo"

func newWorld(t *testing.T, keyed bool, reading byte) *world {
	t.Helper()
	exchange := &traffic.Exchange{}
	w := &world{T: t, service: service.New(exchange, service.Realm{
		Name: worldRealm, Password: "p", CustomerKeys: keyed, Lists: []service.List{{ID: 5, Name: "News"}}, CustomFields: []string{"a", "b", "c"},
	})}
	for bit, name := range readings {
		if reading>>bit&1 == 1 {
			if err := w.service.Set(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for number, other := range []service.Contact{
		{Email: "victim@example.com", First: "Victim", Fields: map[string]string{"last": "Doe"}, Custom: map[string]string{"a": "1"}},
		{Email: "victim@example.com", First: "Jane"},
		{Email: "jane@example.com"},
	} {
		if keyed {
			other.First, other.CustomerKey = "", "other-"+string(rune('0'+number))
		}
		other.Subscriptions = []service.Subscription{{ListID: 5, Format: 2}}
		added, err := w.service.AddContact(worldRealm, other)
		if err != nil {
			t.Fatal(err)
		}
		w.others = append(w.others, added)
	}
	return w
}

// send is one command.
func (w *world) send(command, data string) {
	w.Helper()
	form := url.Values{"r": {worldRealm}, "p": {"p"}, "c": {command}, "data": {data}, "list_id": {"5"}, "format": {"2"}, "force_sub": {"1"}}
	r := httptest.NewRequest(http.MethodPost, service.ServletPath, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.service.ServeHTTP(httptest.NewRecorder(), r)
}

// added are the contacts beside the others, of which every one must be there
// and as it was.
func (w *world) added(after string) []service.Contact {
	w.Helper()
	held := w.service.Contacts(worldRealm)
	if len(held) < len(w.others) || !reflect.DeepEqual(held[:len(w.others)], w.others) {
		w.Fatalf("%q touched somebody else: %+v", after, held)
	}
	return held[len(w.others):]
}

// isStored reports whether a contact is the one that the columns describe.
func isStored(found service.Contact, columns []cell, reading byte) bool {
	same := func(got, sent string) bool {
		// What the service makes of blanks and quotes the client finds by reading
		// back; it must not spread to another cell.
		if reading>>2&1 == 1 {
			sent = strings.TrimSpace(sent)
		}
		quoted := `"` + strings.ReplaceAll(sent, `"`, `\"`) + `"`
		return got == sent || reading&1 == 1 && got == quoted
	}
	for _, col := range columns {
		switch {
		case col.name == "email" && !strings.EqualFold(found.Email, col.value),
			col.name == "first" && found.First != col.value,
			col.name == "customer_key" && found.CustomerKey != col.value,
			strings.HasPrefix(col.name, CustomPrefix) && !same(found.Custom[strings.TrimPrefix(col.name, CustomPrefix)], col.value),
			!isIdentity(col.name) && !strings.HasPrefix(col.name, CustomPrefix) && !same(found.Fields[col.name], col.value):
			return false
		}
	}
	return true
}

// FuzzData sends what the encoder writes to the simulator's own decoder, under
// every reading of the documentation: a subscribe and a delete reach exactly
// the contact that the columns name, with the values that they have, or nobody.
func FuzzData(f *testing.F) {
	f.Add(byte(0), false, "new@example.com", "New", "k", "Doe", "gold", "second@example.com", "Two", "k2", `The "Best", Ltd`)
	f.Add(byte(0xff), true, "new@example.com", "New", "k", " Doe ", "", "new@example.com", "New", "k2", `a\b`)
	f.Add(byte(1), false, "a@b.c", "x^victim@example.com,Victim", "k", "^victim@example.com,Victim", "x", "a@b.c", "", "", "\nvictim@example.com,Victim")
	f.Add(byte(2), false, "a@b.c", "", "k", "\nvictim@example.com,Victim,,", "x\r\nvictim@example.com", "b@b.c", "Two", "", "\u0085victim@example.com")
	f.Add(byte(1), false, "a@b.c,first", `"`, `\`, `",victim@example.com,"`, `\`, "b@b.c", `J\`, "", `a\",b`)
	f.Add(byte(4), false, " victim@example.com", "Victim ", "k", "\u00a0", "\u2028", "victim@example.com\t", "", "", "\x00")
	f.Add(byte(4), true, "victim@example.com", "Victim", "other-0 ", `,`, `"`, "victim@example.com", "", "other-1", `","`)
	f.Add(byte(0x20), false, "jane@example.com", "", "", "", "", "JANE@example.com", "Joan", "", "")
	f.Add(byte(0), false, "", "", "", "", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, reading byte, keyed bool, email, first, key, last, custom, email2, first2, key2, last2 string) {
		w := newWorld(t, keyed, reading)
		records := [][]cell{
			append(Identity{0, email, first, key}.columns(keyed), cell{"last", last}, cell{CustomPrefix + "a", custom}),
			append(Identity{0, email2, first2, key2}.columns(keyed), cell{"last", last2}, cell{CustomPrefix + "a", custom}),
		}
		for _, record := range records {
			for _, other := range w.others {
				if strings.EqualFold(record[0].value, other.Email) {
					return // these would be about one of the others
				}
			}
		}
		arguments, err := written(records...)
		if err != nil {
			if !apierror.Is(err, apierror.Invalid) {
				t.Fatalf("refused as %v", err)
			}
			return
		}
		for _, data := range arguments {
			w.send("sub", data)
			if held := w.added(data); len(held) > len(records) {
				t.Fatalf("%q added %+v", arguments, held)
			}
		}
		held := w.added("sub")
		for _, contact := range held {
			if !isStored(contact, records[0], reading) && !isStored(contact, records[1], reading) && !strings.EqualFold(email, email2) {
				t.Fatalf("%q is stored as %+v", arguments, contact)
			}
		}
		for _, record := range records {
			identity := record[:len(record)-2]
			deletes, err := written(identity)
			if len(identity) == 1 && identity[0].value == "" && apierror.Is(err, apierror.Invalid) {
				continue // nobody has an empty address
			}
			if err != nil {
				t.Fatalf("what was added cannot be deleted: %v", err)
			}
			before := len(w.added("sub"))
			for _, data := range deletes {
				w.send("delete", data)
			}
			if after := w.added(deletes[0]); len(after) < before-1 {
				t.Fatalf("%q deleted %d contacts", deletes, before-len(after))
			}
		}
		// Where the service has read every row, nothing is left but what shares an
		// address without a first name to tell it by.
		if left := w.added("delete"); len(left) > 0 && !strings.EqualFold(email, email2) && email != "" && email2 != "" {
			t.Fatalf("%q left %+v", arguments, left)
		}
	})
}
