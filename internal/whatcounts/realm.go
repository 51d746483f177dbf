package whatcounts

import (
	"context"
	"errors"
	"strings"
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
// then false. whatcounts.md#getrealmsettings.
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
