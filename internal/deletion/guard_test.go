package deletion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

func newGuard(t *testing.T, settings Settings) *Guard {
	t.Helper()
	settings.Activity = &diagnostic.Activity{Quiet: time.Millisecond}
	guard, err := New(settings)
	if err != nil {
		t.Fatal(err)
	}
	return guard
}

// planned is what a delete is told in a plan in which nothing else happens.
func planned(guard *Guard, record Record) diag.Diagnostics {
	_, problems := guard.Plan(context.Background(), record)
	return problems
}

// decisions are the two moments at which a delete is decided on. Whatever
// holds in a plan must hold when the delete is executed.
var decisions = map[string]func(*Guard, Record) diag.Diagnostics{"planned": planned, "executed": (*Guard).Admit}

func contact(id int64, policy Policy) Record {
	return Record{Kind: "contact", ID: id, Address: fmt.Sprintf("c%d@example.com", id), Policy: policy}
}

func communication(id int64) Record {
	return Record{Kind: "communication", ID: id, Address: fmt.Sprintf("c%d@example.com", id)}
}

func limit(most int64) *int64 { return &most }

// expectRefusal checks for one error under the summary, or none when it is
// empty, whose detail holds all of the parts.
func expectRefusal(t *testing.T, got diag.Diagnostics, summary string, parts ...string) {
	t.Helper()
	if summary == "" {
		if len(got) > 0 {
			t.Errorf("it is refused: %v", got)
		}
		return
	}
	if len(got) != 1 || got[0].Severity() != diag.SeverityError || got[0].Summary() != summary {
		t.Errorf("got %v, want one error %q", got, summary)
		return
	}
	for _, part := range parts {
		if !strings.Contains(got[0].Detail(), part) {
			t.Errorf("the detail lacks %q: %s", part, got[0].Detail())
		}
	}
}

func TestPolicy(t *testing.T) {
	tests := map[string]struct {
		provider, own Policy
		refused       string // a part of the detail
		counts        bool
	}{
		"delete is let through":                               {"", Delete, "", true},
		"delete_without_optout is let through":                {"", DeleteWithoutOptout, "", true},
		"unsubscribe is let through and counts for nothing":   {"", Unsubscribe, "", false},
		"abandon is let through and counts for nothing":       {"", Abandon, "", false},
		"prevent refuses":                                     {"", Prevent, `deletion_policy in state is "prevent"`, false},
		"without any policy a record is deleted":              {"", "", "", true},
		"the provider's delete holds for who says nothing":    {Delete, "", "", true},
		"the provider's abandon holds for who says nothing":   {Abandon, "", "", false},
		"the provider's prevent holds for who says nothing":   {Prevent, "", "safeguards.deletion_policy", false},
		"a record's delete goes before the provider's":        {Prevent, Delete, "", true},
		"a record's abandon goes before the provider's":       {Prevent, Abandon, "", false},
		"a record's unsubscribe goes before the provider's":   {Prevent, Unsubscribe, "", false},
		"a record's prevent goes before the provider's":       {Delete, Prevent, `deletion_policy in state is "prevent"`, false},
		"a record's quiet delete goes before the provider's":  {Abandon, DeleteWithoutOptout, "", true},
		"a record's prevent goes before the provider's other": {Abandon, Prevent, `deletion_policy in state is "prevent"`, false},
	}
	for name, test := range tests {
		for moment, decide := range decisions {
			t.Run(name+" when "+moment, func(t *testing.T) {
				guard := newGuard(t, Settings{Policy: test.provider, MaxDeletesPerRun: limit(1)})
				summary := ""
				if test.refused != "" {
					summary = SummaryPrevented
				}
				expectRefusal(t, decide(guard, contact(7, test.own)), summary, test.refused, "contact 7 (c7@example.com)", "removed block")
				wantNext := ""
				if test.counts {
					wantNext = SummaryTooMany
				}
				expectRefusal(t, decide(guard, contact(8, Delete)), wantNext)
			})
		}
	}
}

func TestPoliciesByKind(t *testing.T) {
	if got, want := Policies(), []string{"delete", "abandon", "prevent"}; !slices.Equal(got, want) {
		t.Errorf("the policies of all are %q, want %q", got, want)
	}
	if got, want := ContactPolicies(), []string{"delete", "abandon", "prevent", "delete_without_optout", "unsubscribe"}; !slices.Equal(got, want) {
		t.Errorf("the policies of contacts are %q, want %q", got, want)
	}
}

func TestDeletable(t *testing.T) {
	tests := map[string]struct {
		patterns []string // nil: the attribute is not set
		address  string
		refused  bool
	}{
		"without the list everything is":           {nil, "jane@example.com", false},
		"with an empty list nothing is":            {[]string{}, "jane@example.com", true},
		"an address that matches is":               {[]string{"*@test.example.com"}, "jane@test.example.com", false},
		"an address that does not match is not":    {[]string{"*@test.example.com"}, "jane@example.com", true},
		"a part of an address is no match":         {[]string{"*@test.example.com"}, "jane@test.example.com.au", true},
		"a domain that only ends alike is not":     {[]string{"*@example.com"}, "jane@notexample.com", true},
		"one pattern of several is enough":         {[]string{"a@*", "*@test.example.com"}, "jane@test.example.com", false},
		"the case of an address does not count":    {[]string{"*@test.example.com"}, "Jane@TEST.Example.com", false},
		"the case of a pattern does not count":     {[]string{"*@TEST.Example.com"}, "jane@test.example.com", false},
		"the case of a class does not count":       {[]string{"[A-C]*@example.com"}, "bob@example.com", false},
		"blanks around an address do not count":    {[]string{"*@example.com"}, " jane@example.com ", false},
		"a question mark is one letter":            {[]string{"user?@example.com"}, "user12@example.com", true},
		"alternatives are":                         {[]string{"*@{test,demo}.example.com"}, "jane@demo.example.com", false},
		"a telephone number that matches is":       {[]string{"+61*"}, "+61 2 1234 5678", false},
		"a telephone number that does not is not":  {[]string{"+61*"}, "+64 2 1234 5678", true},
		"an address in full is":                    {[]string{"jane@example.com"}, "jane@example.com", false},
		"an empty address matches only everything": {[]string{"*@*"}, "", true},
		"the form of a letter is ignored":          {[]string{"zo\u00eb@*"}, "Zoe\u0308@example.com", false},
		"and so is that of a pattern":              {[]string{"zoe\u0308@*"}, "ZO\u00cb@example.com", false},
		"an accent is not":                         {[]string{"zoe@*"}, "zoe\u0308@example.com", true},
	}
	for name, test := range tests {
		for moment, decide := range decisions {
			t.Run(name+" when "+moment, func(t *testing.T) {
				guard := newGuard(t, Settings{Deletable: test.patterns})
				for _, policy := range []Policy{Delete, DeleteWithoutOptout} {
					summary := ""
					if test.refused {
						summary = SummaryOutside
					}
					record := Record{Kind: "contact", ID: 7, Address: test.address, Policy: policy}
					expectRefusal(t, decide(guard, record), summary, "safeguards.deletable", record.String(), strings.Join(test.patterns, ", "))
				}
				for _, policy := range []Policy{Abandon, Unsubscribe} {
					expectRefusal(t, decide(guard, Record{Kind: "contact", ID: 7, Address: test.address, Policy: policy}), "")
				}
			})
		}
	}
}

// A record is judged once more as it was read right before its delete.
func TestScopeOfWhatWasRead(t *testing.T) {
	guard := newGuard(t, Settings{Deletable: []string{"*@test.example.com"}})
	var outside *OutsideError
	read := Record{Kind: "contact", ID: 7, Address: "jane@example.com"}
	if err := guard.CheckScope(read); !errors.As(err, &outside) || !strings.Contains(err.Error(), read.String()) || !strings.Contains(err.Error(), "*@test.example.com") {
		t.Errorf("outside: %v", err)
	}
	read.Address = "Jane@Test.Example.com"
	if err := errors.Join(guard.CheckScope(read), newGuard(t, Settings{}).CheckScope(read)); err != nil {
		t.Errorf("inside, and without a scope: %v", err)
	}
}

func TestEmptyListIsToldAsSuch(t *testing.T) {
	guard := newGuard(t, Settings{Deletable: []string{}})
	expectRefusal(t, planned(guard, contact(7, Delete)), SummaryOutside, "safeguards.deletable (the list is empty)")
}

func TestPatternThatIsNoneIsNamed(t *testing.T) {
	for _, pattern := range []string{"[a-", "{a,b", "[Z-A]@example.com"} {
		t.Run(pattern, func(t *testing.T) {
			_, err := New(Settings{Deletable: []string{"*@example.com", pattern}})
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", pattern)) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// [^ would let go of what it seems to keep.
func TestClassThatSeemsToExcludeIsRefused(t *testing.T) {
	for _, pattern := range []string{"[^a]*@example.com", "*@[^a-c]x", `\\[^a]`} {
		if _, err := New(Settings{Deletable: []string{pattern}}); err == nil || !strings.Contains(err.Error(), "[!a-c]") || !strings.Contains(err.Error(), fmt.Sprintf("%q", pattern)) {
			t.Errorf("%s: the error is %v", pattern, err)
		}
	}
	for pattern, want := range map[string]map[string]bool{ // what the error says to write
		"[!a-c]@x": {"a@x": true, "d@x": false},
		"[abc^]@x": {"a@x": false, "^@x": false, "d@x": true},
		`\[^a]`:    {"[^a]": false, "a": true},
	} {
		guard := newGuard(t, Settings{Deletable: []string{pattern}})
		for address, refused := range want {
			if err := guard.CheckScope(Record{Kind: "contact", ID: 7, Address: address}); (err != nil) != refused {
				t.Errorf("%s, %s: %v", pattern, address, err)
			}
		}
	}
}

func TestLimit(t *testing.T) {
	type step struct {
		record  Record
		refused bool
	}
	first, second, third := contact(1, Delete), contact(2, Delete), contact(3, Delete)
	tests := map[string]struct {
		most  *int64
		steps []step
	}{
		"none lets everything through":            {nil, []step{{first, false}, {second, false}, {third, false}}},
		"refuses what goes past it":               {limit(2), []step{{first, false}, {second, false}, {third, true}}},
		"of zero refuses the first":               {limit(0), []step{{first, true}}},
		"counts a record once":                    {limit(1), []step{{first, false}, {first, false}, {second, true}, {first, false}}},
		"counts both kinds together":              {limit(1), []step{{communication(1), false}, {second, true}}},
		"takes equal ids of two kinds for two":    {limit(1), []step{{communication(1), false}, {first, true}}},
		"counts both ways of deleting a contact":  {limit(1), []step{{contact(1, DeleteWithoutOptout), false}, {second, true}}},
		"does not count what it refused":          {limit(1), []step{{first, false}, {second, true}, {second, true}, {first, false}}},
		"does not count what the scope refused":   {limit(1), []step{{Record{Kind: "contact", ID: 9, Address: "outside"}, true}, {first, false}}},
		"does not count what the policy keeps":    {limit(1), []step{{contact(9, Prevent), true}, {contact(8, Abandon), false}, {first, false}}},
		"does not hold up what is not a deletion": {limit(0), []step{{contact(1, Abandon), false}, {contact(2, Unsubscribe), false}}},
	}
	for name, test := range tests {
		for moment, decide := range decisions {
			t.Run(name+" when "+moment, func(t *testing.T) {
				guard := newGuard(t, Settings{MaxDeletesPerRun: test.most, Deletable: []string{"*@example.com"}})
				for number, step := range test.steps {
					if got := decide(guard, step.record); got.HasError() != step.refused {
						t.Errorf("step %d, %s: refused %v, want %v", number+1, step.record, got.HasError(), step.refused)
					}
				}
			})
		}
	}
}

func TestRefusalByTheLimitNamesRecordAndSetting(t *testing.T) {
	guard := newGuard(t, Settings{MaxDeletesPerRun: limit(0)})
	expectRefusal(t, planned(guard, communication(12)), SummaryTooMany, "safeguards.max_deletes_per_run", "communication 12 (c12@example.com)", " 0 ")
}

// A test of a module plans and applies in one process.
func TestPlannedAndExecutedDeletesAreCountedApart(t *testing.T) {
	guard := newGuard(t, Settings{MaxDeletesPerRun: limit(1)})
	expectRefusal(t, planned(guard, contact(1, Delete)), "")
	expectRefusal(t, guard.Admit(contact(2, Delete)), "")
	expectRefusal(t, planned(guard, contact(2, Delete)), SummaryTooMany)
	expectRefusal(t, guard.Admit(contact(1, Delete)), SummaryTooMany)
}

func TestLimitHoldsForConcurrentDeletes(t *testing.T) {
	for moment, admits := range map[string]func(*Guard, Record) bool{
		"planned": func(g *Guard, r Record) bool {
			refused, _ := g.Plan(t.Context(), r)
			return !refused
		},
		"executed": func(g *Guard, r Record) bool { return !g.Admit(r).HasError() },
	} {
		t.Run(moment, func(t *testing.T) {
			guard := newGuard(t, Settings{MaxDeletesPerRun: limit(10)})
			var admitted atomic.Int32
			var callers sync.WaitGroup
			for id := range int64(50) {
				callers.Go(func() {
					if admits(guard, contact(id, Delete)) {
						admitted.Add(1)
					}
				})
			}
			callers.Wait()
			if admitted.Load() != 10 {
				t.Errorf("%d of 50 deletes were let through, want 10", admitted.Load())
			}
		})
	}
}
