package whatcounts

import "github.com/reachops/terraform-provider-reach/internal/simulator/traffic"

// Dialect is one way in which the service may differ from the default. The
// sources contradict each other or are silent there.
type Dialect = traffic.Dialect

// dialects are those below, each with its row of whatcounts.md#contradictions.
var dialects traffic.DialectTable

var (
	deleteTextFormat         = dialects.Add(1, "wc-delete-text-format", "text of delete: the documented format, \"processed\" without a full stop")
	deleteTextFullStop       = dialects.Add(1, "wc-delete-text-full-stop", "text of delete: that of 2009, \"processed\" and a full stop")
	deleteMissingFails       = dialects.Add(2, "wc-delete-missing-fails", "delete of missing contacts only: FAILURE: Subscriber cannot be found")
	deleteMissingNoRecord    = dialects.Add(2, "wc-delete-missing-no-record", "delete of missing contacts only: FAILURE: No subscriber record exists")
	deleteSeveralAll         = dialects.Add(3, "wc-delete-several-all", "delete of an address with several contacts and no first name: deletes them all")
	deleteSeveralOldest      = dialects.Add(3, "wc-delete-several-oldest", "delete of an address with several contacts and no first name: deletes the oldest")
	onlyDeleteSubID          = dialects.Add(5, "wc-only-deletesubid", "name of delete by id: deletesubid alone is known")
	onlyDeleteByID           = dialects.Add(5, "wc-only-deletebyid", "name of delete by id: deletebyid alone is known")
	deleteByIDOptsOut        = dialects.Add(6, "wc-deletesubid-optout", "delete by id without optout=1: records a Global Optout all the same")
	deleteByIDMissingRealm   = dialects.Add(46, "wc-deletesubid-missing-realm", "delete by an unknown id: the text of detail, Specified subscriber ID … does not belong to the realm")
	deleteByIDMissingCannot  = dialects.Add(46, "wc-deletesubid-missing-cannot-be-found", "delete by an unknown id: FAILURE: Subscriber cannot be found")
	deleteByIDMissingNone    = dialects.Add(46, "wc-deletesubid-missing-no-record", "delete by an unknown id: FAILURE: No subscriber record exists")
	forceSubKeepsOptout      = dialects.Add(8, "wc-force-sub-keeps-optout", "force_sub and the opt-out record: passed by, not removed")
	forceSubListOnly         = dialects.Add(9, "wc-force-sub-list-only", "force_sub and a global opt-out: passed by, only the list's record is removed")
	subKeepsColumns          = dialects.Add(11, "wc-sub-keeps-columns", "sub of an existing contact: its columns are not updated")
	subKeepsFormat           = dialects.Add(11, "wc-sub-keeps-format", "sub of an existing subscription: its format is not updated")
	subTextOlder             = dialects.Add(12, "wc-sub-text-older", "text of sub: that of 2009, N users subscribed to list(s)")
	subTextShort             = dialects.Add(12, "wc-sub-text-short", "text of sub: only the number of records processed")
	subTextNoBlank           = dialects.Add(13, "wc-sub-text-no-blank", "text of sub: no blank after (Optout Error)")
	subOptoutSuccess         = dialects.Add(14, "wc-sub-optout-success", "sub of opted-out addresses only: SUCCESS that counts them as ignored")
	subOptoutMixedFails      = dialects.Add(14, "wc-sub-optout-mixed-fails", "sub of opted-out and good rows: FAILURE, although the good rows are done")
	subOptoutUncounted       = dialects.Add(14, "wc-sub-optout-uncounted", "sub of an opted-out address: refused without being counted")
	subDuplicateFails        = dialects.Add(27, "wc-sub-duplicate-fails", "sub of an existing subscription: FAILURE: Cannot insert duplicate subscription")
	subPendingCounted        = dialects.Add(34, "wc-sub-pending-counted", "sub to a double opt-in list: counts the subscription that still waits")
	subPendingVisible        = dialects.Add(34, "wc-sub-pending-visible", "sub to a double opt-in list: the subscription shows before it is confirmed")
	subBadAddressNamed       = dialects.Add(47, "wc-sub-bad-address-named", "sub of bad addresses only: FAILURE that names each of them, separated by ^")
	subAddressAdds           = dialects.Add(45, "wc-sub-address-adds", "sub by address alone where only contacts with first names exist: adds one without")
	unsubTextSubscribers     = dialects.Add(16, "wc-unsub-text-subscribers", "text of unsub: total subscribers in place of total contacts")
	unsubTextShort           = dialects.Add(16, "wc-unsub-text-short", "text of unsub: only the number of records processed")
	unsubOldest              = dialects.Add(44, "wc-unsub-oldest", "unsub by address alone with several contacts: only the oldest")
	updateNeedsList          = dialects.Add(31, "wc-update-needs-list", "update: only contacts on list_id are found")
	identityKeyUnsupported   = dialects.Add(30, "wc-identity-customer-key-unsupported", "identity_field=customer_key: not supported")
	changeTextBracket        = dialects.Add(28, "wc-change-text-bracket", "text of change: the bracket is closed with ]")
	findMissingFails         = dialects.Add(17, "wc-find-missing-fails", "find without a match: FAILURE: No matching record found.")
	findXMLListsCount        = dialects.Add(36, "wc-find-xml-lists-count", "lists in the XML of find: their number, not their ids")
	detailMissingEmpty       = dialects.Add(41, "wc-detail-missing-empty", "detail of an unknown id: an empty body")
	detailCustomBare         = dialects.Add(35, "wc-detail-custom-bare", "names of custom fields in detail: without custom_")
	detailFormatWords        = dialects.Add(35, "wc-detail-format-words", "format in detail: words")
	detailNoCustomerKey      = dialects.Add(56, "wc-detail-no-customer-key", "detail in customer-key realms: no customer_key")
	detailSubscriptionsApart = dialects.Add(57, "wc-detail-subscriptions-apart", "subscription_details in detail: beside subscriber, not in it")
	badPasswordInvalid       = dialects.Add(18, "wc-bad-password-invalid", "bad password: Invalid credentials")
	badPasswordFailure       = dialects.Add(18, "wc-bad-password-failure", "bad password: FAILURE: Invalid credentials")
	dataQuotesLiteral        = dialects.Add(26, "wc-data-quotes-literal", "quotes in data: ordinary characters")
	dataLineFeedSeparates    = dialects.Add(48, "wc-data-line-feed-separates", "a line feed in data: separates records")
	dataEmptyKeeps           = dialects.Add(29, "wc-data-empty-keeps", "an empty field in data: leaves the stored value")
	dataEmptyFirstAny        = dialects.Add(29, "wc-data-empty-first-any", "an empty first in data: as if it had not been sent")
	dataTrimmed              = dialects.Add(38, "wc-data-trimmed", "blanks around values in data: trimmed")
	emailLowerCase           = dialects.Add(38, "wc-email-lower-case", "letter case of addresses: stored in lower case")
	firstFolded              = dialects.Add(58, "wc-first-folded", "first names that name a contact: letter case, outer blanks and accents do not count")
	staleReads               = dialects.Add(39, "wc-stale-reads", "read after write: the next two reads answer what was true before")
	showOptGlobal            = dialects.Add(49, "wc-show-opt-global", "show_opt: shows global opt-outs too")
	daysLimited              = dialects.Add(24, "wc-days-limited", "days of the opt-out queries: more than 3650 is a FAILURE")
	showListsOlder           = dialects.Add(50, "wc-show-lists-older", "columns of show_lists: id, name and description")
	updateReportUnknown      = dialects.Add(59, "wc-update-report-unknown", "rpt_sub_by_update_datetime: FAILURE: Unknown command")
	updateReportUndated      = dialects.Add(60, "wc-update-report-undated", "columns of rpt_sub_by_update_datetime: none tells when")
	updateReportPages        = dialects.Add(61, "wc-update-report-pages", "rpt_sub_by_update_datetime: 250 rows a page, with offset")
	updateReportZone         = dialects.Add(62, "wc-update-report-zone", "dates of rpt_sub_by_update_datetime: eight hours behind UTC")
	realmSettingsXML         = dialects.Add(51, "wc-realm-settings-xml", "getrealmsettings: XML whatever output_format says")
	realmSettingsHeadings    = dialects.Add(51, "wc-realm-settings-headings", "getrealmsettings: headings without headers=1")
	headingsQuoted           = dialects.Add(52, "wc-headings-quoted", "headings in CSV: quoted everywhere")
	headingsBare             = dialects.Add(52, "wc-headings-bare", "headings in CSV: bare everywhere")
	headingsAlone            = dialects.Add(53, "wc-headings-alone", "queries without rows, headers=1: the headings, not an empty body")
	byteOrderMark            = dialects.Add(54, "wc-byte-order-mark", "answers: begin with a byte order mark, lines end with CRLF")
	xmlNoDeclaration         = dialects.Add(55, "wc-xml-no-declaration", "XML answers: no declaration")
	xmlRootUpperCase         = dialects.Add(55, "wc-xml-root-upper-case", "XML answers: the root is DATA")
)

// Dialects returns every dialect of the service, sorted by name.
func Dialects() []Dialect {
	return dialects.Sorted()
}
