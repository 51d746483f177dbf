package whatcounts

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestUpdatedBetweenTellsWhoChangedUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		s := newSimulated(t, realm, dialect)
		contacts := s.numbered(3)
		s.exchange.Clock.Advance(100 * time.Hour)
		if err := s.service.ChangeContact(realm, contacts[1].SubscriberID, func(c *simulator.Contact) { c.Fields["last"] = "Smith" }); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.client.Search(t.Context(), Criteria{Email: "user"}); err != nil {
			t.Fatal(err)
		}
		now, known := s.client.ServiceTime()
		if !known || time.Until(now).Round(time.Minute) != 100*time.Hour {
			t.Errorf("the clock of the service is %s", now)
		}
		updated, err := s.client.UpdatedBetween(t.Context(), 5, now.Add(-24*time.Hour), now.Add(24*time.Hour))
		if dialect == "wc-update-report-unknown" {
			if !errors.Is(err, ErrNoReport) || !apierror.Is(err, apierror.Refused) {
				t.Errorf("%v", err)
			}
			return
		}
		if err != nil || len(updated) != 1 || updated[0].SubscriberID != contacts[1].SubscriberID || updated[0].Digest == "" {
			t.Errorf("%+v (%v)", updated, err)
		}
		all, err := s.client.UpdatedBetween(t.Context(), 5, now.Add(-240*time.Hour), now.Add(24*time.Hour))
		if err != nil || len(all) != 3 || !slices.Contains(all, updated[0]) {
			t.Errorf("%+v (%v)", all, err)
		}
	})
}

func TestUpdatedBetweenReadsPages(t *testing.T) {
	t.Parallel()
	for dialect, requests := range map[string]int{"": 2, "wc-update-report-pages": 3} {
		for _, many := range []int{501, 500, 0} {
			s := newSimulated(t, "plain", dialect)
			s.crowd(many)
			updated, err := s.client.UpdatedBetween(t.Context(), 5, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
			if many == 500 && dialect == "" {
				// It might be a page, and offset means nothing.
				if !apierror.Is(err, apierror.Uncertain) {
					t.Errorf("%v", err)
				}
				continue
			}
			if got := s.exchange.Log.Count("rpt_sub_by_update_datetime"); err != nil || len(updated) != many || got > requests {
				t.Errorf("%s, %d: %d rows in %d requests (%v)", dialect, many, len(updated), got, err)
			}
		}
	}
}

func TestUpdatedBetweenTakesAnyColumns(t *testing.T) {
	t.Parallel()
	row := func(answer string) Updated {
		t.Helper()
		updated, err := newScript(t).on("rpt_sub_by_update_datetime", answer).client.UpdatedBetween(t.Context(), 5, time.Now(), time.Now())
		if err != nil || len(updated) != 1 || updated[0].SubscriberID != 12 {
			t.Fatalf("%+v (%v)", updated, err)
		}
		return updated[0]
	}
	one := row("Email,\"Subscriber ID\",Anything\n\"jane@example.com\",\"12\",\"a,b\"\n")
	if row("anything,email,SUBSCRIBER ID\n\"a,b\",\"jane@example.com\",\"12\"\n") != one {
		t.Error("the order and the case of headings count")
	}
	if row("email,subscriber id,anything\n\"jane@example.com\",\"12\",\"a\"\n").Digest == one.Digest {
		t.Error("a change does not show")
	}
	for answer, want := range map[string]apierror.Kind{
		"FAILURE: Unknown command":                                                       apierror.Refused,
		"email,first\njane@example.com,Jane\n":                                           apierror.Refused,
		"\"12\",\"jane@example.com\"\n":                                                  apierror.Refused,
		"subscriber_id,email\n\"12\"\n":                                                  apierror.Uncertain,
		"subscriber_id,email\n\"x\",\"jane@e.com\"\n":                                    apierror.Uncertain,
		"<html>maintenance</html>":                                                       apierror.Uncertain,
		"subscriber_id,email\n\"12\",\"jane@examp":                                       apierror.Uncertain,
		"FAILURE: Password (p) doesn't match entry for API user credentials in database": apierror.Unauthenticated,
	} {
		updated, err := newScript(t).on("rpt_sub_by_update_datetime", answer).client.UpdatedBetween(t.Context(), 5, time.Now(), time.Now())
		if !apierror.Is(err, want) || errors.Is(err, ErrNoReport) != (want == apierror.Refused) || len(updated) != 0 {
			t.Errorf("%q: %+v (%v)", answer, updated, err)
		}
	}
}
