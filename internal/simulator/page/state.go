package page

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// What the state holds at most. The counts beside the lists say how many there are in all.
const (
	mostRecords  = 500 // of each kind, the newest
	mostRequests = 200 // the latest
	mostRows     = 100 // of one request
)

// State is what the page shows, in the words of the provider's attributes. It
// holds no password and no token.
type State struct {
	Time         time.Time       `json:"time"` // the simulated time, in UTC
	RequestCount int             `json:"request_count"`
	Requests     []Request       `json:"requests"` // the latest 200, the oldest of them first
	Events       []traffic.Event `json:"events"`   // what came, changed or went: the latest 100, the oldest of them first
	SevenG       SevenG          `json:"7g"`
	WhatCounts   WhatCounts      `json:"whatcounts"`
}

// SevenG is the part of the state that lives in 7G.
type SevenG struct {
	CommunicationCount int             `json:"communication_count"`
	Communications     []Communication `json:"communications"` // the newest 500, by id
}

// Communication is a record of 7G with its type and owner by name.
type Communication struct {
	ID         int64  `json:"communication_id"`
	ExternalID string `json:"external_id,omitempty"`
	Type       string `json:"type"`
	Value      string `json:"value"`
	Owner      Owner  `json:"owner"`
}

// Owner is what a communication hangs on.
type Owner struct {
	Type       string `json:"type"`
	ID         int64  `json:"id"`
	ExternalID string `json:"external_id,omitempty"`
	Name       string `json:"name,omitempty"`
}

// WhatCounts is the part of the state that lives in WhatCounts.
type WhatCounts struct {
	Realms []Realm `json:"realms"`
}

// Realm is one realm with its contacts and opt-outs.
type Realm struct {
	Name         string    `json:"name"`
	CustomerKeys bool      `json:"customer_keys"`
	ContactCount int       `json:"contact_count"`
	Contacts     []Contact `json:"contacts"` // the newest 500, by id
	OptoutCount  int       `json:"optout_count"`
	Optouts      []Optout  `json:"optouts"` // the newest 500, the oldest of them first
}

// Contact is a contact with its subscriptions. Custom fields stand among the
// others, with custom_ before their names.
type Contact struct {
	ID            int64             `json:"subscriber_id"`
	Email         string            `json:"email"`
	FirstName     string            `json:"first_name,omitempty"`
	CustomerKey   string            `json:"customer_key,omitempty"`
	Fields        map[string]string `json:"fields,omitempty"`
	Subscriptions []Subscription    `json:"subscriptions"`
}

// Subscription is a contact's place on a list.
type Subscription struct {
	ListID  int64  `json:"list_id"`
	List    string `json:"list"`
	Format  string `json:"format"`
	Pending bool   `json:"pending,omitempty"` // it waits for the recipient's confirmation
}

// Optout is a record that blocks later subscriptions of an address.
type Optout struct {
	Email       string    `json:"email"`
	CustomerKey string    `json:"customer_key,omitempty"`
	ListID      int64     `json:"list_id"` // 0: global
	List        string    `json:"list,omitempty"`
	Origin      string    `json:"origin"` // what made it: delete, deletesubid, unsub, recipient or added
	Time        time.Time `json:"time"`
}

// State reads what the page shows. The records are at least as new as the
// requests, so that a page that shows a request shows what it did.
func (p *Page) State() State {
	count := p.exchange.Log.Len()
	state := State{Time: p.exchange.Clock.Now(), RequestCount: count, Requests: []Request{}}
	for _, entry := range p.exchange.Log.Since(max(0, count-mostRequests)) {
		state.Requests = append(state.Requests, Request{
			entry.Number, entry.Time, entry.Service, entry.Operation, entry.Record, len(entry.Rows), addresses(entry.Rows),
			entry.Status, entry.Outcome, entry.Said, entry.Fault,
		})
	}
	state.Events = p.exchange.Events.Latest()
	state.SevenG = sevenG(p.sevenG.Snapshot())
	state.WhatCounts.Realms = []Realm{}
	for _, realm := range p.whatCounts.Snapshot().Realms {
		state.WhatCounts.Realms = append(state.WhatCounts.Realms, realmOf(realm))
	}
	return state
}

// addresses are those of the rows of a batch. A single row is in the record.
func addresses(rows []map[string]string) []string {
	if len(rows) < 2 {
		return nil
	}
	var list []string
	for _, row := range rows[:min(mostRows, len(rows))] {
		for column, value := range row {
			if strings.EqualFold(column, "email") {
				list = append(list, value)
			}
		}
	}
	return list
}

func sevenG(from seveng.Snapshot) SevenG {
	types := map[int64]string{}
	for _, t := range from.Types {
		types[t.ID] = t.Name
	}
	owners := map[seveng.OwnerKey]seveng.Owner{}
	for _, o := range from.Owners {
		owners[o.Key()] = o
	}
	state := SevenG{CommunicationCount: len(from.Communications), Communications: []Communication{}}
	for _, c := range newest(from.Communications) {
		owner := owners[c.Owner]
		state.Communications = append(state.Communications, Communication{
			ID: c.ID, ExternalID: c.ExternalID, Type: types[c.TypeID], Value: c.Name,
			Owner: Owner{Type: string(c.Owner.Kind), ID: c.Owner.ID, ExternalID: owner.ExternalID, Name: owner.Name},
		})
	}
	return state
}

func realmOf(from whatcounts.RealmSnapshot) Realm {
	lists := map[int64]string{}
	for _, l := range from.Realm.Lists {
		lists[l.ID] = l.Name
	}
	pending := map[int64][]whatcounts.Pending{}
	for _, p := range from.Pending {
		pending[p.ContactID] = append(pending[p.ContactID], p)
	}
	realm := Realm{
		Name: from.Realm.Name, CustomerKeys: from.Realm.CustomerKeys,
		ContactCount: len(from.Contacts), Contacts: []Contact{},
		OptoutCount: len(from.Optouts), Optouts: []Optout{},
	}
	for _, c := range newest(from.Contacts) {
		fields := map[string]string{}
		maps.Copy(fields, c.Fields)
		for name, value := range c.Custom {
			fields["custom_"+name] = value
		}
		contact := Contact{c.ID, c.Email, c.First, c.CustomerKey, fields, []Subscription{}}
		for _, s := range c.Subscriptions {
			contact.Subscriptions = append(contact.Subscriptions, Subscription{s.ListID, lists[s.ListID], FormatName(s.Format), false})
		}
		for _, s := range pending[c.ID] {
			contact.Subscriptions = append(contact.Subscriptions, Subscription{s.ListID, lists[s.ListID], FormatName(s.Format), true})
		}
		slices.SortFunc(contact.Subscriptions, func(a, b Subscription) int { return cmp.Compare(a.ListID, b.ListID) })
		realm.Contacts = append(realm.Contacts, contact)
	}
	for _, o := range newest(from.Optouts) {
		realm.Optouts = append(realm.Optouts, Optout{o.Email, o.CustomerKey, o.ListID, lists[o.ListID], o.Origin, o.Time})
	}
	return realm
}

// FormatName is the word for WhatCounts' number of a mail format.
func FormatName(number int) string {
	words := map[int]string{1: "text", 2: "html", 99: "mime"}
	if word, known := words[number]; known {
		return word
	}
	return strconv.Itoa(number)
}

// newest is the end of a list that grows there.
func newest[T any](list []T) []T {
	return list[max(0, len(list)-mostRecords):]
}
