package whatcounts

import (
	"regexp"
	"strconv"
)

// This file is the one place that knows how the service says that something is
// not there. Every other FAILURE is an error: a refused password or an unknown
// list must never be taken for a contact that is gone.

var (
	// "find", test double 2026.
	noMatchingRecord = regexp.MustCompile(`(?i)^no matching record found\.?$`)
	// "detail", client practice 2009.
	foreignSubscriber = regexp.MustCompile(`(?i)^specified subscriber id (\d+) does not belong to the realm\b`)
	// Command not stated, client practice 2011.
	noSubscriber = regexp.MustCompile(`(?i)^(subscriber cannot be found|no subscriber record exists)`)
	// "change", client practice 2009.
	noSubscriberRecord = regexp.MustCompile(`(?i)^unable to find subscriber record`)
)

// everyMessage reports whether a FAILURE says something and nothing but what
// recognise knows.
func (r reply) everyMessage(recognise func(message string) bool) bool {
	messages := r.messages()
	for _, message := range messages {
		if !recognise(message) {
			return false
		}
	}
	return r.said == saidFailure && len(messages) > 0
}

// findsNothing reports whether a find, or a find in a list, has no match.
func (r reply) findsNothing() bool {
	return r.said == saidNothing || r.everyMessage(noMatchingRecord.MatchString)
}

// knowsNoSubscriber reports whether a command by id says that this id is not
// one of the realm.
func (r reply) knowsNoSubscriber(id int64) bool {
	return r.everyMessage(func(message string) bool {
		found := foreignSubscriber.FindStringSubmatch(message)
		return found != nil && found[1] == strconv.FormatInt(id, 10)
	})
}

// deletesNothing reports whether a delete by address or key was a FAILURE that
// means that no such contact exists.
func (r reply) deletesNothing() bool { return r.everyMessage(noSubscriber.MatchString) }

// concernsNobody reports whether a delete by id, or a change of address, was a
// FAILURE that means that no such contact exists.
func (r reply) concernsNobody(id int64) bool {
	return r.everyMessage(func(message string) bool {
		return noSubscriberRecord.MatchString(message) || noSubscriber.MatchString(message) ||
			reply{said: saidFailure, rest: message}.knowsNoSubscriber(id)
	})
}
