package model_test

import (
	"fmt"
	"reflect"
	"time"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// outsider is something that somebody else does to the records. What cannot be
// done is left undone.
type outsider func()

func (w *walk) drawOutsider(t *rapid.T, of kind) outsider {
	switch k := of.(type) {
	case contacts:
		return w.drawContactOutsider(t, k)
	case contactSets:
		return w.drawContactOutsider(t, k.contacts)
	}
	return w.drawCommunicationOutsider(t)
}

// reportedApart is how long after another a change has to be for the report of
// changes to tell the two apart.
const reportedApart = 61 * time.Second

// meddling lets an outsider act in the middle of a step.
func (w *walk) meddling(act outsider) func() {
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.outside(act)
	}
}

// outside lets an outsider act, and takes note of what that changed.
func (w *walk) outside(act outsider) {
	was := w.world()
	for k, expected := range w.strangers {
		if !reflect.DeepEqual(was[k], expected) {
			w.harmed = append(w.harmed, fmt.Sprintf("%v was %+v and is %+v", k, expected, was[k]))
		}
	}
	w.sim.Clock.Advance(reportedApart)
	act()
	w.sim.Clock.Advance(reportedApart)
	w.meddled = true
	is := w.world()
	for k, record := range is {
		if was[k] == nil {
			w.strangers[k] = record
			w.history("  somebody adds %v: %+v", k, record)
		}
	}
	for k, record := range was {
		if reflect.DeepEqual(record, is[k]) {
			continue
		}
		w.history("  somebody makes of %v: %+v", k, is[k])
		w.touched[k], w.taken[k] = true, true
		if _, stranger := w.strangers[k]; stranger {
			w.strangers[k] = is[k]
		}
		if is[k] == nil {
			delete(w.strangers, k)
		}
	}
}

func (w *walk) drawCommunicationOutsider(t *rapid.T) outsider {
	service := w.sim.SevenG
	number := rapid.IntRange(0, 5).Draw(t, "whose")
	some := func(act func(seveng.Communication)) outsider {
		return func() {
			if all := service.Communications(); len(all) > 0 {
				act(all[number%len(all)])
			}
		}
	}
	changed := func(change func(*seveng.Communication)) outsider {
		return some(func(c seveng.Communication) { service.ChangeCommunication(c.ID, change) })
	}
	mail, external := choose(t, "value", mailValues...).(string), choose(t, "external id", externalIDs...).(string)
	owner := ownerKey(choose(t, "owner", owners...).(map[string]any))
	switch choose(t, "somebody", "adds", "deletes", "changes the value", "moves", "changes the type") {
	case "adds":
		return func() {
			// What the service refuses, nobody adds.
			_, _ = service.AddCommunication(seveng.Communication{ExternalID: external, TypeID: 1, Name: mail, Owner: owner})
		}
	case "deletes":
		return some(func(c seveng.Communication) { service.RemoveCommunication(c.ID) })
	case "changes the value":
		return changed(func(c *seveng.Communication) { c.Name = "else@test.example.com"; c.TypeID = 1 })
	case "moves":
		return changed(func(c *seveng.Communication) { c.Owner = owner })
	}
	return changed(func(c *seveng.Communication) { c.TypeID = 4; c.Name = "+61 2 0000 0009" })
}

func (w *walk) drawContactOutsider(t *rapid.T, k contacts) outsider {
	service := w.sim.WhatCounts
	number := rapid.IntRange(0, 5).Draw(t, "whose")
	email := choose(t, "email", emails...).(string)
	first, _ := choose(t, "first name", append([]any{nil}, firstNames...)...).(string)
	list := choose(t, "list", int64(5), 6, 7, confirmedList)
	some := func(act func(whatcounts.Contact)) outsider {
		return func() {
			if all := service.Contacts(w.realm); len(all) > 0 {
				act(all[number%len(all)])
			}
		}
	}
	// What the service could not hold, nobody makes of a contact.
	changed := func(change func(*whatcounts.Contact)) outsider {
		return some(func(c whatcounts.Contact) { _ = service.ChangeContact(w.realm, c.ID, change) })
	}
	switch choose(t, "somebody", "adds", "deletes", "changes the last name", "changes the first name", "changes the address",
		"opts out of a list", "opts out", "confirms", "unsubscribes", "subscribes") {
	case "adds":
		added := whatcounts.Contact{Email: email, First: first, Fields: map[string]string{"last": "Stranger"}, Subscriptions: []whatcounts.Subscription{{ListID: 7, Format: 1}}}
		if k.keyed {
			added.CustomerKey = choose(t, "customer key", append([]any{"S-1", "S-2"}, keys...)...).(string)
		}
		return func() { _, _ = service.AddContact(w.realm, added) }
	case "deletes":
		return some(func(c whatcounts.Contact) { _ = service.RemoveContact(w.realm, c.ID) })
	case "changes the last name":
		return changed(func(c *whatcounts.Contact) { c.Fields = map[string]string{"last": "Else"} })
	case "changes the first name":
		return changed(func(c *whatcounts.Contact) { c.First = first })
	case "changes the address":
		return changed(func(c *whatcounts.Contact) { c.Email = email })
	case "opts out of a list":
		return func() { _ = service.OptOut(w.realm, email, list) }
	case "opts out":
		return func() { _ = service.OptOut(w.realm, email, 0) }
	case "confirms":
		return func() { _ = service.Confirm(w.realm, email, confirmedList) }
	case "unsubscribes":
		return some(func(c whatcounts.Contact) { _ = service.Unsubscribe(w.realm, c.ID, list) })
	}
	return changed(func(c *whatcounts.Contact) {
		for _, held := range c.Subscriptions {
			if held.ListID == list {
				return
			}
		}
		c.Subscriptions = append(c.Subscriptions, whatcounts.Subscription{ListID: list, Format: 1})
	})
}
