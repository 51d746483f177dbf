package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// What is wrong with contacts is told by key and column before anything is sent.
func TestSetRowsAreChecked(t *testing.T) {
	server := acctest.NewServer(t)
	for text, want := range map[string][]string{
		`{"a":{"email":"a@example.com","zip":800}}`:                                                             {`"a", column zip`, "a number"},
		`{"a":{"email":"a@example.com","company":true}}`:                                                        {`"a", column company`, "true or false"},
		`{"a":{"email":"a@example.com","custom_fields":{"plan":"gold"}}}`:                                       {`"a", column custom_fields`, "an object", "custom_ and its name"},
		`{"a":{"email":"a@example.com","fist_name":"Jane"}}`:                                                    {`"a", column fist_name`, "no such column"},
		`{"a":{"email":"a@example.com","custom_a b":"x"}}`:                                                      {`"a", column custom_a b`, "letters, digits"},
		`{"a":{"first_name":"Jane"}}`:                                                                           {`"a", column email`, "missing"},
		`{"a":{"email":""}}`:                                                                                    {`"a", column email`, "missing"},
		`{"a":{"email":"jane"}}`:                                                                                {`"a", column email`, "no @"},
		`{"a":{"email":"a@example.com","first_name":"Ja,ne"}}`:                                                  {`"a", column first_name`, "comma"},
		`{"a":{"email":"a@example.com","company":"a^b"}}`:                                                       {`"a", column company`, "^"},
		`{"a":{"email":"a@example.com"},"a":{"email":"b@example.com"}}`:                                         {`contacts has the key "a" twice`},
		`{"a":{"email":"a@example.com","email":"b@example.com"}}`:                                               {`"a" has the key "email" twice`},
		`{"a":{"email":"a@example.com"},"b":{"email":"A@Example.com"}}`:                                         {`"b" is the same contact as "a"`},
		`{"a":{"email":"a@example.com","first_name":"José"},"b":{"email":"a@example.com","first_name":"jose"}}`: {`"b" is the same contact as "a"`},
		`{"a":{"email":"a@example.com","customer_key":"1"},"b":{"email":"b@example.com","customer_key":"1"}}`:   {`"b" is the same contact as "a"`},
		`[{"email":"a@example.com"}]`:                                                                           {"contacts is a list"},
		`{"a":"a@example.com"}`:                                                                                 {`"a" is a text`},
		`{"a":null}`:                                                                                            {`"a" is null`},
	} {
		diagnostics := server.Validate(setName, map[string]any{"contacts": text, "subscriptions": []any{subscription(5)}})
		acctest.OneError(t, diagnostics, contact.SummaryRows, want...)
	}
	acctest.NoErrors(t, server.Validate(setName, map[string]any{"contacts": acctest.Unknown, "subscriptions": []any{subscription(5)}}))
	acctest.NoErrors(t, server.Validate(setName, newsletter(rows{
		"a": {"email": "a@example.com", "first_name": "Jane", "company": "", "zip": nil, "custom_plan": "gold"},
		"b": {"email": "a@example.com", "first_name": "Joan"},
	}, nil)))
	acctest.OneError(t, server.Validate(setName, newsletter(people(1), map[string]any{"subscriptions": []any{subscription(5), map[string]any{"list_id": 5, "format": "text"}}})), contact.SummaryListTwice)

	many := rows{}
	for i := range 30 {
		many[fmt.Sprintf("k%02d", i)] = map[string]any{"email": fmt.Sprintf("k%d", i)}
	}
	diagnostics := server.Validate(setName, newsletter(many, nil))
	acctest.OneError(t, diagnostics, contact.SummaryRows, "30 things", `"k19"`, "and 10 more")
	if strings.Contains(acctest.Texts(diagnostics), `"k20"`) {
		t.Error("more than 20 are named")
	}
}

// Planning asks the service nothing, and what sends nothing is no request either.
func TestSetPlanIsSilent(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(setName, newsletter(people(3), nil))
	acctest.ExpectSilence(t, sim, func() {
		for _, config := range []map[string]any{newsletter(people(3), nil), newsletter(people(4), nil), newsletter(people(2), nil), nil} {
			server.Plan(setName, state, config)
			server.Plan(setName, server.None(setName), newsletter(people(9), nil))
		}
		changed, diagnostics := server.Change(setName, state, newsletter(people(3), map[string]any{
			"force_sub": true, "override_confirmation": true, "deletion_policy": "abandon", "timeouts": map[string]any{"delete": "5m"},
		}))
		acctest.NoErrors(t, diagnostics)
		state = changed
		// Other keys, letter case, an empty column and another order are no change.
		renamed := rows{}
		for key, row := range people(3) {
			renamed["new "+key] = map[string]any{"email": strings.ToUpper(row["email"].(string)), "first_name": "Jane", "company": row["company"], "phone": ""}
		}
		config := newsletter(renamed, map[string]any{"deletion_policy": "abandon"})
		changed, diagnostics = server.Change(setName, state, config)
		acctest.NoErrors(t, diagnostics)
		if ids := attributeOf(t, changed, "subscriber_ids"); ids["new p1"] != attributeOf(t, state, "subscriber_ids")["p1"] {
			t.Errorf("a key that changed has another id: %v", ids)
		}
		server.ExpectNoChange(setName, changed, config)
		spaced := newsletter(renamed, map[string]any{"deletion_policy": "abandon"})
		spaced["contacts"] = strings.ReplaceAll(spaced["contacts"].(string), ":{", ": {")
		server.ExpectNoChange(setName, changed, spaced)
	})
	changed, diagnostics := server.Change(setName, state, newsletter(people(3), nil))
	acctest.NoErrors(t, diagnostics)
	settled(t, server, changed, newsletter(people(3), nil))
}

// Every row counts for the safeguards, and nothing goes where one is refused.
func TestSetSafeguards(t *testing.T) {
	for name, test := range map[string]struct {
		safeguards map[string]any
		summary    string
		texts      []string
	}{
		"limit":             {map[string]any{"max_deletes_per_run": 10}, deletion.SummaryTooMany, []string{"would delete 25 records", "15 records", "and 5 more"}},
		"scope":             {map[string]any{"deletable": []any{"p1*@example.com"}}, deletion.SummaryOutside, []string{"14 records", "p2@example.com", "and 4 more"}},
		"provider's policy": {map[string]any{"deletion_policy": "prevent"}, deletion.SummaryPrevented, []string{"25 records", "and 15 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			state := server.Created(setName, newsletter(people(25), nil))
			for _, config := range []map[string]any{nil, newsletter(rows{}, nil)} {
				planned := server.Plan(setName, state, config)
				acctest.OneError(t, planned.Diagnostics, test.summary, test.texts...)
			}
			if len(sim.WhatCounts.Contacts(acctest.Realm)) != 25 {
				t.Error("something was deleted")
			}
		})
	}
	t.Run("delete checks again", func(t *testing.T) {
		t.Parallel()
		sim := acctest.Simulator(t)
		state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(setName, newsletter(people(3), nil))
		planned := acctest.NewConfigured(t, sim, acctest.Realm, nil).Plan(setName, state, nil)
		acctest.NoErrors(t, planned.Diagnostics)
		left, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 2}).Apply(setName, state, planned)
		acctest.OneError(t, diagnostics, deletion.SummaryTooMany)
		expectRows(t, sim, left, people(3))
	})
}

// One contact belongs to one resource, in whatever order the two are planned.
func TestSetBesideSingleContacts(t *testing.T) {
	single := func(number int) map[string]any {
		return map[string]any{"email": fmt.Sprintf("p%d@example.com", number), "first_name": "Jane", "subscriptions": []any{subscription(5)}}
	}
	t.Run("both are to be made", func(t *testing.T) {
		sim := acctest.Simulator(t)
		for _, setFirst := range []bool{true, false} {
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			planSet := func() acctest.Planned { return server.Plan(setName, server.None(setName), newsletter(people(3), nil)) }
			planOne := func() acctest.Planned { return server.Plan(typeName, server.None(typeName), single(2)) }
			first, second := planSet, planOne
			if !setFirst {
				first, second = planOne, planSet
			}
			acctest.NoErrors(t, first().Diagnostics)
			acctest.OneError(t, second().Diagnostics, conflict.SummaryTwice, "p2@example.com")
		}
	})
	t.Run("one has it, the other makes it", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		state := server.Created(setName, newsletter(people(3), nil))
		state, _ = server.Refresh(setName, state)
		acctest.NoErrors(t, server.Plan(setName, state, newsletter(people(3), nil)).Diagnostics)
		acctest.OneError(t, server.Plan(typeName, server.None(typeName), single(2)).Diagnostics, conflict.SummaryTwice, "p2@example.com")
	})
	t.Run("it moves from one to the other without an import", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		state := server.Created(setName, newsletter(people(30), nil))
		state, _ = server.Refresh(setName, state)
		for i := range 25 {
			acctest.NoErrors(t, server.Plan(typeName, server.None(typeName), single(i+1)).Diagnostics)
		}
		planned := server.Plan(setName, state, newsletter(rows{}, nil))
		acctest.OneError(t, planned.Diagnostics, conflict.SummaryRenamed, "25 records of this resource", "and 5 more")
	})
	t.Run("an opt-out meets another contact", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		family := rows{"a": {"email": "p1@example.com", "first_name": "Jane"}, "b": {"email": "p1@example.com", "first_name": "Joan"}}
		state := server.Created(setName, newsletter(family, nil))
		planned := server.Plan(setName, state, newsletter(family.with(rows{"a": nil}), nil))
		acctest.OneError(t, planned.Diagnostics, conflict.SummaryOptout, "p1@example.com")
	})
	t.Run("two reads in a run are one run", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 5})
		set := server.Created(setName, newsletter(people(3), nil))
		other := rows{"x": {"email": "x@example.com"}, "y": {"email": "y@example.com"}, "z": {"email": "z@example.com"}}
		second := server.Created(setName, newsletter(other, nil))
		set, _ = server.Refresh(setName, set)
		acctest.NoErrors(t, server.Plan(setName, set, nil).Diagnostics)
		second, _ = server.Refresh(setName, second)
		acctest.OneError(t, server.Plan(setName, second, nil).Diagnostics, deletion.SummaryTooMany)
		// The next refresh of the first one begins another run.
		set, _ = server.Refresh(setName, set)
		acctest.NoErrors(t, server.Plan(setName, set, nil).Diagnostics)
	})
}
