package whatcounts

import (
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// Dialect is one way in which the service may differ from the default. The
// sources contradict each other or are silent there.
type Dialect = ledger.Dialect

// Names of the dialects, by subject. Their sources are in
// whatcounts.md#contradictions.
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
	headingsQuoted           = "wc-headings-quoted"
	headingsBare             = "wc-headings-bare"
	headingsAlone            = "wc-headings-alone"
	byteOrderMark            = "wc-byte-order-mark"
	xmlNoDeclaration         = "wc-xml-no-declaration"
	xmlRootUpperCase         = "wc-xml-root-upper-case"
)

var dialects = []Dialect{
	ledger.NewDialect(1, deleteTextFormat, "text of delete: the documented format, \"processed\" without a full stop"),
	ledger.NewDialect(1, deleteTextFullStop, "text of delete: that of 2009, \"processed\" and a full stop"),
	ledger.NewDialect(2, deleteMissingFails, "delete of missing contacts only: FAILURE: Subscriber cannot be found"),
	ledger.NewDialect(2, deleteMissingNoRecord, "delete of missing contacts only: FAILURE: No subscriber record exists"),
	ledger.NewDialect(3, deleteSeveralAll, "delete of an address with several contacts and no first name: deletes them all"),
	ledger.NewDialect(3, deleteSeveralOldest, "delete of an address with several contacts and no first name: deletes the oldest"),
	ledger.NewDialect(5, onlyDeleteSubID, "name of delete by id: deletesubid alone is known"),
	ledger.NewDialect(5, onlyDeleteByID, "name of delete by id: deletebyid alone is known"),
	ledger.NewDialect(6, deleteByIDOptsOut, "delete by id without optout=1: records a Global Optout all the same"),
	ledger.NewDialect(46, deleteByIDMissingRealm, "delete by an unknown id: the text of detail, Specified subscriber ID … does not belong to the realm"),
	ledger.NewDialect(46, deleteByIDMissingCannot, "delete by an unknown id: FAILURE: Subscriber cannot be found"),
	ledger.NewDialect(46, deleteByIDMissingNone, "delete by an unknown id: FAILURE: No subscriber record exists"),
	ledger.NewDialect(8, forceSubKeepsOptout, "force_sub and the opt-out record: passed by, not removed"),
	ledger.NewDialect(9, forceSubListOnly, "force_sub and a global opt-out: passed by, only the list's record is removed"),
	ledger.NewDialect(11, subKeepsColumns, "sub of an existing contact: its columns are not updated"),
	ledger.NewDialect(11, subKeepsFormat, "sub of an existing subscription: its format is not updated"),
	ledger.NewDialect(12, subTextOlder, "text of sub: that of 2009, N users subscribed to list(s)"),
	ledger.NewDialect(12, subTextShort, "text of sub: only the number of records processed"),
	ledger.NewDialect(13, subTextNoBlank, "text of sub: no blank after (Optout Error)"),
	ledger.NewDialect(14, subOptoutSuccess, "sub of opted-out addresses only: SUCCESS that counts them as ignored"),
	ledger.NewDialect(14, subOptoutMixedFails, "sub of opted-out and good rows: FAILURE, although the good rows are done"),
	ledger.NewDialect(14, subOptoutUncounted, "sub of an opted-out address: refused without being counted"),
	ledger.NewDialect(27, subDuplicateFails, "sub of an existing subscription: FAILURE: Cannot insert duplicate subscription"),
	ledger.NewDialect(34, subPendingCounted, "sub to a double opt-in list: counts the subscription that still waits"),
	ledger.NewDialect(34, subPendingVisible, "sub to a double opt-in list: the subscription shows before it is confirmed"),
	ledger.NewDialect(47, subBadAddressNamed, "sub of bad addresses only: FAILURE that names each of them, separated by ^"),
	ledger.NewDialect(45, subAddressAdds, "sub by address alone where only contacts with first names exist: adds one without"),
	ledger.NewDialect(16, unsubTextSubscribers, "text of unsub: total subscribers in place of total contacts"),
	ledger.NewDialect(16, unsubTextShort, "text of unsub: only the number of records processed"),
	ledger.NewDialect(44, unsubOldest, "unsub by address alone with several contacts: only the oldest"),
	ledger.NewDialect(31, updateNeedsList, "update: only contacts on list_id are found"),
	ledger.NewDialect(30, identityKeyUnsupported, "identity_field=customer_key: not supported"),
	ledger.NewDialect(28, changeTextBracket, "text of change: the bracket is closed with ]"),
	ledger.NewDialect(17, findMissingFails, "find without a match: FAILURE: No matching record found."),
	ledger.NewDialect(36, findXMLListsCount, "lists in the XML of find: their number, not their ids"),
	ledger.NewDialect(41, detailMissingEmpty, "detail of an unknown id: an empty body"),
	ledger.NewDialect(35, detailCustomBare, "names of custom fields in detail: without custom_"),
	ledger.NewDialect(35, detailFormatWords, "format in detail: words"),
	ledger.NewDialect(56, detailNoCustomerKey, "detail in customer-key realms: no customer_key"),
	ledger.NewDialect(57, detailSubscriptionsApart, "subscription_details in detail: beside subscriber, not in it"),
	ledger.NewDialect(18, badPasswordInvalid, "bad password: Invalid credentials"),
	ledger.NewDialect(18, badPasswordFailure, "bad password: FAILURE: Invalid credentials"),
	ledger.NewDialect(26, dataQuotesLiteral, "quotes in data: ordinary characters"),
	ledger.NewDialect(48, dataLineFeedSeparates, "a line feed in data: separates records"),
	ledger.NewDialect(29, dataEmptyKeeps, "an empty field in data: leaves the stored value"),
	ledger.NewDialect(29, dataEmptyFirstAny, "an empty first in data: as if it had not been sent"),
	ledger.NewDialect(38, dataTrimmed, "blanks around values in data: trimmed"),
	ledger.NewDialect(38, emailLowerCase, "letter case of addresses: stored in lower case"),
	ledger.NewDialect(39, staleReads, "read after write: the next two reads answer what was true before"),
	ledger.NewDialect(49, showOptGlobal, "show_opt: shows global opt-outs too"),
	ledger.NewDialect(24, daysLimited, "days of the opt-out queries: more than 3650 is a FAILURE"),
	ledger.NewDialect(50, showListsOlder, "columns of show_lists: id, name and description"),
	ledger.NewDialect(51, realmSettingsXML, "getrealmsettings: XML whatever output_format says"),
	ledger.NewDialect(51, realmSettingsHeadings, "getrealmsettings: headings without headers=1"),
	ledger.NewDialect(52, headingsQuoted, "headings in CSV: quoted everywhere"),
	ledger.NewDialect(52, headingsBare, "headings in CSV: bare everywhere"),
	ledger.NewDialect(53, headingsAlone, "queries without rows, headers=1: the headings, not an empty body"),
	ledger.NewDialect(54, byteOrderMark, "answers: begin with a byte order mark, lines end with CRLF"),
	ledger.NewDialect(55, xmlNoDeclaration, "XML answers: no declaration"),
	ledger.NewDialect(55, xmlRootUpperCase, "XML answers: the root is DATA"),
}

// Dialects returns every dialect there is, sorted by name.
func Dialects() []Dialect {
	return slices.SortedFunc(slices.Values(dialects), func(a, b Dialect) int { return strings.Compare(a.Name, b.Name) })
}
