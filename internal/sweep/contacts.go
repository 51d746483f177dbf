package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// errNoLongerTest keeps a record that has become another one since it was
// found.
var errNoLongerTest = errors.New("it is no test record any more")

// Contacts sweeps the realm that the environment names.
func Contacts(ctx context.Context, out io.Writer, environment func(string) string, options Options) error {
	found, err := connect(environment, options)
	if err != nil || found.contacts == nil {
		return err
	}
	s := &sweep{prefix: options.Prefix, deletes: options.Delete, out: out}
	fmt.Fprintf(out, "WhatCounts, realm %s: contacts whose address begins with %s\n", found.realm, options.Prefix)
	s.contacts(ctx, found.contacts)
	return s.conclude()
}

// contacts looks for contacts by a part of their address. A search shows 250
// rows at most, so deleting makes room for more, and it goes on until one finds
// nothing new.
func (s *sweep) contacts(ctx context.Context, client *whatcounts.Client) {
	seen := map[int64]bool{}
	for {
		rows, more, err := client.Search(ctx, whatcounts.Criteria{Email: s.prefix})
		if err != nil {
			s.fail("not searched: %v", err)
			return
		}
		news := false
		for _, row := range rows {
			if seen[row.SubscriberID] || !s.isLeftOver(row.Email) {
				continue
			}
			seen[row.SubscriberID], news = true, true
			deleted, err := s.deleteContact(ctx, client, row)
			s.outcome(describe(row), deleted, err)
			if ctx.Err() != nil || apierror.Is(err, apierror.Unauthenticated) {
				s.fail("the rest was not looked at")
				return
			}
		}
		switch {
		case more && (!news || !s.deletes):
			s.fail("a search shows 250 contacts at most; there are perhaps more than these. Look for them again once these are gone")
			return
		case !news || !s.deletes:
			return
		}
	}
}

// deleteContact deletes by id, which asks for no opt-out. The client reads the
// contact right before that, and what it reads has to be a test record still.
func (s *sweep) deleteContact(ctx context.Context, client *whatcounts.Client, found whatcounts.Row) (bool, error) {
	if !s.deletes {
		return false, nil
	}
	contact, err := client.Contact(ctx, found.SubscriberID, found.Email)
	if err != nil {
		return false, err
	}
	outcome := client.Delete(ctx, []whatcounts.Deletion{{
		Identity:      contact.Identity,
		WithoutOptout: true,
		Verify:        true,
		Before: func(_ context.Context, current whatcounts.Contact) error {
			if !s.isLeftOver(current.Email) {
				return errNoLongerTest
			}
			return nil
		},
	}}, nil)[0]
	if outcome.Err == nil && outcome.OptoutRecorded {
		s.fail("WhatCounts records a Global Optout although none was asked for: %s", found.Email)
	}
	return outcome.Err == nil, outcome.Err
}

func describe(m whatcounts.Row) string {
	text := fmt.Sprintf("contact %d  %s", m.SubscriberID, m.Email)
	if m.FirstName != "" {
		text += "  " + m.FirstName
	}
	return text
}
