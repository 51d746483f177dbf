package whatcounts

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// look finds who stands in the way of a new contact. WhatCounts would update a
// contact that is there; this client does not.
func (w *creation) look(ctx context.Context) error {
	if w.keyed {
		if err := w.lookByKey(ctx); err != nil {
			return err
		}
	}
	rows, err := w.contactsLeft(ctx, w.attempt, w.wanted.Email)
	if err != nil {
		return err
	}
	w.before = rows
	if w.keyed {
		holder, _, err := w.withKey(ctx, rows)
		if err == nil && holder.SubscriberID != 0 {
			err = w.exists(rows, holder.SubscriberID)
		}
		return err
	}
	for _, row := range rows {
		if row.FirstName == w.wanted.FirstName {
			return w.exists(rows, row.SubscriberID)
		}
	}
	if w.wanted.FirstName == "" && len(rows) > 0 {
		return refused(w.attempt, &AmbiguousError{rows}, "Set first_name: a contact without one cannot be added safely to an address that others use.")
	}
	return nil
}

func (w *creation) exists(rows []Match, id int64) error {
	return refused(w.attempt, &ExistsError{Existing: rows, SubscriberID: id}, "Import it to manage it, or change email, first_name or customer_key.")
}

// mostOfOneKey is more contacts than can have one key, spellings of it
// included. A search that finds more has ignored the key.
const mostOfOneKey = 5

// lookByKey asks for the key. Whether the service can search by it is not
// documented, so finding nothing proves nothing, and rows are read in full. A
// service that shows it cannot is not asked again.
func (w *creation) lookByKey(ctx context.Context) error {
	if w.noKeySearch.Load() {
		return nil
	}
	rows, err := w.find(ctx, w.attempt,
		argument{"identity_field", "customer_key"}, argument{"identity_value", w.wanted.CustomerKey}, argument{"exact", "1"})
	if apierror.Is(err, apierror.Refused) || errors.Is(err, errPerhapsMore) || len(rows) > mostOfOneKey {
		w.noKeySearch.Store(true)
		return nil
	}
	if err != nil {
		return err
	}
	holder, silent, err := w.withKey(ctx, rows)
	if err == nil && holder.SubscriberID == 0 && len(rows) == 1 && len(silent) == 1 {
		holder = silent[0] // found by its key, though its details do not show it
	}
	if err != nil || holder.SubscriberID == 0 {
		return err
	}
	return w.exists(rows, holder.SubscriberID)
}

// withKey is the one of rows that has the wanted customer key. Those whose
// details show no key are returned as well.
func (w *creation) withKey(ctx context.Context, rows []Match) (holder Match, silent []Match, err error) {
	for _, row := range rows {
		found, err := w.Contact(ctx, row.SubscriberID, row.Email)
		switch {
		case apierror.Is(err, apierror.NotFound):
		case err != nil:
			return Match{}, nil, err
		case found.CustomerKey == w.wanted.CustomerKey:
			return row, nil, nil
		case found.CustomerKey == "":
			silent = append(silent, row)
		}
	}
	return Match{}, silent, nil
}

// pick is the new contact among those on the address, or none. A contact that
// was there before is never taken for it. A first name that differs in letter
// case only is the service's work and is reported by the caller.
func (w *creation) pick(ctx context.Context, rows []Match) (Match, error) {
	fresh := slices.DeleteFunc(slices.Clone(rows), func(row Match) bool {
		return slices.ContainsFunc(w.before, func(old Match) bool { return old.SubscriberID == row.SubscriberID })
	})
	if w.keyed {
		holder, silent, err := w.withKey(ctx, fresh)
		if err == nil && holder.SubscriberID == 0 && len(fresh) == 1 && len(silent) == 1 && silent[0].FirstName == w.wanted.FirstName {
			holder = silent[0]
		}
		return holder, err
	}
	for _, row := range fresh {
		if row.FirstName == w.wanted.FirstName {
			return row, nil
		}
	}
	if len(fresh) == 1 && strings.EqualFold(fresh[0].FirstName, w.wanted.FirstName) {
		return fresh[0], nil
	}
	return Match{}, nil
}
