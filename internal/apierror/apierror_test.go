package apierror

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestErrorSaysWhatWasAttemptedAndWhatCameOfIt(t *testing.T) {
	tests := map[string]struct {
		err  Error
		want string
	}{
		"in full": {
			Error{Kind: Refused, Attempt: "deleting communication 12", Reason: "it is in use", Advice: "Remove its owner first."},
			"deleting communication 12: refused: it is in use. Remove its owner first.",
		},
		"with a reason that ends in a full stop": {
			Error{Kind: Refused, Attempt: "deleting communication 12", Reason: "It is in use.", Advice: "Remove its owner first."},
			"deleting communication 12: refused: It is in use. Remove its owner first.",
		},
		"without advice":    {Error{Kind: NotFound, Attempt: "reading contact 7", Reason: "there is none."}, "reading contact 7: not found: there is none."},
		"without a reason":  {Error{Kind: Uncertain, Attempt: "adding a contact", Advice: "Look first."}, "adding a contact: outcome unknown. Look first."},
		"without a subject": {Error{Kind: Invalid, Reason: "no password is given"}, "invalid: no password is given"},
		"with a kind alone": {Error{Kind: Forbidden}, "permission missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.err.Error(); got != test.want {
				t.Errorf("it says %q, want %q", got, test.want)
			}
		})
	}
}

func TestEveryKindHasItsOwnWord(t *testing.T) {
	seen := map[string]Kind{"no kind": 0}
	for kind := Refused; kind <= Invalid; kind++ {
		word := kind.String()
		if kind == Conflict {
			continue // to a person it is a refusal
		}
		if other, taken := seen[word]; taken {
			t.Errorf("kinds %d and %d are both %q", kind, other, word)
		}
		seen[word] = kind
	}
	if (Invalid+1).String() != "no kind" || Kind(0).String() != "no kind" {
		t.Error("what is no kind has a word")
	}
}

func TestKindIsFoundBeneathOtherErrors(t *testing.T) {
	gone := &Error{Kind: NotFound}
	tests := map[string]struct {
		err  error
		want Kind
	}{
		"itself":                             {gone, NotFound},
		"beneath another error":              {fmt.Errorf("batch 3: %w", gone), NotFound},
		"among several errors":               {errors.Join(io.EOF, gone), NotFound},
		"the outer of two":                   {&Error{Kind: NotSent, Cause: &Error{Kind: Unauthenticated}}, NotSent},
		"none, in an error of another kind":  {io.EOF, 0},
		"none, where there is no error":      {nil, 0},
		"none, where only the text is alike": {errors.New(gone.Error()), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Of(test.err); got != test.want {
				t.Errorf("the kind is %v, want %v", got, test.want)
			}
			if Is(test.err, NotFound) != (test.want == NotFound) {
				t.Errorf("Is(NotFound) is %v", Is(test.err, NotFound))
			}
		})
	}
}

func TestCauseIsBeneathTheVerdict(t *testing.T) {
	err := fmt.Errorf("batch 3: %w", &Error{Kind: Uncertain, Cause: io.ErrUnexpectedEOF})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is not found")
	}
}
