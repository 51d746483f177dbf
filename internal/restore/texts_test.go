package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// place is an attribute of a resource that takes any text.
type place struct {
	name, resource string
	realm          string
	identity       bool // it says which record it is, or of which owner
	set            func(config map[string]any, text string)
	// The text as the services hold it. A text of the owner is that of its record.
	ofContact       func(*whatcounts.Contact) *string
	ofCommunication func(*seveng.Communication) *string
}

func attribute(name string) func(map[string]any, string) {
	return func(config map[string]any, text string) { config[name] = text }
}

var places = []place{
	{name: "email", resource: contactType, realm: acctest.Realm, identity: true, set: attribute("email"),
		ofContact: func(c *whatcounts.Contact) *string { return &c.Email }},
	{name: "first_name", resource: contactType, realm: acctest.Realm, identity: true, set: attribute("first_name"),
		ofContact: func(c *whatcounts.Contact) *string { return &c.First }},
	{name: "customer_key", resource: contactType, realm: acctest.KeyedRealm, identity: true, set: attribute("customer_key"),
		ofContact: func(c *whatcounts.Contact) *string { return &c.CustomerKey }},
	{name: "last_name", resource: contactType, realm: acctest.Realm, // with company and a custom field, which are like it
		set: func(config map[string]any, text string) {
			config["last_name"], config["company"], config["custom_fields"] = text, text, map[string]any{"plan": text}
		},
		ofContact: func(c *whatcounts.Contact) *string {
			value := c.Fields["last"]
			if c.Fields["company"] != value || c.Custom["plan"] != value {
				value = fmt.Sprintf("%q, the company %q and the custom field %q", value, c.Fields["company"], c.Custom["plan"])
			}
			return &value
		}},
	{name: "value", resource: communicationType, identity: true, set: attribute("value"),
		ofCommunication: func(c *seveng.Communication) *string { return &c.Name }},
	{name: "external_id", resource: communicationType, identity: true, set: attribute("external_id"),
		ofCommunication: func(c *seveng.Communication) *string { return &c.ExternalID }},
}

// written is what a configuration has in this place to hold a text: an address
// is no text without its end.
func (p place) written(number, text string) string {
	if p.name == "email" {
		return text + number + "@example.com"
	}
	return text
}

// config is a configuration with the text in this place. Number tells records
// apart.
func (p place) config(number, text string) map[string]any {
	text = p.written(number, text)
	if p.resource == communicationType {
		config := map[string]any{"type": "chat name", "value": "value " + number, "owner": map[string]any{"type": "person", "id": 7}}
		p.set(config, text)
		return config
	}
	config := map[string]any{"email": "any" + number + "@example.com", "subscriptions": []any{map[string]any{"list_id": 5}, map[string]any{"list_id": 6}}}
	if p.realm == acctest.KeyedRealm {
		config["customer_key"], config["subscriptions"] = "key "+number, []any{map[string]any{"list_id": 50}}
	}
	p.set(config, text)
	return config
}

// held is the text of a record as its service holds it.
func (p place) held(sim *simulator.Simulator, id int64) (text string, found bool) {
	if p.resource == communicationType {
		communication, found := sim.SevenG.Communication(id)
		return *p.ofCommunication(&communication), found
	}
	contact, found := sim.WhatCounts.Contact(p.realm, id)
	return *p.ofContact(&contact), found
}

// idAttribute holds the native id.
func (p place) idAttribute() string {
	if p.resource == communicationType {
		return "communication_id"
	}
	return "subscriber_id"
}

// others are records that nobody manages, and that nothing may change: near ones,
// and those whom a text that ends early would name.
type others struct {
	contacts       map[string][]whatcounts.Contact // by realm
	communications []seveng.Communication
}

var neighbour = whatcounts.Contact{Email: "shared@example.com", First: "Zo\u00eb"}

func addOthers(t testing.TB, sim *simulator.Simulator) others {
	t.Helper()
	seed := []whatcounts.Contact{
		{Email: "victim@example.com", First: "Victim", Fields: map[string]string{"last": "Doe"}, Custom: map[string]string{"plan": "gold"}},
		{Email: "victim@example.com", First: "Jane"}, {Email: "jane@example.com"}, neighbour,
	}
	for realm, list := range map[string]int64{acctest.Realm: 5, acctest.KeyedRealm: 50} {
		for _, contact := range seed {
			if realm == acctest.KeyedRealm {
				contact.CustomerKey = "of " + contact.Email + contact.First
			}
			contact.Subscriptions = []whatcounts.Subscription{{ListID: list, Format: 2}}
			if _, err := sim.WhatCounts.AddContact(realm, contact); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, communication := range []seveng.Communication{{Name: "victim@example.com", ExternalID: "of Victim"}, {Name: "other@example.com"}} {
		communication.TypeID, communication.Owner = 1, seveng.OwnerKey{Kind: seveng.Person, ID: 8}
		if _, err := sim.SevenG.AddCommunication(communication); err != nil {
			t.Fatal(err)
		}
	}
	return othersOf(sim)
}

func othersOf(sim *simulator.Simulator) others {
	return others{map[string][]whatcounts.Contact{
		acctest.Realm: sim.WhatCounts.Contacts(acctest.Realm), acctest.KeyedRealm: sim.WhatCounts.Contacts(acctest.KeyedRealm),
	}, sim.SevenG.Communications()}
}

// changed is which of the others is not as it was, if any.
func (o others) changed(sim *simulator.Simulator) any {
	for realm, contacts := range o.contacts {
		for _, contact := range contacts {
			if now, _ := sim.WhatCounts.Contact(realm, contact.ID); !reflect.DeepEqual(now, contact) {
				return []any{contact, now}
			}
		}
	}
	for _, communication := range o.communications {
		if now, _ := sim.SevenG.Communication(communication.ID); now != communication {
			return []any{communication, now}
		}
	}
	return nil
}

// validated is what a plan says of a configuration before anything is asked for.
func validated(server *acctest.Server, p place, config map[string]any) []*tfprotov6.Diagnostic {
	return acctest.Errors(server.Validate(p.resource, config))
}

// Every naughty string is stored as it is, with an empty plan afterwards, or
// refused before anything is sent, and touches nobody else.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	all := naughtyStrings(t)
	for _, p := range places {
		if p.name == "email" || p.name == "customer_key" {
			continue // they are checked as first_name is
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			sim := world(t)
			before := addOthers(t, sim)
			server := acctest.NewConfigured(t, sim, cmp.Or(p.realm, acctest.Realm), nil)
			states, configs, texts := map[string]acctest.State{}, map[string]map[string]any{}, map[string]string{}
			refused := 0
			for number, text := range all {
				key := string(rune('a'+number%26)) + string(rune('a'+number/26))
				config := p.config(key, text)
				asked := sim.Log.Len()
				problems := validated(server, p, config)
				planned := acctest.Planned{}
				if len(problems) == 0 {
					planned = server.Plan(p.resource, server.None(p.resource), config)
					problems = acctest.Errors(planned.Diagnostics)
				}
				if len(problems) > 0 {
					if refused++; sim.Log.Len() != asked {
						t.Errorf("%q is refused after a request", text)
					}
					continue
				}
				state, problems := server.Apply(p.resource, server.None(p.resource), planned)
				if len(acctest.Errors(problems)) > 0 {
					t.Errorf("%q is planned, and not created: %s", text, acctest.Texts(problems))
					continue
				}
				states[key], configs[key], texts[key] = state, config, text
			}
			again := acctest.NewConfigured(t, sim, cmp.Or(p.realm, acctest.Realm), nil) // of another run
			for _, key := range slices.Sorted(maps.Keys(states)) {
				state, problems := again.Refresh(p.resource, states[key])
				acctest.NoErrors(t, problems)
				again.ExpectNoChange(p.resource, state, configs[key])
				if held, _ := p.held(sim, state.Attribute(p.idAttribute()).(int64)); held != textform.Compose(p.written(key, texts[key])) {
					t.Errorf("%q is stored as %q", texts[key], held)
				}
			}
			if touched := before.changed(sim); touched != nil {
				t.Errorf("somebody else was changed: %+v", touched)
			}
			t.Logf("%s: %d accepted, %d refused in the plan", p.name, len(states), refused)
		})
	}
}

// naughtyStrings are texts that have broken other programs.
func naughtyStrings(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/naughty.json")
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Source  string   `json:"source"`
		Strings []string `json:"strings"`
	}
	if err := json.Unmarshal(content, &read); err != nil || read.Source == "" {
		t.Fatalf("%v, from %q", err, read.Source)
	}
	return read.Strings
}
