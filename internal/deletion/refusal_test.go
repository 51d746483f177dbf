package deletion

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// plan is a walk over records, some at a time, as Terraform's: each is planned,
// and read where nothing was said against it. It returns the errors.
func plan(t *testing.T, guard *Guard, records []Record, atOnce int) []diag.Diagnostic {
	t.Helper()
	var errors []diag.Diagnostic
	next, told := make(chan Record), make(chan diag.Diagnostics)
	for range atOnce {
		go func() {
			for record := range next {
				_, problems := guard.Plan(t.Context(), record)
				if !problems.HasError() {
					done := guard.Busy()
					time.Sleep(400 * time.Millisecond)
					done()
				}
				told <- problems
			}
		}()
	}
	go func() {
		for _, record := range records {
			next <- record
		}
		close(next)
	}()
	for range records {
		errors = append(errors, (<-told).Errors()...)
	}
	return errors
}

func many(number int, policy Policy) []Record {
	var records []Record
	for id := range number {
		records = append(records, contact(int64(id+1), policy))
	}
	return records
}

// However many records a safeguard keeps from their delete, a plan has one error
// with their number and the first ten. It comes once nothing else is planned or
// read any more, although a read takes longer than the quiet period.
func TestOneErrorForAPlan(t *testing.T) {
	tests := map[string]struct {
		settings Settings
		records  []Record
		summary  string
		parts    []string
	}{
		"past the limit": {Settings{MaxDeletesPerRun: limit(10)}, many(300, Delete), SummaryTooMany,
			[]string{"This plan would delete 300 records", "allows 10 in one run", "290 records", "and 280 more", "Raise the limit"}},
		"outside the scope": {Settings{Deletable: []string{"*@test.example.com"}}, many(60, Delete), SummaryOutside,
			[]string{"(*@test.example.com) matches 60 records", "contact 1 (c1@example.com)\n", "contact 10 (c10@example.com)\n", "and 50 more", "Add a pattern"}},
		"prevent": {Settings{}, many(60, Prevent), SummaryPrevented,
			[]string{`deletion_policy in state is "prevent" for 60 records`, "contact 10 (c10@example.com)\n", "and 50 more", "removed block"}},
		"the provider's prevent": {Settings{Policy: Prevent}, many(11, ""), SummaryPrevented,
			[]string{"safeguards.deletion_policy", "11 records", "and 1 more"}},
		"a policy of a later version": {Settings{}, many(11, "archive"), SummaryPrevented, []string{`"archive"`, "11 records"}},
	}
	for name, test := range tests {
		for _, atOnce := range []int{2, 10} {
			t.Run(fmt.Sprintf("%s, %d at once", name, atOnce), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					guard, err := New(test.settings)
					if err != nil {
						t.Fatal(err)
					}
					errors := plan(t, guard, test.records, atOnce)
					expectRefusal(t, errors, test.summary, test.parts...)
					if lines := strings.Count(errors[0].Detail(), "\n"); lines > mostListed+2 {
						t.Errorf("%d lines: %s", lines, errors[0].Detail())
					}
				})
			})
		}
	}
}

// Where the others cannot come while the first one waits, each has its error:
// the first in full, the others in a line that names the record and the setting.
// None waits for long.
func TestOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guard, err := New(Settings{MaxDeletesPerRun: limit(0)})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		records := many(100, Delete)
		errors := plan(t, guard, records, 1)
		if len(errors) != len(records) || !strings.Contains(errors[0].Detail(), "Raise the limit") {
			t.Fatalf("%d errors: %v", len(errors), errors)
		}
		for i, further := range errors[1:] {
			if text := further.Detail(); strings.Contains(text, "\n") || len(text) > 200 || !strings.Contains(text, records[i+1].String()) || !strings.Contains(text, "max_deletes_per_run") {
				t.Errorf("error %d: %s", i+2, text)
			}
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the plan took %s", took)
		}
		time.Sleep(time.Minute)
		if later := planned(guard, records[0]); !strings.Contains(later[0].Detail(), "Raise the limit") {
			t.Errorf("a later plan does not say what to do: %s", later[0].Detail())
		}
	})
}

// Unlike reasons are unlike errors, and a delete that is allowed is not held up.
func TestUnlikeReasonsInOnePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guard, err := New(Settings{MaxDeletesPerRun: limit(5), Deletable: []string{"c*@example.com"}})
		if err != nil {
			t.Fatal(err)
		}
		records := append(many(20, Delete), Record{Kind: "contact", ID: 90, Address: "x@example.com"}, Record{Kind: "contact", ID: 91, Address: "y@example.com"})
		records = append(records, contact(92, Prevent), contact(93, Prevent))
		got := map[string]string{}
		for _, problem := range plan(t, guard, records, 10) {
			got[problem.Summary()] += problem.Detail()
		}
		for summary, part := range map[string]string{SummaryTooMany: "would delete 20 records", SummaryOutside: "2 records", SummaryPrevented: "2 records"} {
			if !strings.Contains(got[summary], part) {
				t.Errorf("%s: %q lacks %q", summary, got[summary], part)
			}
		}
		began := time.Now()
		if refused, _ := guard.Plan(t.Context(), contact(99, Abandon)); refused || time.Since(began) > 0 {
			t.Error("what is allowed had to wait")
		}
	})
}

// A plan that is cancelled ends at once, with its error.
func TestCancelledPlanIsStillRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guard, err := New(Settings{MaxDeletesPerRun: limit(0)})
		if err != nil {
			t.Fatal(err)
		}
		defer guard.Busy()() // a read that does not end
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, problems := guard.Plan(ctx, contact(1, Delete))
		expectRefusal(t, problems, SummaryTooMany, "contact 1 (c1@example.com)")
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Errorf("it took %s", took)
		}
	})
}

// What was past the limit in a plan is not deleted, also where the apply comes
// to it all the same, and counts again once a later plan lets it through.
func TestPastTheLimitInThePlan(t *testing.T) {
	guard := newGuard(t, Settings{MaxDeletesPerRun: limit(1)})
	expectRefusal(t, planned(guard, contact(1, Delete)), "")
	expectRefusal(t, planned(guard, contact(2, Delete)), SummaryTooMany)
	expectRefusal(t, guard.Admit(contact(2, Delete)), SummaryTooMany)
	expectRefusal(t, guard.Admit(contact(1, Delete)), "")
}

// Deletes that are let through are announced as refusals are: once for a plan,
// and each once where they come one after the other.
func TestOneAnnouncementForAPlan(t *testing.T) {
	for atOnce, want := range map[int]int{10: 1, 1: 100} {
		synctest.Test(t, func(t *testing.T) {
			guard, err := New(Settings{})
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			next, announced := make(chan Record), make(chan []Record)
			for range atOnce {
				go func() {
					for record := range next {
						announced <- guard.Announce(t.Context(), "summary", record)
					}
				}()
			}
			go func() {
				for _, record := range many(100, Delete) {
					next <- record
				}
				close(next)
			}()
			calls, records := 0, map[string]bool{}
			for range 100 {
				some := <-announced
				if len(some) > 0 {
					calls++
				}
				for _, record := range some {
					records[record.String()] = true
				}
			}
			if calls != want || len(records) != 100 || time.Since(began) > time.Second {
				t.Errorf("%d at once: %d announcements of %d records in %s", atOnce, calls, len(records), time.Since(began))
			}
		})
	}
}
