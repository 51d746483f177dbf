package whatcounts

import (
	"fmt"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// An answer in a charset that nobody knows may be shown. Where a name in it
// decides who is there, or what is stored, it is an error: a contact that is not
// recognised would be taken for one that is not there, and be overwritten.
// whatcounts.md#transport.

const adviceOnCharset = "Have WhatCounts, or the proxy before it, answer in UTF-8 or name the charset in its Content-Type."

// certainOfRows is the error for rows of a search that cannot be read for
// certain.
func (a answer) certainOfRows(attempt string, rows []Row) error {
	for _, row := range rows {
		if err := a.certainOf(attempt, Contact{Identity: row.Identity}); err != nil {
			return err
		}
	}
	return nil
}

// certainOf is the error for a contact that cannot be read for certain.
func (a answer) certainOf(attempt string, contact Contact) error {
	if !a.guessed {
		return nil
	}
	cells := append([]cell{{"email", contact.Email}, {"first", contact.FirstName}, {"customer_key", contact.CustomerKey}}, contact.Managed().cells()...)
	for _, c := range cells {
		if !isASCII(c.value) {
			return &apierror.Error{
				Kind: apierror.Uncertain, Attempt: attempt,
				Reason: fmt.Sprintf("%s of contact %d cannot be read: the answer is not UTF-8, nor in a charset that it declares, and %q is a guess", AttributeName(c.name), contact.SubscriberID, c.value),
				Advice: adviceOnCharset,
			}
		}
	}
	return nil
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
