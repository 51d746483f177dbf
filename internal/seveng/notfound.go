package seveng

import (
	"net/http"
	"strings"
	"unicode"
)

// 7G has no error code for "no such record", only free text, and the texts
// are not published. What counts is kept narrow: a record that is wrongly
// taken for gone is created a second time by the next apply, while an answer
// that is not recognised is merely shown.

// notFoundPhrases say that a record was not found.
var notFoundPhrases = []string{
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
)

// subject is the kind of record that a request asks for. The zero value is for
// requests that ask for none, and can therefore not find it missing.
type subject struct {
	expected bool
	names    []string // the words, among ownerWords, that name the record itself
}

var communicationSubject = subject{expected: true}

// ownerWords name the records that a communication hangs on.
var ownerWords = []string{"owner", "bizentity", "biz entity", "business entity", "person", "organisation", "organization"}

// saysNotFound reports whether the answer recognisably says that the record
// asked for does not exist. proven says that the base URL has answered before.
func (a answer) saysNotFound(r request, proven bool) bool {
	if !r.subject.expected {
		return false
	}
	words := plainWords(a.text(), r.quoted)
	if speaksOf(words, sessionWords) || speaksOf(words, permissionWords) || speaksOf(words, requestWords) || speaksOf(words, r.subject.others()) {
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
		return a.enveloped && !a.result && speaksOf(words, notFoundPhrases)
	}
	return false
}

// others are the words for records other than the one asked for.
func (s subject) others() []string {
	var others []string
	for _, word := range ownerWords {
		own := false
		for _, name := range s.names {
			own = own || word == name
		}
		if !own {
			others = append(others, word)
		}
	}
	return others
}

// plainWords is text in lower case, in single spaces, and without what the
// caller sent and the service repeats: an external id such as "PERSON-001"
// does not make the answer speak of a person.
func plainWords(text string, quoted []string) string {
	text = strings.ToLower(text)
	for _, q := range quoted {
		if strings.ContainsFunc(q, func(r rune) bool { return !unicode.IsLetter(r) }) {
			text = strings.ReplaceAll(text, strings.ToLower(q), " ")
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

func speaksOf(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
