package whatcounts

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// This file is the only one that knows how the service words its answers: one
// function for each command. Two generations of texts are known for most of
// them, and misspellings and uneven punctuation are the service's own.
// whatcounts.md#literals.

// answerKind is how an answer begins.
type answerKind int

const (
	empty answerKind = iota
	success
	failure
	data // anything else
)

// answer is the body of an answer. Its first word alone decides nothing: a
// command that says SUCCESS may have done nothing, and one that says FAILURE may
// only mean that there was nothing to do.
type answer struct {
	kind answerKind
	text string // without byte order mark and outer white space
	rest string // what follows SUCCESS or FAILURE and its colon
	// guessed: the charset is not known, so letters beyond ASCII may be others.
	guessed bool
}

const byteOrderMark = "\ufeff"

// readAnswer sorts a body by how it begins. whatcounts.md#answers.
func readAnswer(body []byte) answer {
	text := strings.TrimSpace(string(bytes.TrimPrefix(bytes.TrimSpace(body), []byte(byteOrderMark))))
	if text == "" {
		return answer{}
	}
	if rest, found := cutWord(text, "SUCCESS"); found {
		return answer{kind: success, text: text, rest: rest}
	}
	if rest, found := cutWord(text, "FAILURE"); found {
		return answer{kind: failure, text: text, rest: rest}
	}
	return answer{kind: data, text: text, rest: text}
}

// cutWord is what follows word and its colon. The word has to end there: an
// address may well begin with it.
func cutWord(text, word string) (rest string, found bool) {
	if !hasPrefixFold(text, word) {
		return "", false
	}
	rest = text[len(word):]
	if rest != "" && !strings.ContainsRune(": \t\r\n", rune(rest[0])) {
		return "", false
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), ":")), true
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// isPage reports whether a web page came in place of an answer.
func (a answer) isPage() bool {
	return hasPrefixFold(a.text, "<!doctype") || hasPrefixFold(a.text, "<html")
}

// messages are the parts of a FAILURE, which may hold several.
func (a answer) messages() []string {
	messages := strings.Split(a.rest, "^")
	for i := range messages {
		messages[i] = strings.TrimSpace(messages[i])
	}
	return slices.DeleteFunc(messages, func(message string) bool { return message == "" })
}

// says reports whether a FAILURE says something and nothing but what recognise
// knows.
func (a answer) says(recognise func(message string) bool) bool {
	messages := a.messages()
	unknown := slices.ContainsFunc(messages, func(message string) bool { return !recognise(message) })
	return a.kind == failure && len(messages) > 0 && !unknown
}

// The known ways of refusing the realm, the password, the API client or the
// address of the caller. whatcounts.md#credentials.
var (
	invalidCredentials = regexp.MustCompile(`(?i)^invalid credentials\.?$`)
	credentialTexts    = []*regexp.Regexp{
		invalidCredentials,
		regexp.MustCompile(`(?i)^unable to determine customer account`),
		regexp.MustCompile(`(?i)^unable to acquire api user credentials`),
		regexp.MustCompile(`(?is)^password \(.*\) doesn.t match entry for api user`),
		regexp.MustCompile(`(?is)^password \(.*\) doesn.t match.* isn.t an approved ip`),
	}
)

// refusesCredentials reports whether the answer is a refusal of who asks. One
// form comes without the word FAILURE and is then the whole answer.
func (a answer) refusesCredentials() bool {
	if a.kind != failure {
		return a.kind == data && invalidCredentials.MatchString(a.text)
	}
	// The password in the text may hold the character that separates messages.
	return slices.ContainsFunc(append(a.messages(), a.rest), func(message string) bool {
		return slices.ContainsFunc(credentialTexts, func(text *regexp.Regexp) bool { return text.MatchString(message) })
	})
}

// advice names the attribute that a known reason is about.
func (a answer) advice() string {
	reason := strings.ToLower(a.rest)
	switch {
	case strings.Contains(reason, "list ids"):
		return "Check list_id: WhatCounts does not find it in the realm named by whatcounts.realm."
	case strings.Contains(reason, "valid email address"):
		return "Check email."
	}
	return ""
}

// How the service says that a contact is not there. Every other FAILURE is an
// error: a refused password or an unknown list must never be taken for a contact
// that is gone. whatcounts.md#not-found.
var (
	noMatchingRecord   = regexp.MustCompile(`(?i)^no matching record found\.?$`)
	foreignSubscriber  = regexp.MustCompile(`(?i)^specified subscriber id (\d+) does not belong to the realm\b`)
	noSubscriber       = regexp.MustCompile(`(?i)^(subscriber cannot be found|no subscriber record exists)`)
	noSubscriberRecord = regexp.MustCompile(`(?i)^unable to find subscriber record`)
)

// findsNobody reads the answer to a find, or a find in a list.
func (a answer) findsNobody() bool { return a.kind == empty || a.says(noMatchingRecord.MatchString) }

// knowsNoContact reads the answer to a detail: this id is not one of the realm.
func (a answer) knowsNoContact(id int64) bool {
	return a.says(func(message string) bool { return isForeign(message, id) })
}

func isForeign(message string, id int64) bool {
	found := foreignSubscriber.FindStringSubmatch(message)
	return found != nil && found[1] == strconv.FormatInt(id, 10)
}

// The counts in an answer say what was done.
var (
	newerSubscribe = regexp.MustCompile(`(?i)^total records processed (\d+), total subscriptions (\d+), records added (\d+), records updated (\d+), ` +
		`records ignored \(optout error\) ?(\d+), records failed other error (\d+)\.?$`)
	olderSubscribe = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.?(?: (\d+) users? subscribed to list\(s\) (?:.+?) \((\d+) total subscriptions\))?\.?$`)
	unsubscribed   = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.?(?: (\d+) users? unsubscribed from list\(s\) (?:.+?) \((\d+) total (?:contacts|subscribers)\)(?:, records failed other error (\d+))?)?\.?$`)
	deleted        = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.? (\d+) users? deleted\.?$`)
	deletedByID    = regexp.MustCompile(`(?i)^subscriber_id (\d+) successfully deleted\.?$`)
	updated        = regexp.MustCompile(`(?i)^(\d+) record\(s\) proces+ed\.? (\d+) users? updated\.?$`)
	addressChange  = regexp.MustCompile(`(?i)^(\S+) changed to (\S+) \[subscriber id (\d+)[)\]]\.?$`)
	duplicate      = regexp.MustCompile(`(?i)^cannot insert duplicate subscription\.?$`)
)

// notCounted stands for a count that an answer leaves out.
const notCounted = -1

// numbers are the groups of the one message of the answer that matches, or nil.
func (a answer) numbers(pattern *regexp.Regexp) []int {
	for _, message := range append([]string{a.rest}, a.messages()...) {
		found := pattern.FindStringSubmatch(message)
		if found == nil {
			continue
		}
		numbers := make([]int, 0, len(found)-1)
		for _, group := range found[1:] {
			number, err := strconv.Atoi(group)
			switch {
			case group == "":
				number = notCounted
			case err != nil:
				return nil
			}
			numbers = append(numbers, number)
		}
		return numbers
	}
	return nil
}

// cannotRead is the error for the answer to a command whose counts, or whose
// words, nobody knows.
func (c *Client) cannotRead(attempt string, a answer, what string) error {
	return uncertain(attempt, what+" cannot be read: "+c.quote(a.text), nil)
}

// notTold is the error for one of several rows about which the totals of an
// answer say nothing certain.
func (c *Client) notTold(attempt string, a answer, rows int) error {
	return uncertain(attempt, fmt.Sprintf("%d contacts were sent with one command, and its answer does not tell what became of each: %s", rows, c.quote(a.text)), errTotals)
}

// tooMany is the error for an answer that counts more contacts than were named.
func tooMany(attempt, what string, users, rows int, advice string) error {
	named := "one was"
	if rows != 1 {
		named = fmt.Sprintf("%d were", rows)
	}
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: fmt.Sprintf("%s %d contacts, where %s meant", what, users, named), Advice: advice,
	}
}

// subscribeCounts is what the answer to a subscribe counts. The older
// generation leaves out most of it.
type subscribeCounts struct {
	processed, subscriptions, added, updated, ignored, failed int
	duplicate                                                 bool // the subscription was there already
}

// nothingCounted stands for an answer without counts.
var nothingCounted = subscribeCounts{subscriptions: notCounted, added: notCounted, updated: notCounted}

// subscribeResult is what the answer to a subscribe says of one of its rows.
type subscribeResult int

const (
	subscribeDone      subscribeResult = iota
	subscribeOptedOut                  // ignored because of an opt-out
	subscribeFailed                    // refused, with a reason
	subscribeNoReason                  // a FAILURE that only counts nothing
	subscribeUntold                    // the totals of several rows do not tell
	subscribeUncounted                 // SUCCESS, and counts that nobody knows
)

// parseSubscribe reads the answer to a subscribe of so many rows. The counts of
// a command with several rows are those of each row where they are the same for
// all, and the totals otherwise. whatcounts.md#sub.
func (a answer) parseSubscribe(rows int) (subscribeCounts, subscribeResult) {
	counts, readable := a.subscribeCounts()
	if rows > 1 {
		each, told := counts.ofEach(rows, a)
		if !readable || !told {
			return counts, subscribeUntold
		}
		counts = each
	}
	switch {
	case readable && counts.duplicate:
		return counts, subscribeDone
	case readable && counts.ignored > 0:
		return counts, subscribeOptedOut
	case readable && counts.failed > 0:
		return counts, subscribeFailed
	case a.kind == success && !readable:
		return nothingCounted, subscribeUncounted
	case a.kind == success:
		return counts, subscribeDone
	case readable || a.rest == "":
		return counts, subscribeNoReason
	}
	return nothingCounted, subscribeFailed
}

func (a answer) subscribeCounts() (counts subscribeCounts, readable bool) {
	if a.says(duplicate.MatchString) {
		counts = nothingCounted
		counts.duplicate = true
		return counts, true
	}
	if n := a.numbers(newerSubscribe); n != nil && n[0] > 0 {
		return subscribeCounts{processed: n[0], subscriptions: n[1], added: n[2], updated: n[3], ignored: n[4], failed: n[5]}, true
	}
	if n := a.numbers(olderSubscribe); n != nil && n[0] > 0 {
		counts = nothingCounted
		counts.processed, counts.subscriptions = n[0], min(n[1], n[2])
		return counts, true
	}
	return nothingCounted, false
}

// ofEach is what the totals of so many rows say of each of them, when they say
// the same of all: done, or ignored because of an opt-out.
func (counts subscribeCounts) ofEach(rows int, a answer) (each subscribeCounts, told bool) {
	told = counts.processed == rows && counts.subscriptions != notCounted
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
	each = subscribeCounts{
		processed: one(counts.processed), subscriptions: one(counts.subscriptions), added: one(counts.added),
		updated: one(counts.updated), ignored: one(counts.ignored), failed: one(counts.failed),
	}
	done := a.kind == success && each.ignored == 0 && each.failed == 0
	return each, told && (done || each.ignored == 1)
}

// parseUnsubscribe reads the answer to an unsubscribe: how many contacts lost
// the subscription, or notCounted. whatcounts.md#unsub.
func (a answer) parseUnsubscribe() (users, failed int, readable bool) {
	n := a.numbers(unsubscribed)
	if n == nil || n[0] < 1 {
		return 0, 0, false
	}
	return n[1], max(n[3], 0), true
}

// parseDelete reads the answer to a delete by address or key. missing says that
// a FAILURE means that no such contact exists. whatcounts.md#delete.
func (a answer) parseDelete() (users int, readable, missing bool) {
	if n := a.numbers(deleted); n != nil {
		return n[1], true, n[1] == 0
	}
	return 0, false, a.says(noSubscriber.MatchString)
}

// parseDeleteByID reads the answer to a delete by id: the id that is gone.
// missing says that a FAILURE means that no such contact exists.
// whatcounts.md#deletesubid.
func (a answer) parseDeleteByID(id int64) (gone int64, readable, missing bool) {
	if a.says(func(message string) bool {
		return noSubscriberRecord.MatchString(message) || noSubscriber.MatchString(message) || isForeign(message, id)
	}) {
		return 0, false, true
	}
	found := deletedByID.FindStringSubmatch(a.rest)
	if a.kind != success || found == nil {
		return 0, false, false
	}
	gone, err := strconv.ParseInt(found[1], 10, 64)
	return gone, err == nil, false
}

// parseUpdate reads the answer to an update. whatcounts.md#update.
func (a answer) parseUpdate() (users int, readable bool) {
	n := a.numbers(updated)
	if n == nil {
		return 0, false
	}
	return n[1], true
}

// parseChange reads the answer to a change of address: whether it is about this
// contact. whatcounts.md#change.
func (a answer) parseChange(from, to string, id int64) bool {
	found := addressChange.FindStringSubmatch(a.rest)
	return found != nil && textform.SameInAnyCase(found[1], from) && textform.SameInAnyCase(found[2], to) &&
		found[3] == strconv.FormatInt(id, 10)
}
