package contact_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// TestWhatIsRefusedIsNamed: each mistake is one error that names the attribute
// as the configuration does, and what is wrong with it.
func TestWhatIsRefusedIsNamed(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for name, test := range map[string]struct {
		change  map[string]any
		summary string
		says    []string
	}{
		"no @":               {map[string]any{"email": "jane"}, contact.SummaryInvalidEmail, []string{`email is "jane"`, "no @"}},
		"two @":              {map[string]any{"email": "a@b@example.com"}, contact.SummaryInvalidEmail, []string{"more than one @"}},
		"no address":         {map[string]any{"email": ""}, contact.SummaryInvalidEmail, []string{"empty"}},
		"half an address":    {map[string]any{"email": "@example.com"}, contact.SummaryInvalidEmail, []string{"one side"}},
		"a file's last line": {map[string]any{"email": "jane@example.com\n"}, contact.SummaryInvalidEmail, []string{"line break"}},
		"a caret":            {map[string]any{"email": "a^b@example.com"}, contact.SummaryInvalidEmail, []string{"cannot be sent", "carets"}},
		"a comma in a name":  {map[string]any{"first_name": "Jane, Dr"}, contact.SummaryNotEncodable, []string{"first_name", "comma"}},
		"a line break":       {map[string]any{"first_name": "Jane\n"}, contact.SummaryNotEncodable, []string{"first_name", "line break", "trimspace"}},
		"a custom field":     {map[string]any{"custom_fields": map[string]any{"plan": "a^b"}}, contact.SummaryNotEncodable, []string{`custom_fields["plan"]`}},
		"a nameless field":   {map[string]any{"custom_fields": map[string]any{"": "x"}}, contact.SummaryInvalidFieldName, []string{"empty", "without the prefix"}},
		"a list named twice": {map[string]any{"subscriptions": []any{map[string]any{"list_id": 5}, map[string]any{"list_id": 5, "format": "html"}}}, contact.SummaryListTwice, []string{"List 5", "html where none is given"}},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.OneError(t, server.Validate(typeName, changed(test.change)), test.summary, test.says...)
		})
	}
}

// changed is a configuration without a mistake, and a change to it.
func changed(change map[string]any) map[string]any {
	config := map[string]any{"email": "jane@example.com", "subscriptions": []any{map[string]any{"list_id": 5}}}
	for name, value := range change {
		config[name] = value
	}
	return config
}

// TestNullElementsAreMistakes of the configuration, not defects of the provider.
func TestNullElementsAreMistakes(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for name, diagnostics := range map[string]string{
		"subscriptions": acctest.Texts(server.Validate(typeName, changed(map[string]any{"subscriptions": []any{nil}}))),
		"contacts":      acctest.Texts(server.PlanAction("reach_delete_contacts", map[string]any{"contacts": []any{nil}})),
	} {
		if strings.Contains(diagnostics, "error in the provider") || !strings.Contains(diagnostics, "null value") || !strings.Contains(diagnostics, name) {
			t.Errorf("%s: got\n%s", name, diagnostics)
		}
	}
}

// TestPrefixOfACustomField: WhatCounts drops the value of a name that it does
// not know, which would come out after the contact has been added.
func TestPrefixOfACustomField(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	diagnostics := server.Validate(typeName, changed(map[string]any{"custom_fields": map[string]any{"custom_plan": "gold"}}))
	if len(diagnostics) != 1 || len(acctest.Warnings(diagnostics)) != 1 || diagnostics[0].Summary != contact.SummaryPrefixedField || !strings.Contains(diagnostics[0].Detail, "write plan") {
		t.Errorf("got\n%s", acctest.Texts(diagnostics))
	}
	if diagnostics := server.Validate(typeName, changed(map[string]any{"custom_fields": map[string]any{"plan": "gold"}})); len(diagnostics) > 0 {
		t.Errorf("got\n%s", acctest.Texts(diagnostics))
	}
}
