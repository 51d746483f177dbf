package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// FuzzConfiguration: whatever the records hold, Terraform reads them from the
// configuration as they were, each in a block of its own, and nothing else.
func FuzzConfiguration(f *testing.F) {
	f.Add("jane@example.com", "Jane", "Doe", "plan", "gold", "delete", "html", "EMAIL-001", "email", int64(42), int64(5), "deleted.jsonl")
	f.Add("${var.x}", "%{if true}", "$${", "for", "\"\n}\nresource \"reach_contact\" \"x\" {", "prevent", "", "<<EOT\nEOT", "for", int64(0), int64(1), "\n# x")
	f.Add("a@b.c", "", "\u2028\x00", "1st", "e\u0301", "delete_without_optout", `\`, "${1}", "%", int64(7), int64(2147483648), "\x1b[2J")
	f.Add("_@b.c", "*/", "//", "null", "true", "x", "1e3", "\ufeff", "#", int64(9223372036854775807), int64(9223372036854775807), "")
	f.Fuzz(func(t *testing.T, email, first, last, customName, custom, policy, format, externalID, kind string, owner, list int64, from string) {
		for _, text := range []*string{&email, &first, &last, &customName, &custom, &policy, &format, &externalID, &kind, &from} {
			*text = strings.ToValidUTF8(*text, "?") // a journal is JSON
		}
		form, _ := whatcounts.ParseFormat(format)
		contact := deletion.ContactEntry{
			Identity: whatcounts.Identity{SubscriberID: 1, Email: email, FirstName: first},
			Values:   map[string]string{"last": last, "custom_" + customName: custom}, Subscriptions: []whatcounts.Subscription{{ListID: list, Format: form}},
		}
		keyed := contact
		keyed.SubscriberID, keyed.CustomerKey = 2, custom+"k"
		communication := deletion.CommunicationEntry{CommunicationID: 3, ExternalID: externalID, Type: kind, TypeID: 1, Value: email, Owner: deletion.OwnerEntry{Type: kind, ID: owner, ExternalID: externalID}}
		if email == "" || policy == "" || kind == "" || list <= 0 || owner <= 0 && externalID == "" {
			return // such a line is never written
		}
		found := collected(t, contactLine(1, policy, contact), contactLine(2, policy, keyed), communicationLine(3, communication))
		text := configuration(from, found)
		blocks := evaluated(t, uncommented(text))
		if len(blocks) != 3 {
			t.Fatalf("%d blocks in\n%s", len(blocks), text)
		}
		named, _ := found.names()
		expect := func(name string, want map[string]any) {
			got := map[string]any{}
			for attribute, value := range blocks[name] {
				if attribute != "depends_on" {
					got[attribute] = plain(value)
				}
			}
			for attribute, value := range want {
				if value == "" {
					delete(want, attribute) // an empty text is left out
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s is\n%q\nwant\n%q\nin\n%s", name, got, want, text)
			}
		}
		subscription := map[string]any{"list_id": list}
		if form != 0 {
			subscription["format"] = form.String()
		}
		for number, key := range []string{"", custom + "k"} {
			want := map[string]any{
				"email": normal(email), "first_name": normal(first), "last_name": normal(last), "customer_key": normal(key),
				"custom_fields": map[string]any{normal(customName): normal(custom)}, "subscriptions": []any{subscription}, "deletion_policy": normal(policy),
			}
			if policy == "delete" {
				want["force_sub"] = true
			}
			expect("reach_contact."+named[number], want)
		}
		ownerOf := map[string]any{"type": normal(kind)}
		if owner != 0 {
			ownerOf["id"] = owner
		} else {
			ownerOf["external_id"] = normal(externalID)
		}
		expect("reach_communication."+named[2], map[string]any{"type": normal(kind), "value": normal(email), "external_id": normal(externalID), "owner": ownerOf, "deletion_policy": "delete"})
	})
}

// normal is a text as Terraform keeps texts: Unicode in its composed form.
func normal(text string) string { return cty.StringVal(text).AsString() }
