package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// ExistsError says that a contact was not added, or an address not taken,
// because a contact has it already. It comes inside an apierror.Conflict error.
type ExistsError struct {
	Existing     []Row
	SubscriberID int64 // the contact that has it
	// Changed: the contact appeared between the look and the subscribe, which
	// then changed it instead of adding another.
	Changed bool
	// Alike: its first name differs from the wanted one in no more than letter
	// case, blanks, accents or the form of letters. The service may take the two
	// for one, and would change this contact.
	Alike bool
}

// Error names the contacts that exist.
func (e *ExistsError) Error() string {
	if e.Changed {
		return "another contact appeared while this one was being added, and was changed in its place: " + listRows(e.Existing)
	}
	if e.Alike {
		return "the address has a contact whose first name differs only in letter case, blanks or accents, so that the service may take the two for one: " + listRows(e.Existing)
	}
	return "it exists already: " + listRows(e.Existing)
}

// UnseenError says that a contact may have been added, and that it was not to
// be seen afterwards: nothing shows it, or the look for it failed. It comes
// inside an apierror.Uncertain error.
type UnseenError struct{ cause error }

// Error says what it means.
func (e *UnseenError) Error() string { return "the contact may have been added without being seen" }

// Unwrap is why the look for it failed; nil when it found nothing.
func (e *UnseenError) Unwrap() error { return e.cause }

// AmbiguousError says that several contacts share an address and that the
// command would not tell them apart. It comes inside an apierror.Refused error.
type AmbiguousError struct {
	Rows []Row // every contact on the address that is known
}

// Error names the contacts that share the address.
func (e *AmbiguousError) Error() string {
	return "several contacts share the address, and the service would not tell which one to take: " + listRows(e.Rows)
}

// ChangedError says that the record is no longer the one that was expected.
// Nothing was sent to change it. It comes inside an apierror.Refused error.
type ChangedError struct{ Expected, Found Identity }

// Error names both.
func (e *ChangedError) Error() string {
	return "the record is no longer the one expected: expected " + e.Expected.String() + ", found " + e.Found.String()
}

// OptedOutError says that a subscription, or another address of a contact, was
// refused because of an opt-out of the address. It comes inside an
// apierror.Refused error.
type OptedOutError struct {
	Email  string
	ListID int64 // 0 where no list is meant
	// What the opt-out queries showed. Both are false when neither query shows
	// the address, or when they could not be asked.
	Global, OfList bool
}

// Error names the address, the list and the opt-out.
func (e *OptedOutError) Error() string {
	switch {
	case e.Global && e.OfList:
		return fmt.Sprintf("%s has opted out globally and of list %d", e.Email, e.ListID)
	case e.Global && e.ListID == 0:
		return e.Email + " has opted out globally (deleting a contact also leaves a global opt-out)"
	case e.Global:
		return fmt.Sprintf("%s has opted out globally, which covers list %d (deleting a contact also leaves a global opt-out)", e.Email, e.ListID)
	case e.OfList:
		return fmt.Sprintf("%s has opted out of list %d", e.Email, e.ListID)
	}
	return fmt.Sprintf("the service refuses %s on list %d because of an opt-out; the opt-out queries do not show which", e.Email, e.ListID)
}

// RepeatedError says that two identities are one contact. It comes inside an
// apierror.Invalid error.
type RepeatedError struct{ Identity }

// Error names the contact.
func (e *RepeatedError) Error() string { return e.Identity.String() + " is named more than once" }

// DifferenceError says that the service reported success and stored something
// else. It comes inside an apierror.Refused error.
type DifferenceError struct{ Differences []Difference }

// Error names each field with what was sent and what is stored.
func (e *DifferenceError) Error() string {
	named := make([]string, 0, len(e.Differences))
	for _, d := range e.Differences {
		named = append(named, fmt.Sprintf("%s was to be %q and is stored as %q", d.Field, d.Sent, d.Stored))
	}
	return strings.Join(named, "; ")
}

// uncertainWrite marks the error of a command that may have been done or not.
// Reading the record back may tell. A failed query carries no such mark: it was
// repeated already.
type uncertainWrite struct{ cause error }

func (u *uncertainWrite) Error() string { return "the outcome is not known" }

func (u *uncertainWrite) Unwrap() error { return u.cause }

// errTotals is beneath the error for an answer whose totals do not tell what
// became of each row.
var errTotals = errors.New("the totals do not add up")

func uncertain(attempt, reason string, cause error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: reason, Cause: &uncertainWrite{cause}}
}

func isUncertain(err error) bool {
	var write *uncertainWrite
	return errors.As(err, &write)
}

const (
	adviceToLook = "Look for the contact in WhatCounts: if it is there, import it before applying again."
	adviceToPlan = "Run terraform plan to see what was done."
)

// notReadBack is the error for a command with an unknown outcome after which
// the record could not be read either.
func notReadBack(attempt string, outcome, read error, advice string) error {
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: reasonOf(outcome) + "; reading it back failed as well: " + reasonOf(read),
		Advice: advice, Cause: read,
	}
}

// notDone is the error for a command with an unknown outcome, repeated as often
// as max_retries allows, of which the record shows nothing.
func notDone(attempt string, outcome error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: reasonOf(outcome) + "; reading it back shows that it was not done", Advice: "Apply again."}
}

// addedAnother is the error for a subscribe that was to find a contact and
// added one.
func addedAnother(attempt string) error {
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: "the service says that it added a contact, where one that exists was meant",
		Advice: "Look for an unexpected second contact on this address in WhatCounts.",
	}
}

func reasonOf(err error) string {
	var judged *apierror.Error
	if errors.As(err, &judged) {
		return judged.Reason
	}
	return err.Error()
}

// notSent is the error of a caller that stopped waiting before anything was
// sent for it. An error that has a kind already keeps it.
func notSent(attempt string, err error) error {
	var judged *apierror.Error
	if err == nil || errors.As(err, &judged) {
		return err
	}
	return &apierror.Error{Kind: apierror.NotSent, Attempt: attempt, Reason: err.Error(), Cause: err}
}

// concerning is the error of several contacts, or of no contact in particular,
// as that of one. Errors of the caller stay as they are.
func concerning(attempt string, err error) error {
	var judged *apierror.Error
	switch {
	case errors.As(err, &judged):
		one := *judged
		one.Attempt = attempt
		return &one
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return notSent(attempt, err)
	}
	return err
}

func invalid(attempt, reason, advice string) *apierror.Error {
	return &apierror.Error{Kind: apierror.Invalid, Attempt: attempt, Reason: reason, Advice: advice}
}

// refused wraps one of the errors above.
func refused(attempt string, cause error, advice string) error {
	return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: cause.Error(), Advice: advice, Cause: cause}
}

func conflict(attempt string, cause *ExistsError, advice string) error {
	return &apierror.Error{Kind: apierror.Conflict, Attempt: attempt, Reason: cause.Error(), Advice: advice, Cause: cause}
}

func notFound(attempt, reason string) error {
	return &apierror.Error{Kind: apierror.NotFound, Attempt: attempt, Reason: reason}
}

func keyRequired(attempt string) error {
	return invalid(attempt, "this realm tells contacts apart by customer key, and the contact has none", "Set customer_key.")
}

func changedSince(attempt string, expected, found Identity) error {
	return refused(attempt, &ChangedError{Expected: expected, Found: found}, "Run terraform plan to see the record as it is now.")
}

// differs is the error for values that did not arrive as they were sent.
func differs(attempt string, found []Difference) error {
	return refused(attempt, &DifferenceError{found}, adviceOnDifferences(found))
}

func adviceOnDifferences(found []Difference) string {
	var advice []string
	add := func(applies func(Difference) bool, text string) {
		for _, d := range found {
			if applies(d) {
				advice = append(advice, text)
				return
			}
		}
	}
	add(func(d Difference) bool { return strings.HasPrefix(d.Field, "custom_fields[") && d.Stored == "" },
		"Check that the realm has a custom field of exactly this name (custom_fields): WhatCounts accepts unknown ones silently and drops the value.")
	add(func(d Difference) bool { return strings.ContainsAny(d.Sent, `,"`) },
		"WhatCounts may not keep a comma or a double quote in a value: use one without them.")
	add(func(d Difference) bool {
		return !textform.Same(d.Stored, d.Sent) && textform.Same(d.Stored, strings.TrimSpace(d.Sent))
	},
		"WhatCounts may drop outer blanks: remove them.")
	add(func(d Difference) bool { return d.Sent == "" },
		"WhatCounts may not clear a value that once was set: clear it by hand, or give it a value.")
	if len(advice) == 0 {
		return "The rest of the record is as the service reported it. Use the stored value, or correct it by hand."
	}
	return strings.Join(advice, " ")
}

// adviceOnQuotes is for a command that did nothing and gave no reason: a
// service that does not know quotes takes a comma in a value for one column
// more.
func adviceOnQuotes(sent []cell) string {
	for _, c := range sent {
		if !isIdentity(c.name) && strings.ContainsAny(c.value, `,"`) {
			return "WhatCounts may not take a comma or a double quote in " + AttributeName(c.name) + ": use a value without them."
		}
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
