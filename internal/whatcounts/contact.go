package whatcounts

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Identity says which contact is meant. In an ordinary realm e-mail address and
// first name together are unique, in a customer-key realm the key is.
// whatcounts.md#identity.
type Identity struct {
	SubscriberID int64 // 0 where it is not known
	Email        string
	FirstName    string // empty where the contact has none
	CustomerKey  string // empty in an ordinary realm
}

// Subscription is a contact's membership of one list.
type Subscription struct {
	ListID int64
	Format Format // 0 where it is not known
}

// Managed is what a configuration manages of a contact. It is sparse: a column
// that Values does not name is left alone, and so is a list that Subscriptions
// does not name.
type Managed struct {
	Identity
	// Values are by the names of WhatCounts: last, custom_plan. An empty one
	// clears the column.
	Values        map[string]string
	Subscriptions []Subscription
}

// Contact is a contact as WhatCounts stores it, whole.
type Contact struct {
	Identity
	// Values are by the names of WhatCounts: last, custom_plan. Empty ones are
	// left out, since the service does not tell empty from absent.
	Values        map[string]string
	Subscriptions []Subscription // sorted by list
}

// Row is a contact as a search shows it.
type Row struct {
	Identity // without the customer key
	LastName string
	Lists    []int64 // sorted
}

// String names a contact in an error: contact 12 (jane@example.com, Jane).
func (i Identity) String() string {
	var named []string
	if i.Email != "" {
		named = append(named, i.Email)
	}
	if i.FirstName != "" {
		named = append(named, i.FirstName)
	}
	if i.CustomerKey != "" {
		named = append(named, "customer key "+i.CustomerKey)
	}
	switch {
	case i.SubscriberID == 0:
		return "contact " + strings.Join(named, ", ")
	case len(named) == 0:
		return fmt.Sprintf("contact %d", i.SubscriberID)
	}
	return fmt.Sprintf("contact %d (%s)", i.SubscriberID, strings.Join(named, ", "))
}

func listRows(rows []Row) string {
	named := make([]string, 0, len(rows))
	for _, row := range rows {
		named = append(named, row.String())
	}
	return strings.Join(named, "; ")
}

// isSame reports whether found is the contact that i names: the same address,
// without regard to case, and in an ordinary realm the same first name, in
// whatever form its letters are. Keys are compared where both are known.
func (i Identity) isSame(found Identity, keyed bool) bool {
	if i.SubscriberID != found.SubscriberID || !textform.SameInAnyCase(i.Email, found.Email) {
		return false
	}
	if !keyed {
		return textform.Same(inXML(i.FirstName), inXML(found.FirstName))
	}
	return i.CustomerKey == "" || found.CustomerKey == "" || textform.Same(i.CustomerKey, found.CustomerKey)
}

// inXML is a first name as the details of a contact show it. XML cannot carry
// every character that a search shows; in the place of one that it cannot carry
// stands U+FFFD, and blanks alone are none. whatcounts.md#detail.
func inXML(name string) string {
	if strings.TrimSpace(name) == "" {
		return ""
	}
	return strings.Map(func(letter rune) rune {
		if letter < ' ' && !strings.ContainsRune("\t\n\r", letter) || letter == '\ufffe' || letter == '\uffff' {
			return '\ufffd'
		}
		return letter
	}, name)
}

// hasName reports whether a command can tell the contact by its first name from
// others on the address. Other programs store names that no command can carry;
// a contact with one is addressed like one without.
func (i Identity) hasName() bool {
	return i.FirstName != "" && CheckIdentity("first_name", i.FirstName) == nil
}

// hasOtherForms reports whether the service may spell what names the contact in
// another way than Terraform does.
func (i Identity) hasOtherForms() bool {
	return textform.HasOthers(i.Email) || textform.HasOthers(i.FirstName) || textform.HasOthers(i.CustomerKey)
}

// CheckSendable is nil where the first name, customer key and address of a
// contact that is stored can be sent, so that a command can name it. The error is
// apierror.Invalid and names what cannot.
func (i Identity) CheckSendable() error {
	for _, c := range []cell{{"email", i.Email}, {"first", i.FirstName}, {"customer_key", i.CustomerKey}} {
		if err := CheckIdentity(AttributeName(c.name), c.value); err != nil {
			return err
		}
	}
	return nil
}

// columns address this contact and no other. In an ordinary realm a contact
// without a first name that can be sent is addressed by its e-mail alone, which
// is exact only while nobody shares the address.
func (i Identity) columns(keyed bool) []cell {
	columns := []cell{{"email", i.Email}}
	if i.hasName() {
		columns = append(columns, cell{"first", i.FirstName})
	}
	if keyed {
		columns = append(columns, cell{"customer_key", i.CustomerKey})
	}
	return columns
}

// check finds what keeps a command from giving a contact this identity.
func (i Identity) check() error {
	if i.Email == "" {
		return invalid("checking a contact", "it has no e-mail address", "Set email.")
	}
	return i.CheckSendable()
}

// checkStored finds what keeps a command from naming this contact, which is
// stored. Its first name is not looked at: while it is alone on the address, the
// command does without.
func (i Identity) checkStored() error {
	i.FirstName = ""
	return i.check()
}

// On reports whether the contact is subscribed to a list.
func (c Contact) On(list int64) bool {
	_, on := subscriptionTo(c.Subscriptions, list)
	return on
}

// Managed is the contact as if a configuration managed all of it.
func (c Contact) Managed() Managed {
	return Managed(c)
}

// ManagedBy is what the contact has of what these manage, and nothing else, so
// that [Compare] shows what differs. A value that is not stored is empty.
func (c Contact) ManagedBy(all ...Managed) Managed {
	restricted := Managed{Identity: c.Identity, Values: map[string]string{}}
	for _, managed := range all {
		for name := range managed.Values {
			restricted.Values[name] = c.Values[name]
		}
		for _, s := range managed.Subscriptions {
			if stored, on := subscriptionTo(c.Subscriptions, s.ListID); on && !restricted.On(s.ListID) {
				restricted.Subscriptions = append(restricted.Subscriptions, stored)
			}
		}
	}
	return restricted
}

// On reports whether a list is managed.
func (m Managed) On(list int64) bool {
	_, on := subscriptionTo(m.Subscriptions, list)
	return on
}

// Lists are the ids of the managed lists.
func (m Managed) Lists() []int64 {
	lists := make([]int64, 0, len(m.Subscriptions))
	for _, s := range m.Subscriptions {
		lists = append(lists, s.ListID)
	}
	return lists
}

// cells are the values that are not empty, as they are sent.
func (m Managed) cells() []cell {
	var cells []cell
	for _, name := range slices.SortedFunc(maps.Keys(m.Values), byPosition) {
		if m.Values[name] != "" {
			cells = append(cells, cell{name, m.Values[name]})
		}
	}
	return cells
}

// checkSubscriptions finds lists that cannot be meant.
func (m Managed) checkSubscriptions() error {
	attempt := "checking the subscriptions of " + m.String()
	seen := make(map[int64]bool)
	for _, s := range m.Subscriptions {
		switch {
		case s.ListID <= 0:
			return invalid(attempt, fmt.Sprintf("there is no list %d", s.ListID), "Give the number of a list in subscriptions.")
		case seen[s.ListID]:
			return invalid(attempt, fmt.Sprintf("list %d is named twice", s.ListID), "Name each list once in subscriptions.")
		case s.Format != 0 && s.Format.String() == "":
			return invalid(attempt, fmt.Sprintf("there is no format %d", s.Format), "Use text, html or mime in subscriptions.")
		}
		seen[s.ListID] = true
	}
	return nil
}

func subscriptionTo(subscriptions []Subscription, list int64) (Subscription, bool) {
	for _, s := range subscriptions {
		if s.ListID == list {
			return s, true
		}
	}
	return Subscription{}, false
}

// Format is the form in which a subscription is sent. 0 means that it is not
// known. whatcounts.md#sub.
type Format int

// The formats, as the service numbers them.
const (
	Text Format = 1
	HTML Format = 2
	MIME Format = 99
)

// String is "text", "html" or "mime", and empty for anything else.
func (f Format) String() string {
	switch f {
	case Text:
		return "text"
	case HTML:
		return "html"
	case MIME:
		return "mime"
	}
	return ""
}

// ParseFormat is the format with this name, in any letter case. An unknown
// name is a apierror.Invalid error.
func ParseFormat(name string) (Format, error) {
	for _, f := range []Format{Text, HTML, MIME} {
		if strings.EqualFold(name, f.String()) {
			return f, nil
		}
	}
	return 0, invalid("choosing a format", "there is no format "+strconv.Quote(name), "Use text, html or mime in subscriptions.")
}

// readFormat understands what detail answers: a number, or a word that no
// official page spells out.
func readFormat(text string) Format {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case text == "1" || text == "plain" || strings.Contains(text, "text"):
		return Text
	case text == "2" || text == "html":
		return HTML
	case text == "99" || strings.Contains(text, "mime") || strings.Contains(text, "multipart"):
		return MIME
	}
	return 0
}

// orHTML is the format to send for a subscription that names none: the
// command requires one.
func (f Format) orHTML() Format {
	if f == 0 {
		return HTML
	}
	return f
}

func (f Format) number() string { return strconv.Itoa(int(f)) }
