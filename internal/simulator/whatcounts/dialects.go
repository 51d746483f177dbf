package whatcounts

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect is one way in which the service may differ from the default. The
// descriptions contradict each other or are silent there; Question says about
// what, and how the dialect answers.
type Dialect struct {
	Name     string
	Question string
}

// Names of the dialects, by subject.
const (
	deleteTextFormat         = "wc-delete-text-format"
	deleteTextFullStop       = "wc-delete-text-full-stop"
	deleteMissingFails       = "wc-delete-missing-fails"
	deleteMissingNoRecord    = "wc-delete-missing-no-record"
	deleteSeveralAll         = "wc-delete-several-all"
	deleteSeveralOldest      = "wc-delete-several-oldest"
	onlyDeleteSubID          = "wc-only-deletesubid"
	onlyDeleteByID           = "wc-only-deletebyid"
	deleteByIDOptsOut        = "wc-deletesubid-optout"
	deleteByIDMissingRealm   = "wc-deletesubid-missing-realm"
	deleteByIDMissingCannot  = "wc-deletesubid-missing-cannot-be-found"
	deleteByIDMissingNone    = "wc-deletesubid-missing-no-record"
	forceSubKeepsOptout      = "wc-force-sub-keeps-optout"
	forceSubListOnly         = "wc-force-sub-list-only"
	subKeepsColumns          = "wc-sub-keeps-columns"
	subKeepsFormat           = "wc-sub-keeps-format"
	subTextOlder             = "wc-sub-text-older"
	subTextShort             = "wc-sub-text-short"
	subTextNoBlank           = "wc-sub-text-no-blank"
	subOptoutSuccess         = "wc-sub-optout-success"
	subOptoutMixedFails      = "wc-sub-optout-mixed-fails"
	subOptoutUncounted       = "wc-sub-optout-uncounted"
	subDuplicateFails        = "wc-sub-duplicate-fails"
	subPendingCounted        = "wc-sub-pending-counted"
	subPendingVisible        = "wc-sub-pending-visible"
	subBadAddressNamed       = "wc-sub-bad-address-named"
	subAddressAdds           = "wc-sub-address-adds"
	unsubTextSubscribers     = "wc-unsub-text-subscribers"
	unsubTextShort           = "wc-unsub-text-short"
	unsubOldest              = "wc-unsub-oldest"
	updateNeedsList          = "wc-update-needs-list"
	identityKeyUnsupported   = "wc-identity-customer-key-unsupported"
	changeTextBracket        = "wc-change-text-bracket"
	findMissingFails         = "wc-find-missing-fails"
	findXMLListsCount        = "wc-find-xml-lists-count"
	detailMissingEmpty       = "wc-detail-missing-empty"
	detailCustomBare         = "wc-detail-custom-bare"
	detailFormatWords        = "wc-detail-format-words"
	detailNoCustomerKey      = "wc-detail-no-customer-key"
	detailSubscriptionsApart = "wc-detail-subscriptions-apart"
	badPasswordInvalid       = "wc-bad-password-invalid"
	badPasswordFailure       = "wc-bad-password-failure"
	dataQuotesLiteral        = "wc-data-quotes-literal"
	dataLineFeedSeparates    = "wc-data-line-feed-separates"
	dataEmptyKeeps           = "wc-data-empty-keeps"
	dataEmptyFirstAny        = "wc-data-empty-first-any"
	dataTrimmed              = "wc-data-trimmed"
	emailLowerCase           = "wc-email-lower-case"
	staleReads               = "wc-stale-reads"
	showOptGlobal            = "wc-show-opt-global"
	daysLimited              = "wc-days-limited"
	showListsOlder           = "wc-show-lists-older"
	realmSettingsXML         = "wc-realm-settings-xml"
	realmSettingsHeadings    = "wc-realm-settings-headings"
	realmSettingsUnknown     = "wc-realm-settings-unknown"
	headingsQuoted           = "wc-headings-quoted"
	headingsBare             = "wc-headings-bare"
	headingsAlone            = "wc-headings-alone"
	quotesBackslash          = "wc-csv-quotes-backslash"
	byteOrderMark            = "wc-byte-order-mark"
	xmlNoDeclaration         = "wc-xml-no-declaration"
	xmlRootUpperCase         = "wc-xml-root-upper-case"
)

// questions says what each dialect decides.
var questions = map[string]string{
	deleteTextFormat:         "text of delete: the documented format, \"processed\" without a full stop",
	deleteTextFullStop:       "text of delete: that of 2009, \"processed\" and a full stop",
	deleteMissingFails:       "delete of missing contacts only: FAILURE: Subscriber cannot be found",
	deleteMissingNoRecord:    "delete of missing contacts only: FAILURE: No subscriber record exists",
	deleteSeveralAll:         "delete of an address with several contacts and no first name: deletes them all",
	deleteSeveralOldest:      "delete of an address with several contacts and no first name: deletes the oldest",
	onlyDeleteSubID:          "name of delete by id: deletesubid alone is known",
	onlyDeleteByID:           "name of delete by id: deletebyid alone is known",
	deleteByIDOptsOut:        "delete by id without optout=1: records a Global Optout all the same",
	deleteByIDMissingRealm:   "delete by an unknown id: the text of detail, Specified subscriber ID … does not belong to the realm",
	deleteByIDMissingCannot:  "delete by an unknown id: FAILURE: Subscriber cannot be found",
	deleteByIDMissingNone:    "delete by an unknown id: FAILURE: No subscriber record exists",
	forceSubKeepsOptout:      "force_sub and the opt-out record: passed by, not removed",
	forceSubListOnly:         "force_sub and a global opt-out: passed by, only the list's record is removed",
	subKeepsColumns:          "sub of an existing contact: its columns are not updated",
	subKeepsFormat:           "sub of an existing subscription: its format is not updated",
	subTextOlder:             "text of sub: that of 2009, N users subscribed to list(s)",
	subTextShort:             "text of sub: only the number of records processed",
	subTextNoBlank:           "text of sub: no blank after (Optout Error)",
	subOptoutSuccess:         "sub of opted-out addresses only: SUCCESS that counts them as ignored",
	subOptoutMixedFails:      "sub of opted-out and good rows: FAILURE, although the good rows are done",
	subOptoutUncounted:       "sub of an opted-out address: refused without being counted",
	subDuplicateFails:        "sub of an existing subscription: FAILURE: Cannot insert duplicate subscription",
	subPendingCounted:        "sub to a double opt-in list: counts the subscription that still waits",
	subPendingVisible:        "sub to a double opt-in list: the subscription shows before it is confirmed",
	subBadAddressNamed:       "sub of bad addresses only: FAILURE that names each of them, separated by ^",
	subAddressAdds:           "sub by address alone where only contacts with first names exist: adds one without",
	unsubTextSubscribers:     "text of unsub: total subscribers in place of total contacts",
	unsubTextShort:           "text of unsub: only the number of records processed",
	unsubOldest:              "unsub by address alone with several contacts: only the oldest",
	updateNeedsList:          "update: only contacts on list_id are found",
	identityKeyUnsupported:   "identity_field=customer_key: not supported",
	changeTextBracket:        "text of change: the bracket is closed with ]",
	findMissingFails:         "find without a match: FAILURE: No matching record found.",
	findXMLListsCount:        "lists in the XML of find: their number, not their ids",
	detailMissingEmpty:       "detail of an unknown id: an empty body",
	detailCustomBare:         "names of custom fields in detail: without custom_",
	detailFormatWords:        "format in detail: words",
	detailNoCustomerKey:      "detail in customer-key realms: no customer_key",
	detailSubscriptionsApart: "subscription_details in detail: beside subscriber, not in it",
	badPasswordInvalid:       "bad password: Invalid credentials",
	badPasswordFailure:       "bad password: FAILURE: Invalid credentials",
	dataQuotesLiteral:        "quotes in data: ordinary characters",
	dataLineFeedSeparates:    "a line feed in data: separates records",
	dataEmptyKeeps:           "an empty field in data: leaves the stored value",
	dataEmptyFirstAny:        "an empty first in data: as if it had not been sent",
	dataTrimmed:              "blanks around values in data: trimmed",
	emailLowerCase:           "letter case of addresses: stored in lower case",
	staleReads:               "read after write: the next two reads answer what was true before",
	showOptGlobal:            "show_opt: shows global opt-outs too",
	daysLimited:              "days of the opt-out queries: more than 3650 is a FAILURE",
	showListsOlder:           "columns of show_lists: id, name and description",
	realmSettingsXML:         "getrealmsettings: XML whatever output_format says",
	realmSettingsHeadings:    "getrealmsettings: headings without headers=1",
	realmSettingsUnknown:     "getrealmsettings: an unknown command",
	headingsQuoted:           "headings in CSV: quoted everywhere",
	headingsBare:             "headings in CSV: bare everywhere",
	headingsAlone:            "queries without rows, headers=1: the headings, not an empty body",
	quotesBackslash:          "a quote inside a CSV value: written with a backslash",
	byteOrderMark:            "answers: begin with a byte order mark, lines end with CRLF",
	xmlNoDeclaration:         "XML answers: no declaration",
	xmlRootUpperCase:         "XML answers: the root is DATA",
}

// Dialects returns every dialect there is, sorted by name.
func Dialects() []Dialect {
	dialects := make([]Dialect, 0, len(questions))
	for name, question := range questions {
		dialects = append(dialects, Dialect{Name: name, Question: question})
	}
	slices.SortFunc(dialects, func(a, b Dialect) int { return strings.Compare(a.Name, b.Name) })
	return dialects
}

// Set switches dialects on, in addition to those that are on already. With an
// unknown name nothing is switched, and the error lists the known ones. Of two
// dialects that decide the same question, one wins.
func (s *Service) Set(dialects ...string) error {
	for _, name := range dialects {
		if _, known := questions[name]; !known {
			var names []string
			for _, d := range Dialects() {
				names = append(names, d.Name)
			}
			return fmt.Errorf("%q is no dialect of WhatCounts; known are %s", name, strings.Join(names, ", "))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range dialects {
		s.enabled[name] = true
	}
	return nil
}

// Unset switches dialects off; names that are not on are ignored.
func (s *Service) Unset(dialects ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range dialects {
		delete(s.enabled, name)
	}
}
