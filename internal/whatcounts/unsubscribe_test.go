package whatcounts

import (
	"errors"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

const (
	unsubOne = "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0"
	unsubNo  = "SUCCESS: 1 record(s) processed. 0 users unsubscribed from list(s) 5 (0 total contacts), Records Failed Other Error 0"
)

func TestUnsubscribe(t *testing.T) {
	off := detailXML("12", "jane@example.com", "Jane", "")
	s := newScript(t).on("find", rows(`12,jane@example.com,Jane,,"5,7"`)).on("unsub", unsubOne).on("detail", off)
	if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5, 7)).Err; err != nil {
		t.Error(err)
	}
	s.expectSent("find unsub unsub detail")

	s = newScript(t).on("find", rows("12,jane@example.com,Jane,,")).on("unsub", unsubNo).on("detail", off)
	if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; err != nil {
		t.Errorf("not subscribed: %v", err)
	}
	s.expectSent("find unsub detail")

	s = newScript(t).on("find", "").on("detail", absent("12"))
	if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; err != nil {
		t.Errorf("gone: %v", err)
	}

	for _, answer := range []string{unsubOne, unsubNo, "SUCCESS: 1 record(s) processed.", "SUCCESS", ""} {
		s = newScript(t).on("find", rows(janeRow)).on("unsub", answer).on("detail", detailXML("12", "jane@example.com", "Jane", "7"))
		if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; err != nil || s.count("unsub") != 1 {
			t.Errorf("%q, done: %v", answer, err)
		}
		s = newScript(t).on("find", rows(janeRow)).on("unsub", answer).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
		if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; err == nil {
			t.Errorf("%q, not done: no error", answer)
		}
	}
	for answer, want := range map[string]apierror.Kind{
		"FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm": apierror.Refused,
		strings.Replace(unsubNo, "Error 0", "Error 1", 1):                                                apierror.Refused,
		strings.Replace(unsubOne, "1 users", "2 users", 1):                                               apierror.Uncertain,
	} {
		s = newScript(t).on("find", rows(janeRow)).on("unsub", answer)
		if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; !apierror.Is(err, want) {
			t.Errorf("%s: %v", answer, err)
		}
	}

	nameless := jane()
	nameless.FirstName = ""
	s = newScript(t).on("find", rows("12,jane@example.com,,,5", "13,jane@example.com,Jim,,5"))
	var ambiguous *AmbiguousError
	if err := s.client.UnsubscribeOne(t.Context(), on(nameless, 5)).Err; !errors.As(err, &ambiguous) || s.sent() != "find" {
		t.Errorf("by address alone: %v", err)
	}
	s = newScript(t).on("find", rows(janeRow, "13,jane@example.com,Jim,,5"), rows("12,jane@example.com,Jane,,", "13,jane@example.com,Jim,,")).on("unsub", unsubOne).on("detail", off)
	if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 5)).Err; err == nil || !strings.Contains(err.Error(), "Jim") {
		t.Errorf("another contact lost its subscription: %v", err)
	}
	if err := s.client.UnsubscribeOne(t.Context(), on(jane(), 0)).Err; !apierror.Is(err, apierror.Invalid) {
		t.Errorf("list 0: %v", err)
	}
}
