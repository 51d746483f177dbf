package seveng

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// This is the only file that knows a wording of 7G. The service has no error
// codes, only free text, and hardly any of the texts is published
// (7g.md#messages). What counts as "not found" is kept narrow: a record that is
// wrongly taken for gone is created a second time by the next apply, while an
// answer that is not recognised is merely shown.

// ownerTaken is the one known text of a refused write: a newer edition of 7G
// allows each owner one communication (7g.md#uniqueness-and-formats).
const ownerTaken = "already assigned to another communication record"

// notFoundTexts say that a record was not found (7g.md#not-found).
var notFoundTexts = []string{
	"not found",
	"no record was found",
	"no record found",
	"does not exist",
	"could not be found",
	"cannot be found",
	"no communication",
}

// These words in the same text mean that something other than the record is
// missing.
var (
	sessionWords    = []string{"token", "session", "login", "log in", "logged in", "logged out"}
	permissionWords = []string{"permission", "authoris", "authoriz", "forbidden", "access denied"}
	requestWords    = []string{"version", "endpoint", "route", "path", "user", "account", "client", "type"}
	ownerWords      = map[subject][]string{
		anOwner(BizEntity):    {"bizentity", "biz entity", "business entity"},
		anOwner(Person):       {"person"},
		anOwner(Organisation): {"organisation", "organization"},
	}
)

// subject is the kind of record that a request asks for. The zero value is for
// requests that ask for none, and can therefore not find it missing.
type subject string

const aCommunication subject = "communication"

func anOwner(kind OwnerKind) subject { return subject(kind) }

// isAnother reports whether words speak of an owner that is not the record
// asked for.
func (s subject) isAnother(words string) bool {
	for other, names := range ownerWords {
		if other != s && containsAny(words, names) {
			return true
		}
	}
	return s == aCommunication && strings.Contains(words, "owner")
}

// errOwnerTaken is the cause of a refusal because the owner has a communication
// already and may have only one.
var errOwnerTaken = errors.New("the owner has a communication already")

// judge turns the answer to a call into an error, or nil when the call
// succeeded. An HTTP 401 is dealt with before (7g.md#what-an-answer-means).
func (c *Client) judge(r request, a answer) error {
	if a.succeeded() {
		c.endpointProven.Store(true)
		return nil
	}
	kind, advice := c.kindOf(r, a)
	failed := c.failure(kind, r.attempt, a.reason(), advice, nil)
	failed.Read = r.reads()
	switch {
	case strings.Contains(plainWords(a.text(), nil), ownerTaken):
		failed.Cause = errOwnerTaken
	case a.retryAfter > 0:
		failed.Cause = &busy{after: a.retryAfter}
	}
	return failed
}

// succeeded reports a success as 7G defines it. The message and the record
// count of a success say nothing (7g.md#contradictions).
func (a answer) succeeded() bool { return a.claimsSuccess() && a.enveloped && a.result }

func (c *Client) kindOf(r request, a answer) (apierror.Kind, string) {
	switch {
	case a.status == http.StatusForbidden:
		return apierror.Forbidden, adviceForbidden
	case a.status == http.StatusTooManyRequests:
		return apierror.Uncertain, adviceTooMany
	case a.isOverloaded():
		return apierror.Uncertain, adviceTryAgain
	case a.status < 200 || a.status >= 300 && a.status < 400 || a.isPage():
		return apierror.Uncertain, adviceEndpoint
	case a.isNotFound(r.about, r.sent, c.endpointProven.Load()):
		return apierror.NotFound, ""
	}
	words := plainWords(a.text(), r.sent)
	switch {
	case containsAny(words, permissionWords):
		return apierror.Forbidden, adviceForbidden
	case containsAny(words, sessionWords):
		return apierror.Unauthenticated, c.auth.advice()
	case a.status == http.StatusNotFound && a.message == "":
		return apierror.Refused, adviceEndpoint
	}
	return apierror.Refused, adviceRefused
}

// isOverloaded reports a status that says nothing about what was done.
func (a answer) isOverloaded() bool {
	return a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout || a.status >= 500
}

// isNotFound reports whether the answer recognisably says that the record does
// not exist. sent are texts that the caller sent; proven says that the base
// URL has answered with success before (7g.md#not-found).
func (a answer) isNotFound(about subject, sent []string, proven bool) bool {
	if about == "" {
		return false
	}
	words := plainWords(a.text(), sent)
	if containsAny(words, sessionWords) || containsAny(words, permissionWords) || containsAny(words, requestWords) || about.isAnother(words) {
		return false
	}
	switch a.status {
	case http.StatusNotFound:
		switch {
		case a.empty:
			return proven
		case a.fields == nil:
			return false // an HTML page, for example of a proxy
		}
		return !a.enveloped || !a.result // a 404 that claims success contradicts itself
	case http.StatusOK, http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity:
		return a.enveloped && !a.result && containsAny(words, notFoundTexts)
	}
	return false
}

// parseRecord is the record in the answer to a read that succeeded. An answer
// of success without a record says that there is none (7g.md#not-found).
func (c *Client) parseRecord(r request, a answer) (object, error) {
	fields, err := a.record()
	switch {
	case err != nil:
		return nil, c.unreadable(r.attempt, err.Error(), adviceTryAgain, err)
	case fields == nil:
		return nil, c.failure(apierror.NotFound, r.attempt, "7G answered without a record", "", nil)
	case a.unreadable() != "":
		return nil, c.unreadable(r.attempt, a.unreadable(), "Have 7G, or the proxy before it, answer in UTF-8 or name the charset in its Content-Type", nil)
	}
	return fields, nil
}

// parseWritten is the record in the answer to a POST or PUT that succeeded, if
// any. What cannot be read there counts as missing: the write itself was done.
func parseWritten(a answer) parsed {
	fields, err := a.record()
	if err != nil || fields == nil || a.unreadable() != "" {
		return parsed{}
	}
	written, err := parseCommunication(fields)
	if err != nil {
		return parsed{}
	}
	return written
}

// loginKind is what an answer to a login without tokens means: Unauthenticated
// when it is refused, Uncertain when it says nothing about the login, and
// Invalid for the page of some other server. How 7G words a wrong password, a
// locked account or a blocked address is not published (7g.md#login).
func (a answer) loginKind() apierror.Kind {
	switch {
	case a.isOverloaded():
		return apierror.Uncertain
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden,
		a.status >= 400 && a.fields != nil,
		a.status < 400 && a.enveloped && !a.result:
		return apierror.Unauthenticated
	}
	return apierror.Invalid
}

// tokens is the pair of tokens in an answer to a login or a refresh. It stands
// bare, outside the envelope of every other endpoint (7g.md#login).
func (a answer) tokens() (access, refresh string, ok bool) {
	if !a.claimsSuccess() || a.fields == nil {
		return "", "", false
	}
	access, err := a.fields.text("accessToken")
	if err != nil || access == "" {
		return "", "", false
	}
	refresh, err = a.fields.text("refreshToken")
	if err != nil {
		refresh = ""
	}
	return access, refresh, true
}

// plainWords is text in lower case, in single spaces, and without what the
// caller sent and the service repeats: an external id such as "PERSON-001"
// does not make the answer speak of a person.
func plainWords(text string, sent []string) string {
	text = textform.Key(text)
	for _, s := range sent {
		if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
			text = strings.ReplaceAll(text, textform.Key(s), " ")
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
