package whatcounts

import (
	"regexp"
	"strconv"
	"strings"
)

// The counts in an answer say what was done; the first word does not. Two
// generations of texts are known for most commands. Misspellings and uneven
// punctuation are the service's own. "WhatCounts: Subscribe to List, Unsubscribe
// from List, Delete Contact, Delete Contact by ID, Update Contact, Change Email
// Address"; client practice 2009 to 2026.

var (
	newerSubscribe = regexp.MustCompile(`(?i)^total records processed (\d+), total subscriptions (\d+), records added (\d+), records updated (\d+), ` +
		`records ignored \(optout error\) ?(\d+), records failed other error (\d+)\.?$`)
	olderSubscribe = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.?(?: (\d+) users? subscribed to list\(s\) (?:.+?) \((\d+) total subscriptions\))?\.?$`)
	unsubscribe    = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.?(?: (\d+) users? unsubscribed from list\(s\) (?:.+?) \((\d+) total (?:contacts|subscribers)\)(?:, records failed other error (\d+))?)?\.?$`)
	deleteCounts   = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.? (\d+) users? deleted\.?$`)
	deleteByID     = regexp.MustCompile(`(?i)^subscriber_id (\d+) successfully deleted\.?$`)
	updateCounts   = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.? (\d+) users? updated\.?$`)
	addressChange  = regexp.MustCompile(`(?i)^(\S+) changed to (\S+) \[subscriber id (\d+)[)\]]\.?$`)
	duplicate      = regexp.MustCompile(`(?i)^cannot insert duplicate subscription\.?$`)
)

// notCounted stands for a count that an answer leaves out.
const notCounted = -1

// numbers are the groups of the one message of the answer that matches, or nil.
func (r reply) numbers(pattern *regexp.Regexp) []int {
	for _, message := range append([]string{r.rest}, r.messages()...) {
		found := pattern.FindStringSubmatch(message)
		if found == nil {
			continue
		}
		numbers := make([]int, 0, len(found)-1)
		for _, group := range found[1:] {
			if group == "" {
				numbers = append(numbers, notCounted)
				continue
			}
			number, err := strconv.Atoi(group)
			if err != nil {
				return nil
			}
			numbers = append(numbers, number)
		}
		return numbers
	}
	return nil
}

// subscribed is what the answer to a subscribe counts. The older generation
// leaves out most of it.
type subscribed struct {
	processed, subscriptions, added, updated, ignored, failed int
	duplicate                                                 bool // the subscription was there already
}

// nothingCounted stands for an answer without counts.
var nothingCounted = subscribed{subscriptions: notCounted, added: notCounted, updated: notCounted}

// countSubscribed reads the answer to a subscribe.
func (r reply) countSubscribed() (counts subscribed, readable bool) {
	if r.everyMessage(duplicate.MatchString) {
		counts = nothingCounted
		counts.duplicate = true
		return counts, true
	}
	if n := r.numbers(newerSubscribe); n != nil && n[0] > 0 {
		return subscribed{processed: n[0], subscriptions: n[1], added: n[2], updated: n[3], ignored: n[4], failed: n[5]}, true
	}
	if n := r.numbers(olderSubscribe); n != nil && n[0] > 0 {
		counts = nothingCounted
		counts.processed, counts.subscriptions = n[0], min(n[1], n[2])
		return counts, true
	}
	return nothingCounted, false
}

// ofEach is what the totals of so many rows say of each of them, when they say
// the same of all: done, or ignored because of an opt-out.
func (counts subscribed) ofEach(rows int, answer reply) (each subscribed, told bool) {
	one := func(total int) int {
		switch total {
		case rows:
			return 1
		case 0, notCounted:
			return total
		}
		told = false
		return 0
	}
	told = counts.processed == rows && counts.subscriptions != notCounted
	each = subscribed{
		processed: one(counts.processed), subscriptions: one(counts.subscriptions), added: one(counts.added),
		updated: one(counts.updated), ignored: one(counts.ignored), failed: one(counts.failed),
	}
	done := answer.said == saidSuccess && each.ignored == 0 && each.failed == 0
	return each, told && (done || each.ignored == 1)
}

// countUnsubscribed reads the answer to an unsubscribe: how many contacts lost
// the subscription, or notCounted.
func (r reply) countUnsubscribed() (users, failed int, readable bool) {
	n := r.numbers(unsubscribe)
	if n == nil || n[0] < 1 {
		return 0, 0, false
	}
	return n[1], max(n[3], 0), true
}

// countDeleted reads the answer to a delete by address or key.
func (r reply) countDeleted() (users int, readable bool) {
	n := r.numbers(deleteCounts)
	if n == nil {
		return 0, false
	}
	return n[1], true
}

// deletedID reads the answer to a delete by id.
func (r reply) deletedID() (id int64, readable bool) {
	found := deleteByID.FindStringSubmatch(r.rest)
	if found == nil {
		return 0, false
	}
	id, err := strconv.ParseInt(found[1], 10, 64)
	return id, err == nil
}

// countUpdated reads the answer to an update.
func (r reply) countUpdated() (users int, readable bool) {
	n := r.numbers(updateCounts)
	if n == nil {
		return 0, false
	}
	return n[1], true
}

// addressesChanged reads the answer to a change of address.
func (r reply) addressesChanged(from, to string, id int64) bool {
	found := addressChange.FindStringSubmatch(r.rest)
	return found != nil && strings.EqualFold(found[1], from) && strings.EqualFold(found[2], to) &&
		found[3] == strconv.FormatInt(id, 10)
}
