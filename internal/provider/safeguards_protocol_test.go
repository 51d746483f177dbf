package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// kind is a resource with what these tests need to know of it.
type kind struct {
	typeName  string
	config    func(number int, changes map[string]any) map[string]any
	replacing map[string]any // changes that replace
}

var communications = kind{
	typeName: "reach_communication",
	config: func(number int, changes map[string]any) map[string]any {
		return with(map[string]any{
			"type": "email", "value": fmt.Sprintf("office%d@example.com", number), "external_id": fmt.Sprint(number),
			"owner": map[string]any{"type": "biz_entity", "id": 42},
		}, changes)
	},
	replacing: map[string]any{"external_id": "another"},
}

var contacts = kind{
	typeName: "reach_contact",
	config: func(number int, changes map[string]any) map[string]any {
		return with(map[string]any{
			"email": fmt.Sprintf("person%d@example.com", number), "customer_key": fmt.Sprint(number), "force_sub": true,
			"subscriptions": []any{map[string]any{"list_id": 50}},
		}, changes)
	},
	replacing: map[string]any{"customer_key": "another"},
}

func with(config, changes map[string]any) map[string]any {
	maps.Copy(config, changes)
	return config
}

// held is a record that was made through the provider.
type held struct {
	kind
	address string
	state   acctest.State
}

func (k kind) created(t testing.TB, server *acctest.Server, number int, changes map[string]any) held {
	t.Helper()
	config := k.config(number, changes)
	state, diagnostics := server.Change(k.typeName, server.None(k.typeName), config)
	acctest.NoErrors(t, diagnostics)
	address, named := config["email"]
	if !named {
		address = config["value"]
	}
	return held{k, address.(string), state}
}

// planEnd plans the end of the record.
func (h held) planEnd(server *acctest.Server) []*tfprotov6.Diagnostic {
	return server.Plan(h.typeName, h.state, nil).Diagnostics
}

// end deletes the record without a plan that the provider sees, as -replace
// and a tainted resource do.
func (h held) end(server *acctest.Server) (acctest.State, []*tfprotov6.Diagnostic) {
	none := server.None(h.typeName)
	return server.Apply(h.typeName, h.state, acctest.Planned{State: none, Config: none.Value})
}

// guarded are two of each kind, made without safeguards, and a provider that
// has them.
func guarded(t *testing.T, safeguards map[string]any) (*simulator.Simulator, *acctest.Server, []held) {
	t.Helper()
	sim := acctest.Simulator(t)
	open := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
	var all []held
	for number := range 2 {
		all = append(all, communications.created(t, open, number, nil), contacts.created(t, open, number, nil))
	}
	return sim, acctest.NewConfigured(t, sim, acctest.KeyedRealm, safeguards), all
}

// What is told before a delete, word for word, under a summary that is the
// same for every record that goes with the same consequence. Whether a
// replacement deletes the record is for Terraform to know. Planning asks neither
// service anything.
func TestWarningBeforeDelete(t *testing.T) {
	const (
		communicationText = "The communication 1001 (office1@example.com) will be deleted from 7G, with the link to the owner. " +
			"This cannot be undone. An e-mail address becomes free for others to use.\n\n" +
			"To keep a record, apply deletion_policy = \"abandon\" first, or use a removed block with destroy = false. value, type and owner change in place."
		contactText = "The contact 1001 (person1@example.com) will be deleted from WhatCounts, with all subscriptions and everything attached. This cannot be undone. "
		contactEnd  = "unsubscribe (ends the subscriptions) or abandon (only Terraform forgets it, as with a removed block with destroy = false)."
		withOptout  = contactText + "A Global Optout of person1@example.com remains: adding the address again fails unless force_sub = true is set.\n\n" +
			"To do less, apply another deletion_policy first: delete_without_optout (no opt-out), " + contactEnd
		withoutOptout = contactText + "The delete goes by subscriber id, which leaves no Global Optout.\n\n" +
			"To do less, apply another deletion_policy first: " + contactEnd
		externalID  = "Attribute external_id cannot be changed, so the record is replaced. "
		customerKey = "Another customer_key replaces the contact. "
	)
	tests := map[string]struct {
		kind
		policy, byDefault       any // of the resource, and of the provider
		summary, reason, detail string
	}{
		"communication, delete":                      {communications, "delete", nil, communication.SummaryPermanent, externalID, communicationText},
		"communication, nothing said":                {communications, nil, nil, communication.SummaryPermanent, externalID, communicationText},
		"communication, the provider's abandon":      {communications, nil, "abandon", "", "", ""},
		"communication, abandon":                     {communications, "abandon", nil, "", "", ""},
		"contact, delete":                            {contacts, "delete", nil, contact.SummaryLeavesOptout, customerKey, withOptout},
		"contact, delete before the provider's":      {contacts, "delete", "abandon", contact.SummaryLeavesOptout, customerKey, withOptout},
		"contact, nothing said":                      {contacts, nil, nil, contact.SummaryLeavesOptout, customerKey, withOptout},
		"contact, the provider's abandon":            {contacts, nil, "abandon", "", "", ""},
		"contact, delete_without_optout":             {contacts, "delete_without_optout", nil, contact.SummaryLeavesNoOptout, customerKey, withoutOptout},
		"contact, unsubscribe":                       {contacts, "unsubscribe", nil, "", "", ""},
		"contact, abandon":                           {contacts, "abandon", nil, "", "", ""},
		"contact, abandon before the provider's own": {contacts, "abandon", "delete", "", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, map[string]any{"deletion_policy": test.byDefault})
			policy := map[string]any{"deletion_policy": test.policy}
			record := test.created(t, server, 1, policy)
			acctest.ExpectSilence(t, sim, func() {
				expectWarning(t, record.planEnd(server), test.summary, test.detail)
				replaced := server.Plan(test.typeName, record.state, test.config(1, with(maps.Clone(test.replacing), policy)))
				asReplacement := test.detail
				if test.detail != "" {
					asReplacement = test.reason + "If this plan deletes what it replaces: " + test.detail
				}
				expectWarning(t, replaced.Diagnostics, test.summary, asReplacement)
				if len(replaced.Replace) != 1 {
					t.Errorf("replaced because of %v", replaced.Replace)
				}
			})
		})
	}
}

// expectWarning expects one warning and nothing else, or nothing at all when
// the detail is empty.
func expectWarning(t *testing.T, got []*tfprotov6.Diagnostic, summary, detail string) {
	t.Helper()
	if detail == "" && len(got) == 0 {
		return
	}
	if len(got) != 1 || got[0].Severity != tfprotov6.DiagnosticSeverityWarning || got[0].Summary != summary || got[0].Detail != detail {
		t.Errorf("got\n%s\nwant one warning %q\n%s", acctest.Texts(got), summary, detail)
	}
}

// One warning for each record, under one summary for each kind, so that
// Terraform can fold them.
func TestEveryRecordIsWarnedOfOnce(t *testing.T) {
	sim, server, all := guarded(t, nil)
	summaries := map[string]int{}
	acctest.ExpectSilence(t, sim, func() {
		for _, record := range all {
			warnings := record.planEnd(server)
			if len(warnings) != 1 || len(acctest.Warnings(warnings)) != 1 || !strings.Contains(warnings[0].Detail, "("+record.address+")") {
				t.Fatalf("%s: not one warning that names the record:\n%s", record.address, acctest.Texts(warnings))
			}
			summaries[warnings[0].Summary]++
		}
	})
	if want := map[string]int{communication.SummaryPermanent: 2, contact.SummaryLeavesOptout: 2}; !maps.Equal(summaries, want) {
		t.Errorf("the summaries are %v, want %v", summaries, want)
	}
}

// terraform destroy plans every record twice, and a replacement is a delete
// too. The limit is one for both services.
func TestLimitCountsARecordOnce(t *testing.T) {
	sim, server, all := guarded(t, map[string]any{"max_deletes_per_run": 2})
	office, person := all[0], all[1]
	acctest.ExpectSilence(t, sim, func() {
		for range 2 {
			acctest.NoErrors(t, office.planEnd(server))
			acctest.NoErrors(t, server.Plan(person.typeName, person.state, person.config(0, person.replacing)).Diagnostics)
			acctest.NoErrors(t, person.planEnd(server))
			for _, further := range all[2:] {
				acctest.OneError(t, further.planEnd(server), deletion.SummaryTooMany, "("+further.address+")", "allows 2")
				changes := maps.Clone(further.replacing)
				for name := range changes {
					changes[name] = "one more" // since the first one has the other
				}
				replaced := server.Plan(further.typeName, further.state, further.config(1, changes))
				acctest.OneError(t, replaced.Diagnostics, deletion.SummaryTooMany, "("+further.address+")")
			}
		}
	})
}

// In one process, as in a test of a module, a planned delete is not one of
// those that were done.
func TestLimitCountsPlanAndApplyApart(t *testing.T) {
	sim, server, all := guarded(t, map[string]any{"max_deletes_per_run": 2})
	for _, record := range all[:2] {
		acctest.NoErrors(t, record.planEnd(server))
	}
	for _, record := range all[2:] {
		left, diagnostics := record.end(server)
		acctest.NoErrors(t, diagnostics)
		if left.Exists() {
			t.Errorf("%s is still in state", record.address)
		}
	}
	for _, record := range all[:2] {
		left, diagnostics := record.end(server)
		acctest.OneError(t, diagnostics, deletion.SummaryTooMany, "("+record.address+")", "allows 2")
		if !left.Exists() {
			t.Errorf("%s left state", record.address)
		}
	}
	if sim.Log.Count("delete") != 1 || sim.Log.Count("DELETE /communication") != 1 {
		t.Errorf("not two deletes:\n%s", sim.Dump())
	}
}

// What reaches Delete without a plan that shows it, by -replace or for a
// tainted resource, is refused there, before the first request.
func TestDeleteRefusesWhatNoPlanShowed(t *testing.T) {
	tests := map[string]struct {
		safeguards map[string]any
		summary    string
	}{
		"prevent":           {map[string]any{"deletion_policy": "prevent"}, deletion.SummaryPrevented},
		"outside the scope": {map[string]any{"deletable": []any{"*@test.example.com"}}, deletion.SummaryOutside},
		"an empty scope":    {map[string]any{"deletable": []any{}}, deletion.SummaryOutside},
		"past the limit":    {map[string]any{"max_deletes_per_run": 0}, deletion.SummaryTooMany},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sim, server, all := guarded(t, test.safeguards)
			acctest.ExpectSilence(t, sim, func() {
				for _, record := range all {
					left, diagnostics := record.end(server)
					acctest.OneError(t, diagnostics, test.summary, "("+record.address+")")
					if !left.Value.Equal(record.state.Value) {
						t.Errorf("%s changed in state", record.address)
					}
				}
			})
		})
	}
}
