package main

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

func TestNames(t *testing.T) {
	contact := func(id int64, email, first, key string) deletion.Line {
		return contactLine(1, "delete", named(id, email, first, key))
	}
	value := func(id int64, kind, value, externalID string) deletion.Line {
		return communicationLine(1, deletion.CommunicationEntry{CommunicationID: id, Type: kind, Value: value, ExternalID: externalID})
	}
	tests := []struct {
		line deletion.Line
		want string
	}{
		{contact(1, "Jane.Doe+news@Example.com", "Jane", ""), "jane_doe_news_example_com"},
		{contact(2, "jane.doe+news@example.com", "Joan", ""), "jane_doe_news_example_com_joan"},
		{contact(3, "jane_doe.news@example.com", "", ""), "jane_doe_news_example_com_3"},
		{contact(4, "jane.doe.news@example.com", "Joan", ""), "jane_doe_news_example_com_4"},
		{contact(5, "ann@example.com", "Ann", "1"), "ann_example_com"},
		{contact(6, "ann@example.com", "Ann", "K-2"), "ann_example_com_ann_k_2"},
		{contact(7, "007@example.com", "", ""), "contact_007_example_com"},
		{contact(8, "用户@例子.广告", "", ""), "contact"},
		{contact(9, "用户@例子.广告", "李", ""), "contact_9"},
		{contact(10, "ann.example@com", "", "9"), "ann_example_com_9"},
		{contact(11, "ann.example@com", "", "9"), "ann_example_com_11"},
		// Whatever stands in the way, a name is found.
		{contact(12, "ann@example.com", "", "12 2"), "ann_example_com_12_2"},
		{contact(13, "ann@example.com", "", "12"), "ann_example_com_12"},
		{contact(12, "ann@example.com", "", ""), "ann_example_com_12_3"},
		{value(1, "email", "Billing@Example.com", "EMAIL-001"), "billing_example_com"},
		{value(2, "email", "billing@example.com", "EMAIL-002"), "billing_example_com_email_002"},
		{value(3, "mobile", "+61 400 000 000", ""), "mobile_61_400_000_000"},
		{value(4, "Chat Name", "${...}", ""), "chat_name"},
		{value(5, "1st", "2", ""), "communication_1st_2"},
	}
	taken := names{}
	for _, test := range tests {
		if got := taken.of(test.line); got != test.want {
			t.Errorf("%+v: %q, want %q", test.line.Record, got, test.want)
		}
	}
}

// A name is always one that Terraform takes, and no two are the same.
func TestNamesAreIdentifiers(t *testing.T) {
	taken, seen := names{}, map[string]bool{}
	for id, value := range []string{"", "_", "$", "1", strings.Repeat("long", 60), strings.Repeat("long", 60), "a b", "a-b", "ä", "9", "é@é.é", "-", "null", "for", "_9"} {
		for _, kind := range []string{"email", "Chat Name", "1st", "短信", "-"} {
			name := taken.of(communicationLine(1, deletion.CommunicationEntry{CommunicationID: int64(id + 1), Type: kind, Value: value}))
			if !hclsyntax.ValidIdentifier(name) || seen[name] || len(name) > longestName+5 {
				t.Errorf("type %q, value %q: the name %q", kind, value, name)
			}
			seen[name] = true
		}
	}
}
