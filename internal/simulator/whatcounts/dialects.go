package whatcounts

import (
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// Dialect is one way in which the service may differ from the default. The
// sources contradict each other or are silent there.
type Dialect = traffic.Dialect

// dialects are those below, in their order.
var dialects []Dialect

// dialect enters a dialect whose source is this row of
// whatcounts.md#contradictions, and returns its name.
func dialect(row int, name, question string) string {
	dialects = append(dialects, Dialect{Name: name, Row: row, Question: question})
	return name
}

var (
	deleteTextFormat         = dialect(1, "wc-delete-text-format", "text of delete: the documented format, \"processed\" without a full stop")
	deleteTextFullStop       = dialect(1, "wc-delete-text-full-stop", "text of delete: that of 2009, \"processed\" and a full stop")
	deleteMissingFails       = dialect(2, "wc-delete-missing-fails", "delete of missing contacts only: FAILURE: Subscriber cannot be found")
	deleteMissingNoRecord    = dialect(2, "wc-delete-missing-no-record", "delete of missing contacts only: FAILURE: No subscriber record exists")
	deleteSeveralAll         = dialect(3, "wc-delete-several-all", "delete of an address with several contacts and no first name: deletes them all")
	deleteSeveralOldest      = dialect(3, "wc-delete-several-oldest", "delete of an address with several contacts and no first name: deletes the oldest")
	onlyDeleteSubID          = dialect(5, "wc-only-deletesubid", "name of delete by id: deletesubid alone is known")
	onlyDeleteByID           = dialect(5, "wc-only-deletebyid", "name of delete by id: deletebyid alone is known")
	deleteByIDOptsOut        = dialect(6, "wc-deletesubid-optout", "delete by id without optout=1: records a Global Optout all the same")
	deleteByIDMissingRealm   = dialect(46, "wc-deletesubid-missing-realm", "delete by an unknown id: the text of detail, Specified subscriber ID … does not belong to the realm")
	deleteByIDMissingCannot  = dialect(46, "wc-deletesubid-missing-cannot-be-found", "delete by an unknown id: FAILURE: Subscriber cannot be found")
	deleteByIDMissingNone    = dialect(46, "wc-deletesubid-missing-no-record", "delete by an unknown id: FAILURE: No subscriber record exists")
	forceSubKeepsOptout      = dialect(8, "wc-force-sub-keeps-optout", "force_sub and the opt-out record: passed by, not removed")
	forceSubListOnly         = dialect(9, "wc-force-sub-list-only", "force_sub and a global opt-out: passed by, only the list's record is removed")
	subKeepsColumns          = dialect(11, "wc-sub-keeps-columns", "sub of an existing contact: its columns are not updated")
	subKeepsFormat           = dialect(11, "wc-sub-keeps-format", "sub of an existing subscription: its format is not updated")
	subTextOlder             = dialect(12, "wc-sub-text-older", "text of sub: that of 2009, N users subscribed to list(s)")
	subTextShort             = dialect(12, "wc-sub-text-short", "text of sub: only the number of records processed")
	subTextNoBlank           = dialect(13, "wc-sub-text-no-blank", "text of sub: no blank after (Optout Error)")
	subOptoutSuccess         = dialect(14, "wc-sub-optout-success", "sub of opted-out addresses only: SUCCESS that counts them as ignored")
	subOptoutMixedFails      = dialect(14, "wc-sub-optout-mixed-fails", "sub of opted-out and good rows: FAILURE, although the good rows are done")
	subOptoutUncounted       = dialect(14, "wc-sub-optout-uncounted", "sub of an opted-out address: refused without being counted")
	subDuplicateFails        = dialect(27, "wc-sub-duplicate-fails", "sub of an existing subscription: FAILURE: Cannot insert duplicate subscription")
	subPendingCounted        = dialect(34, "wc-sub-pending-counted", "sub to a double opt-in list: counts the subscription that still waits")
	subPendingVisible        = dialect(34, "wc-sub-pending-visible", "sub to a double opt-in list: the subscription shows before it is confirmed")
	subBadAddressNamed       = dialect(47, "wc-sub-bad-address-named", "sub of bad addresses only: FAILURE that names each of them, separated by ^")
	subAddressAdds           = dialect(45, "wc-sub-address-adds", "sub by address alone where only contacts with first names exist: adds one without")
	unsubTextSubscribers     = dialect(16, "wc-unsub-text-subscribers", "text of unsub: total subscribers in place of total contacts")
	unsubTextShort           = dialect(16, "wc-unsub-text-short", "text of unsub: only the number of records processed")
	unsubOldest              = dialect(44, "wc-unsub-oldest", "unsub by address alone with several contacts: only the oldest")
	updateNeedsList          = dialect(31, "wc-update-needs-list", "update: only contacts on list_id are found")
	identityKeyUnsupported   = dialect(30, "wc-identity-customer-key-unsupported", "identity_field=customer_key: not supported")
	changeTextBracket        = dialect(28, "wc-change-text-bracket", "text of change: the bracket is closed with ]")
	findMissingFails         = dialect(17, "wc-find-missing-fails", "find without a match: FAILURE: No matching record found.")
	findXMLListsCount        = dialect(36, "wc-find-xml-lists-count", "lists in the XML of find: their number, not their ids")
	detailMissingEmpty       = dialect(41, "wc-detail-missing-empty", "detail of an unknown id: an empty body")
	detailCustomBare         = dialect(35, "wc-detail-custom-bare", "names of custom fields in detail: without custom_")
	detailFormatWords        = dialect(35, "wc-detail-format-words", "format in detail: words")
	detailNoCustomerKey      = dialect(56, "wc-detail-no-customer-key", "detail in customer-key realms: no customer_key")
	detailSubscriptionsApart = dialect(57, "wc-detail-subscriptions-apart", "subscription_details in detail: beside subscriber, not in it")
	badPasswordInvalid       = dialect(18, "wc-bad-password-invalid", "bad password: Invalid credentials")
	badPasswordFailure       = dialect(18, "wc-bad-password-failure", "bad password: FAILURE: Invalid credentials")
	dataQuotesLiteral        = dialect(26, "wc-data-quotes-literal", "quotes in data: ordinary characters")
	dataLineFeedSeparates    = dialect(48, "wc-data-line-feed-separates", "a line feed in data: separates records")
	dataEmptyKeeps           = dialect(29, "wc-data-empty-keeps", "an empty field in data: leaves the stored value")
	dataEmptyFirstAny        = dialect(29, "wc-data-empty-first-any", "an empty first in data: as if it had not been sent")
	dataTrimmed              = dialect(38, "wc-data-trimmed", "blanks around values in data: trimmed")
	emailLowerCase           = dialect(38, "wc-email-lower-case", "letter case of addresses: stored in lower case")
	staleReads               = dialect(39, "wc-stale-reads", "read after write: the next two reads answer what was true before")
	showOptGlobal            = dialect(49, "wc-show-opt-global", "show_opt: shows global opt-outs too")
	daysLimited              = dialect(24, "wc-days-limited", "days of the opt-out queries: more than 3650 is a FAILURE")
	showListsOlder           = dialect(50, "wc-show-lists-older", "columns of show_lists: id, name and description")
	realmSettingsXML         = dialect(51, "wc-realm-settings-xml", "getrealmsettings: XML whatever output_format says")
	realmSettingsHeadings    = dialect(51, "wc-realm-settings-headings", "getrealmsettings: headings without headers=1")
	headingsQuoted           = dialect(52, "wc-headings-quoted", "headings in CSV: quoted everywhere")
	headingsBare             = dialect(52, "wc-headings-bare", "headings in CSV: bare everywhere")
	headingsAlone            = dialect(53, "wc-headings-alone", "queries without rows, headers=1: the headings, not an empty body")
	byteOrderMark            = dialect(54, "wc-byte-order-mark", "answers: begin with a byte order mark, lines end with CRLF")
	xmlNoDeclaration         = dialect(55, "wc-xml-no-declaration", "XML answers: no declaration")
	xmlRootUpperCase         = dialect(55, "wc-xml-root-upper-case", "XML answers: the root is DATA")
)

// Dialects returns every dialect of the service, sorted by name.
func Dialects() []Dialect {
	return slices.SortedFunc(slices.Values(dialects), func(a, b Dialect) int { return strings.Compare(a.Name, b.Name) })
}
