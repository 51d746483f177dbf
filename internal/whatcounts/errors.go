package whatcounts

import (
	"errors"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// ExistsError says that a contact was not added, or an address not taken,
// because a contact has it already. It comes inside a apierror.Refused error.
type ExistsError struct {
	Existing     []Match
	SubscriberID int64 // the contact that stands in the way
	// Changed: the contact appeared between the look and the subscribe, which
	// then changed it instead of adding another.
	Changed bool
}

// Error names the contacts that exist.
func (e *ExistsError) Error() string {
	if e.Changed {
		return "another contact appeared while this one was being added, and was changed in its place: " + describeAll(e.Existing)
	}
	return "it exists already: " + describeAll(e.Existing)
}

// UnseenError says that a contact may have been added, and that it was not to
// be seen afterwards: nothing shows it, or the look for it failed. It comes
// inside a apierror.Uncertain error.
type UnseenError struct{ cause error }

// Error says what it means.
func (e *UnseenError) Error() string { return "the contact may have been added without being seen" }

// Unwrap is why the look for it failed; nil when it found nothing.
func (e *UnseenError) Unwrap() error { return e.cause }

// AmbiguousError says that several contacts share an address and that the
// command would not tell them apart. It comes inside a apierror.Refused error.
type AmbiguousError struct {
	Matches []Match // every contact on the address that is known
}

// Error names the contacts that share the address.
func (e *AmbiguousError) Error() string {
	return "several contacts share the address, and the service would not tell which one is meant: " + describeAll(e.Matches)
}

// ChangedError says that the record is no longer the one that was expected.
// Nothing was sent to change it. It comes inside a apierror.Refused error.
type ChangedError struct{ Expected, Found Contact }

// Error names both.
func (e *ChangedError) Error() string {
	return "the record is no longer the one expected: expected " + e.Expected.describe() + ", found " + e.Found.describe()
}

// OptedOutError says that a subscription was refused because of an opt-out of
// the address. It comes inside a apierror.Refused error.
type OptedOutError struct {
	Email  string
	ListID int64
	// What the opt-out queries showed. Both are false when neither query shows
	// the address, or when they could not be asked.
	Global, OfList bool
}

// Error names the address, the list and the opt-out.
func (e *OptedOutError) Error() string {
	switch {
	case e.Global && e.OfList:
		return fmt.Sprintf("%s has opted out globally and of list %d", e.Email, e.ListID)
	case e.Global:
		return fmt.Sprintf("%s has opted out globally, which covers list %d (deleting a contact also leaves a global opt-out)", e.Email, e.ListID)
	case e.OfList:
		return fmt.Sprintf("%s has opted out of list %d", e.Email, e.ListID)
	}
	return fmt.Sprintf("the service refuses %s on list %d because of an opt-out; the opt-out queries do not show which", e.Email, e.ListID)
}

// Difference is one value that was asked for and is stored as another.
type Difference struct {
	Field  string // the attribute, or "subscription to list 5"
	Sent   string
	Stored string
}

// DifferenceError says that the service reported success and stored something
// else. It comes inside a apierror.Refused error.
type DifferenceError struct{ Differences []Difference }

// Error names each field with what was sent and what is stored.
func (e *DifferenceError) Error() string {
	named := make([]string, 0, len(e.Differences))
	for _, d := range e.Differences {
		named = append(named, fmt.Sprintf("%s was to be %q and is stored as %q", d.Field, d.Sent, d.Stored))
	}
	return strings.Join(named, "; ")
}

// refused wraps one of the errors above.
func refused(attempt string, cause error, advice string) error {
	return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: cause.Error(), Advice: advice, Cause: cause}
}

// refusedBy is the error for a FAILURE.
func (c *Client) refusedBy(attempt string, answer reply) error {
	return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: c.reason(answer), Advice: adviceOnReason(answer.rest)}
}

// adviceOnReason names the attribute that a known reason is about.
func adviceOnReason(reason string) string {
	reason = strings.ToLower(reason)
	switch {
	case strings.Contains(reason, "list ids"):
		return "Check list_id: WhatCounts does not find it in the realm named by whatcounts.realm."
	case strings.Contains(reason, "valid email address"):
		return "Check email."
	}
	return ""
}

// withAdvice gives advice where the error has none yet.
func withAdvice(err error, advice string) error {
	var judged *apierror.Error
	if errors.As(err, &judged) && judged.Advice == "" {
		judged.Advice = advice
	}
	return err
}
