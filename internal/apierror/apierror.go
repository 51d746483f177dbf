// Package apierror is the one error type of both clients. Neither service can
// be believed by its HTTP status, so each client reads every answer in full and
// comes to one of a few kinds. Success is a nil error; everything else is an
// [Error].
package apierror

import (
	"errors"
	"strings"
)

// Kind is what an answer that is not a success means for the record.
type Kind int

const (
	// Refused: the service read the request and did not do it. Nothing changed.
	Refused Kind = iota + 1
	// Conflict: a record that exists already has what was asked for. Nothing
	// changed. To a person it is a refusal, and has its words.
	Conflict
	// NotFound: the service recognisably said that the record does not exist. Only
	// this kind may take a record out of state.
	NotFound
	// Uncertain: the answer was lost, cut off or cannot be understood. The service
	// may or may not have done what was asked.
	Uncertain
	// Unauthenticated: the service refused the credentials.
	Unauthenticated
	// Forbidden: the credentials are good but lack a permission.
	Forbidden
	// NotSent: the request never reached the service. Nothing changed.
	NotSent
	// Invalid: the request was refused before it was sent, because it cannot be
	// expressed with certainty or names a setting that is missing.
	Invalid
)

// String is the kind as words in a sentence.
func (k Kind) String() string {
	switch k {
	case Refused, Conflict:
		return "refused"
	case NotFound:
		return "not found"
	case Uncertain:
		return "outcome unknown"
	case Unauthenticated:
		return "credentials refused"
	case Forbidden:
		return "permission missing"
	case NotSent:
		return "not sent"
	case Invalid:
		return "invalid"
	}
	return "no kind"
}

// Error is the outcome of one attempt. Its texts carry no secret: clients
// clean what a service said before they put it here.
type Error struct {
	Kind    Kind
	Attempt string // what was attempted on which record: "deleting communication 12345"
	Reason  string // what the service, or the check before it, said
	Advice  string // what to do next, in whole sentences; may be empty
	Cause   error  // the error beneath, if any
	Read    bool   // nothing but data was asked for, so that nothing can have changed
}

// Outcome is the kind as words in a sentence. Of a read nobody asks whether it
// was done.
func (e *Error) Outcome() string {
	if e.Read && e.Kind == Uncertain {
		return "no usable answer"
	}
	return e.Kind.String()
}

// OfRead marks err as that of a read, where it is an [Error].
func OfRead(err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Read = true
	}
	return err
}

// Error says what was attempted, the kind, the reason and the advice.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Attempt != "" {
		b.WriteString(e.Attempt)
		b.WriteString(": ")
	}
	b.WriteString(e.Outcome())
	if e.Reason != "" {
		b.WriteString(": ")
		b.WriteString(e.Reason)
	}
	if e.Advice == "" {
		return b.String()
	}
	return strings.TrimRight(b.String(), ". ") + ". " + e.Advice
}

// Unwrap is the error beneath.
func (e *Error) Unwrap() error { return e.Cause }

// Of is the kind that err carries, or 0 when it carries none.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// Is reports whether err is of this kind.
func Is(err error, kind Kind) bool { return Of(err) == kind }
