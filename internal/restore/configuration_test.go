package main

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// evaluated are the blocks of a configuration by type and name, with the
// values that Terraform would read.
func evaluated(t *testing.T, text []byte) map[string]map[string]cty.Value {
	t.Helper()
	file, problems := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatalf("%v in\n%s", problems, text)
	}
	blocks := map[string]map[string]cty.Value{}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		values := map[string]cty.Value{}
		for name, attribute := range block.Body.Attributes {
			value, problems := attribute.Expr.Value(nil)
			if problems.HasErrors() {
				t.Fatalf("%v in\n%s", problems, text)
			}
			values[name] = value
		}
		blocks[strings.Join(block.Labels, ".")] = values
	}
	return blocks
}

// refusedAttribute is an attribute behind #, and refusedField a custom field.
var (
	refusedAttribute = regexp.MustCompile(`(?m)^( +)# ([a-z0-9_]+ = ")`)
	refusedField     = regexp.MustCompile(`(?m)^ +#   (".*"|[\pL_][\pL\pN_-]*) = (".*")$`)
)

// uncommented is a configuration without the # before the last blocks of their
// records, and before attributes that are refused. Custom fields that are are
// maps of their own, one for each.
func uncommented(text []byte) []byte {
	var plain strings.Builder
	inBlock, refused := false, false
	for line := range strings.Lines(string(text)) {
		bare, isComment := strings.CutPrefix(line, "# ")
		inBlock = isComment && (inBlock || refused && strings.HasPrefix(bare, "resource "))
		refused = strings.Contains(line, refusedBlock)
		if inBlock {
			line, inBlock = bare, bare != "}\n"
		}
		plain.WriteString(line)
	}
	text = refusedAttribute.ReplaceAll([]byte(plain.String()), []byte("$1$2"))
	return refusedField.ReplaceAll(text, []byte("custom_fields = { $1 = $2 }"))
}

// plain is a value as Go values.
func plain(value cty.Value) any {
	switch {
	case value.Type() == cty.String:
		return value.AsString()
	case value.Type() == cty.Bool:
		return value.True()
	case value.Type() == cty.Number:
		number, _ := value.AsBigFloat().Int64()
		return number
	case value.Type().IsObjectType():
		fields := map[string]any{}
		for name, field := range value.AsValueMap() {
			fields[name] = plain(field)
		}
		return fields
	}
	elements := []any{}
	for _, element := range value.AsValueSlice() {
		elements = append(elements, plain(element))
	}
	return elements
}

func expectBlock(t *testing.T, blocks map[string]map[string]cty.Value, name string, want map[string]any) {
	t.Helper()
	got := map[string]any{}
	for attribute, value := range blocks[name] {
		got[attribute] = plain(value)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is\n%v\nwant\n%v", name, got, want)
	}
}

func TestConfiguration(t *testing.T) {
	jane := deletion.ContactEntry{
		Identity: whatcounts.Identity{SubscriberID: 2, Email: "jane@example.com", FirstName: "Jane", CustomerKey: "11293"},
		Values: map[string]string{
			"last": "Doe", "company": "R&D", "address_1": "1 High Street", "address_2": "Flat 2", "city": "Sydney", "state": "NSW", "zip": "2000",
			"country": "Australia", "phone": "+61 2", "fax": "+61 3", "custom_plan": "gold", "custom_for": "her", "custom_1st": "x",
		},
		Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: whatcounts.Text}, {ListID: 6}},
	}
	earlier := jane
	earlier.SubscriberID, earlier.Email = 1, "jane@old.example.com"
	billing := deletion.CommunicationEntry{CommunicationID: 501, ExternalID: "E-1", Value: "billing@example.com", Owner: deletion.OwnerEntry{Type: "biz_entity", ID: 42, ExternalID: "BE-1"}}
	mobile := deletion.CommunicationEntry{CommunicationID: 502, Type: "mobile", TypeID: 3, Value: "+61 400", Owner: deletion.OwnerEntry{Type: "person", ExternalID: "P-1"}}
	text := configuration("deleted.jsonl", collected(t,
		contactLine(1, "delete", earlier), contactLine(2, "delete", jane), communicationLine(3, billing), communicationLine(4, mobile)))

	blocks := evaluated(t, text)
	if got := slices.Sorted(maps.Keys(blocks)); len(got) != 3 {
		t.Errorf("the blocks are %q", got)
	}
	expectBlock(t, blocks, "reach_contact.jane_example_com", map[string]any{
		"email": "jane@example.com", "first_name": "Jane", "customer_key": "11293", "last_name": "Doe", "company": "R&D",
		"address_1": "1 High Street", "address_2": "Flat 2", "city": "Sydney", "state": "NSW", "zip": "2000", "country": "Australia", "phone": "+61 2", "fax": "+61 3",
		"custom_fields":   map[string]any{"plan": "gold", "for": "her", "1st": "x"},
		"subscriptions":   []any{map[string]any{"list_id": int64(5), "format": "text"}, map[string]any{"list_id": int64(6)}},
		"force_sub":       true,
		"deletion_policy": "delete",
	})
	expectBlock(t, blocks, "reach_communication.billing_example_com", map[string]any{
		"type": "email", "value": "billing@example.com", "external_id": "E-1", "deletion_policy": "delete",
		"owner": map[string]any{"type": "biz_entity", "id": int64(42)},
	})
	expectBlock(t, blocks, "reach_communication.mobile_61_400", map[string]any{
		"type": "mobile", "value": "+61 400", "deletion_policy": "delete",
		"owner": map[string]any{"type": "person", "external_id": "P-1"},
	})
	for _, line := range []string{
		"# Creates 1 contact and 2 communications again, as the journal deleted.jsonl has them:",
		"# Deleted 2026-03-04 05:02:00 UTC as contact 2.",
		"# Before that 2026-03-04 05:01:00 UTC as contact 1, then jane@old.example.com, Jane, customer key 11293.",
		"# The format of list 6 is not known. Left out, it is html.",
		"# The external id of its owner is BE-1.",
		"    { list_id = 5, format = \"text\" },",
		"  owner           = { type = \"person\", external_id = \"P-1\" }",
	} {
		if !strings.Contains(string(text), "\n"+line+"\n") && !strings.HasPrefix(string(text), line+"\n") {
			t.Errorf("there is no line %q", line)
		}
	}
	// The record that cannot be beside its successor is there behind #.
	_, comment, _ := strings.Cut(string(text), "# Deleted 2026-03-04 05:01:00 UTC as contact 1, which cannot be beside 2. In its place:\n")
	comment, _, _ = strings.Cut(comment, "\n\n")
	former := evaluated(t, []byte(strings.ReplaceAll("\n"+comment, "\n# ", "\n")))["reach_contact.jane_example_com"]
	if len(former) != len(blocks["reach_contact.jane_example_com"]) || plain(former["email"]) != "jane@old.example.com" || plain(former["last_name"]) != "Doe" {
		t.Errorf("the former contact is %v", former)
	}
	if formatted := hclwrite.Format(text); string(formatted) != string(text) {
		t.Errorf("terraform fmt would change it to\n%s", formatted)
	}
	if t.Failed() {
		t.Logf("the whole:\n%s", text)
	}
}

// What a record was before is told once, and shown where it was otherwise.
func TestEarlierLinesAreTold(t *testing.T) {
	number := func(id int64, value string) deletion.CommunicationEntry {
		return deletion.CommunicationEntry{CommunicationID: id, Type: "phone", TypeID: 2, Value: value}
	}
	text := string(configuration("deleted.jsonl", collected(t,
		communicationLine(1, number(1, "123")), communicationLine(2, number(1, "456")), communicationLine(3, number(1, "456")),
		communicationLine(4, number(2, "789")), communicationLine(5, number(3, "789")))))
	for line, want := range map[string]int{
		"# Before that 2026-03-04 05:02:00 UTC as communication 1.\n":                                                                                                     1,
		"# Before that 2026-03-04 05:01:00 UTC as communication 1, then 123.\n":                                                                                           1,
		"\n# As it was 2026-03-04 05:01:00 UTC:\n# resource \"reach_communication\"":                                                                                      1,
		"# Before that 2026-03-04 05:04:00 UTC as communication 2, alike in everything. If both were there at once, copy the block under another name.\nresource \"reach": 1,
		"# resource": 1,
	} {
		if got := strings.Count(text, line); got != want {
			t.Errorf("%q is there %d times in\n%s", line, got, text)
		}
	}
}

// An opt-out is overridden only where a delete of the journal has recorded
// it. Any other one is the recipient's own.
func TestForceSub(t *testing.T) {
	ann, again, bob := named(1, "a@example.com", "Ann", ""), named(2, "A@example.com", "Ann", ""), named(3, "A@example.com", "Bob", "")
	tests := map[string]struct {
		lines []deletion.Line
		want  []bool
	}{
		"a delete records one":                      {[]deletion.Line{contactLine(1, "delete", ann)}, []bool{true}},
		"a delete by id records none":               {[]deletion.Line{contactLine(1, "delete_without_optout", ann)}, []bool{false}},
		"an earlier delete recorded one":            {[]deletion.Line{contactLine(1, "delete", ann), contactLine(2, "delete_without_optout", again)}, []bool{true}},
		"the address counts, not the contact":       {[]deletion.Line{contactLine(1, "delete_without_optout", ann), contactLine(2, "delete", bob)}, []bool{true, true}},
		"another address does not":                  {[]deletion.Line{contactLine(1, "delete", ann), contactLine(2, "delete_without_optout", named(3, "b@example.com", "Ann", ""))}, []bool{true, false}},
		"with customer keys, another key does not":  {[]deletion.Line{contactLine(1, "delete", named(1, "a@example.com", "", "1")), contactLine(2, "delete_without_optout", named(2, "a@example.com", "", "2"))}, []bool{true, false}},
		"another address before does not":           {[]deletion.Line{contactLine(1, "delete", named(1, "old@example.com", "Ann", "")), contactLine(2, "delete_without_optout", ann)}, []bool{false}},
		"a communication on the address does not":   {[]deletion.Line{communicationLine(1, deletion.CommunicationEntry{CommunicationID: 7, Value: "a@example.com"}), contactLine(2, "delete_without_optout", ann)}, []bool{false}},
		"a policy that this version does not know":  {[]deletion.Line{contactLine(1, "delete_softly", ann)}, []bool{false}},
		"a delete that was tried again without one": {[]deletion.Line{contactLine(1, "delete", ann), contactLine(2, "delete_without_optout", ann)}, []bool{true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found := collected(t, test.lines...)
			text := configuration("deleted.jsonl", found)
			var forced []bool
			blocks, taken := evaluated(t, text), names{}
			for _, d := range found.deletions {
				name := taken.of(d.last)
				if d.last.Kind == deletion.KindContact {
					_, given := blocks["reach_contact."+name]["force_sub"]
					forced = append(forced, given)
				}
			}
			if !slices.Equal(forced, test.want) {
				t.Errorf("force_sub is given %v, want %v in\n%s", forced, test.want, text)
			}
			if told := strings.Contains(string(text), "# - force_sub = true"); told != slices.Contains(test.want, true) {
				t.Errorf("the header tells of force_sub: %v", told)
			}
		})
	}
}

// Whatever a value is, Terraform reads it as it was.
func TestValuesAreQuoted(t *testing.T) {
	for _, value := range []string{
		`"quotes"`, `back\slash`, `\"`, "${var.x}", "$${x}", "$$${x}", "%{if true}", "%%{x}", "$", "%", "${", "%{", "$%{x}", "%${x}",
		"two\nlines", "tab\t", "return\r", "\x00\x01\x7f", "\u2028", "\ufeff", "日本語", "é", "😀", "#{x}", "<<EOT", "// no comment", "null", " outer blanks ", "1e3",
	} {
		contact := deletion.ContactEntry{
			Identity: whatcounts.Identity{SubscriberID: 1, Email: value + "@example.com", FirstName: value, CustomerKey: value},
			Values:   map[string]string{"last": value, "custom_plan": value},
		}
		communication := deletion.CommunicationEntry{
			CommunicationID: 1, ExternalID: value, Type: value, TypeID: 9, Value: value, Owner: deletion.OwnerEntry{Type: "person", ExternalID: value},
		}
		former := contact
		former.SubscriberID, former.Email = 2, value
		lines := []deletion.Line{contactLine(1, value, former), contactLine(2, value, contact), communicationLine(3, communication)}
		lines[2].Policy = value
		text := configuration(value, collected(t, lines...))
		blocks := evaluated(t, uncommented(text))
		if len(blocks) != 2 {
			t.Fatalf("%q: %d blocks in\n%s", value, len(blocks), text)
		}
		for name, block := range blocks {
			for attribute, got := range block {
				want := any(value)
				switch attribute {
				case "email":
					want = value + "@example.com"
				case "custom_fields":
					want = map[string]any{"plan": value}
				case "owner":
					want = map[string]any{"type": "person", "external_id": value}
				case "subscriptions":
					continue
				}
				if !reflect.DeepEqual(plain(got), want) {
					t.Errorf("%s.%s is %q, want %q", name, attribute, plain(got), want)
				}
			}
		}
	}
}

// A contact without a first name can be added only while it is alone on its
// address.
func TestContactWithoutFirstNameComesFirst(t *testing.T) {
	contact := func(id int64, email, first, key string) deletion.Line {
		return contactLine(1, "delete", named(id, email, first, key))
	}
	text := string(configuration("deleted.jsonl", collected(t,
		contact(1, "jane@example.com", "Jane", ""), contact(2, "Jane@example.com", "", ""), contact(3, "jane@example.com", "Joan", ""),
		contact(4, "bob@example.com", "Bob", ""), contact(5, "ann@example.com", "", "1"), contact(6, "ann@example.com", "Ann", "2"))))
	const dependency = "depends_on      = [reach_contact.jane_example_com_2]\n"
	blocks := strings.Split(text, "\n\n")
	for number, want := range map[int]bool{1: true, 2: false, 3: true, 4: false, 5: false, 6: false} {
		if got := strings.Contains(blocks[number], "depends_on"); got != want || want && !strings.Contains(blocks[number], dependency) {
			t.Errorf("block %d depends on another: %v, want %v\n%s", number, got, want, blocks[number])
		}
	}
}

// WhatCounts adds a contact only to a list, so the block must not pass for one
// that can be applied.
func TestContactOnNoListIsTold(t *testing.T) {
	text := string(configuration("deleted.jsonl", collected(t, contactLine(1, "delete", named(1, "jane@example.com", "", "")))))
	if !strings.Contains(text, "subscriptions   = []\n") || !strings.Contains(text, "# It was on no list.") {
		t.Errorf("the configuration is\n%s", text)
	}
}
