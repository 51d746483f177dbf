package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// RealmSettings are what the service says of the realm.
type RealmSettings struct {
	ID string
	// CustomerKeys: contacts are told apart by customer key, not by e-mail
	// address and first name.
	CustomerKeys       bool
	RelationalDatabase bool
	// Known is false when the service does not answer the command. The realm
	// is then taken for an ordinary one. If it is not, nothing worse happens
	// than a refusal: a customer-key realm neither adds nor deletes a contact
	// without its key.
	Known bool
}

var realmLayout = layout{
	keys:  []string{"realm_id", "use_customer_key"},
	order: []string{"realm_id", "use_customer_key", "enable_relational_database"},
}

// Realm is how the realm is set up. It is asked once per Client. A FAILURE
// other than refused credentials, or an empty answer, is not an error: Known is
// then false. whatcounts.md#getrealmsettings
func (c *Client) Realm(ctx context.Context) (RealmSettings, error) {
	const attempt = "asking for the settings of the realm"
	settings, err := c.realms.Get(ctx, struct{}{}, func(ctx context.Context) (RealmSettings, error) {
		a, err := c.query(ctx, attempt, tableCommand("getrealmsettings"))
		if err != nil || a.kind == failure || a.kind == empty {
			return RealmSettings{}, err
		}
		settings, err := c.readRealm(attempt, a)
		if err == nil && settings.Known {
			c.knownRealm.Store(&settings)
		}
		return settings, err
	})
	return settings, notSent(attempt, err)
}

// KnownRealm is what [Client.Realm] has answered in the life of this Client,
// and false when nobody has asked yet or the service did not say. It sends
// nothing.
func (c *Client) KnownRealm() (RealmSettings, bool) {
	settings := c.knownRealm.Load()
	if settings == nil {
		return RealmSettings{}, false
	}
	return *settings, true
}

// readRealm reads the one row of the answer, which comes as XML from services
// that know no other form of it.
func (c *Client) readRealm(attempt string, a answer) (RealmSettings, error) {
	var settings RealmSettings
	read := func(value func(heading string) string) error {
		keys, readable := readFlag(value("use_customer_key"))
		if !readable || settings.Known {
			return errors.New("it does not say once whether use_customer_key is Y or N")
		}
		relational, _ := readFlag(value("enable_relational_database"))
		settings = RealmSettings{ID: strings.TrimSpace(value("realm_id")), CustomerKeys: keys, RelationalDatabase: relational, Known: true}
		return nil
	}
	if !strings.HasPrefix(a.text, "<") {
		err := c.eachRow(attempt, a, realmLayout, func(row tableRow) error {
			return read(func(heading string) string { return row.text(heading) })
		})
		return settings, err
	}
	root, err := readXML(a.text)
	if err != nil {
		return settings, c.unreadable(attempt, err)
	}
	for _, row := range root.parentsOf("use_customer_key") {
		if err := read(func(heading string) string { return row.child(heading).text() }); err != nil {
			return settings, c.unreadable(attempt, err)
		}
	}
	return settings, nil
}

func readFlag(text string) (set, readable bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "1", "true":
		return true, true
	case "n", "no", "0", "false":
		return false, true
	}
	return false, false
}

// isKeyed reports whether a contact with this customer key, which may be
// empty, is addressed by it. A key that the realm does not use is refused: as a
// column that the service ignores, it would leave the address alone to say
// which contact is meant.
func (c *Client) isKeyed(ctx context.Context, attempt, key string) (bool, error) {
	realm, err := c.Realm(ctx)
	switch {
	case err != nil:
		return false, err
	case key != "" && !realm.Known:
		return false, invalid(attempt, "the service does not say whether this realm tells contacts apart by customer key", "Remove customer_key, or ask WhatCounts to enable the command getrealmsettings.")
	case key != "" && !realm.CustomerKeys:
		return false, invalid(attempt, "this realm does not tell contacts apart by customer key", "Remove customer_key.")
	}
	return realm.CustomerKeys, nil
}

// ConfirmCustomerKey is nil when WhatCounts shows that the contact with this
// subscriber id has the key: in its details, or, where those show no key, by a
// search for it. It is for contacts whose key was not known so far. The error
// is a *apierror.Error: Invalid when the realm has no keys, Refused when the key
// is another contact's or cannot be confirmed.
func (c *Client) ConfirmCustomerKey(ctx context.Context, id int64, email, key string) error {
	attempt := fmt.Sprintf("confirming that contact %d (%s) has the customer key %q", id, email, key)
	if err := CheckIdentity("customer_key", key); err != nil {
		return err
	}
	if _, err := c.isKeyed(ctx, attempt, key); err != nil {
		return err
	}
	stored, err := c.Contact(ctx, id, email)
	if err != nil {
		return err
	}
	switch stored.CustomerKey {
	case key:
		return nil
	case "":
		return c.confirmBySearch(ctx, attempt, id, key)
	}
	return refused(attempt, fmt.Errorf("its key is %q", stored.CustomerKey), "Set customer_key to that, or leave the contact alone: another key is another contact.")
}

func (c *Client) confirmBySearch(ctx context.Context, attempt string, id int64, key string) error {
	const advice = "Check customer_key. Where WhatCounts does not show keys, leave it out and set deletion_policy = \"delete_without_optout\", which works by subscriber id."
	rows, err := c.find(ctx, attempt,
		argument{"identity_field", "customer_key"}, argument{"identity_value", key}, argument{"exact", "1"})
	switch {
	case apierror.Is(err, apierror.Refused) || errors.Is(err, errPerhapsMore) || err == nil && len(rows) > mostOfOneKey:
		return refused(attempt, errors.New("WhatCounts neither shows the key nor searches by it"), advice)
	case err != nil:
		return err
	}
	for _, row := range rows {
		if row.SubscriberID == id {
			return nil
		}
	}
	return refused(attempt, errNotFoundByKey, advice)
}

var errNotFoundByKey = errors.New("a search for the key does not find this contact")
