package seveng

import (
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// Dialect is one way in which the real service might answer where its
// documents contradict each other or are silent. Without any dialect the
// simulator answers in the likeliest way.
type Dialect = ledger.Dialect

// Names of the dialects, in the order of 7g.md#contradictions.
const (
	onePerOwner              = "7g-one-communication-per-owner"
	duplicateEmailAllowed    = "7g-duplicate-email-allowed"
	validation400            = "7g-validation-400"
	notFound404              = "7g-not-found-404"
	notFound404Empty         = "7g-not-found-404-empty"
	notFound400              = "7g-not-found-400"
	notFoundNull             = "7g-not-found-null"
	notFoundEmptyObject      = "7g-not-found-empty-object"
	notFoundEmptyArray       = "7g-not-found-empty-array"
	nativeIDRequired         = "7g-put-native-id-required"
	readAsArray              = "7g-get-array"
	refreshBareOnly          = "7g-refresh-bare-only"
	refreshBearerOnly        = "7g-refresh-bearer-only"
	refreshAccessTokenOnly   = "7g-refresh-access-token-only"
	nullMessage              = "7g-message-null"
	deleteCountsOne          = "7g-delete-counts-one"
	ownerChangeRefused       = "7g-owner-change-refused"
	ownerChangeIgnored       = "7g-owner-change-ignored"
	otherTypeIDs             = "7g-type-ids-other"
	stringTypeIDs            = "7g-type-ids-strings"
	otherExternalIDIgnored   = "7g-put-external-id-ignored"
	missingExternalIDCleared = "7g-put-external-id-cleared"
	workflowRefusesDelete    = "7g-workflow-refuses-delete"
	bareTokenOnly            = "7g-bare-token-only"
	created201               = "7g-created-201"
	camelCaseKeysOnly        = "7g-camel-case-keys-only"
	expiredToken200          = "7g-expired-token-200"
	permission200            = "7g-permission-200"
	unsetZero                = "7g-unset-zero"
	unsetAbsent              = "7g-unset-absent"
	externalOwnerRefused     = "7g-post-external-owner-refused"
	writeAnswerIDsOnly       = "7g-write-answer-ids-only"
	writeAnswerNull          = "7g-write-answer-null"
	nameNormalised           = "7g-name-normalised"
	staleReads               = "7g-stale-reads"
	closedLogin403           = "7g-closed-login-403"
	closedLogin200           = "7g-closed-login-200"
	organisationAsArray      = "7g-organisation-get-array"
	formatUnchecked          = "7g-format-unchecked"
)

var dialects = []Dialect{
	ledger.NewDialect(1, onePerOwner, "How many communications may an owner have? One; a second is refused."),
	ledger.NewDialect(2, duplicateEmailAllowed, "Are e-mail addresses unique across the platform? No."),
	ledger.NewDialect(3, validation400, "Which status do refused values get? 400 instead of 200."),
	ledger.NewDialect(4, notFound404, "How is a missing record answered? 404 with the envelope."),
	ledger.NewDialect(4, notFound404Empty, "How is a missing record answered? 404 with an empty body."),
	ledger.NewDialect(4, notFound400, "How is a missing record answered? 400 with the envelope."),
	ledger.NewDialect(4, notFoundNull, "How is a missing record answered? result:true and data null."),
	ledger.NewDialect(4, notFoundEmptyObject, "How is a missing record answered? result:true and data {}."),
	ledger.NewDialect(4, notFoundEmptyArray, "How is a missing record answered? result:true and data []."),
	ledger.NewDialect(5, nativeIDRequired, "May PUT name a record by its external id alone? No."),
	ledger.NewDialect(6, readAsArray, "What is data in GET /communication? An array of one."),
	ledger.NewDialect(7, refreshBareOnly, "Which Authorization does RefreshToken take? The bare token alone."),
	ledger.NewDialect(7, refreshBearerOnly, "Which Authorization does RefreshToken take? Only one with Bearer in front."),
	ledger.NewDialect(9, refreshAccessTokenOnly, "Does RefreshToken return a new refresh token? No, the old one stays good."),
	ledger.NewDialect(11, nullMessage, "What is message on success? null, on deletes too."),
	ledger.NewDialect(12, deleteCountsOne, "What is recordCount of a delete? 1, the rows affected."),
	ledger.NewDialect(13, ownerChangeRefused, "May PUT move a record to another owner? No, it is refused."),
	ledger.NewDialect(13, ownerChangeIgnored, "May PUT move a record to another owner? No, the rest is done and the owner stays."),
	ledger.NewDialect(17, otherTypeIDs, "Which ids do communication types have? 100 more than the published ones."),
	ledger.NewDialect(17, stringTypeIDs, "Are type ids numbers? No, answers carry them as strings."),
	ledger.NewDialect(19, otherExternalIDIgnored, "What if PUT carries another external id? It is ignored instead of refused."),
	ledger.NewDialect(19, missingExternalIDCleared, "What if PUT leaves the external id out? It is cleared instead of kept."),
	ledger.NewDialect(20, workflowRefusesDelete, "May a record that a workflow uses be deleted? No; mark such records with in_workflow."),
	ledger.NewDialect(22, bareTokenOnly, "Is Bearer accepted in front of the token on ordinary endpoints? No."),
	ledger.NewDialect(23, created201, "Which status does a created record get? 201."),
	ledger.NewDialect(24, camelCaseKeysOnly, "Does the case of body keys matter? Yes, only the camelCase of answers is read."),
	ledger.NewDialect(25, expiredToken200, "How is a bad token answered? 200 with result:false instead of 401."),
	ledger.NewDialect(26, permission200, "How is a missing permission answered? 200 with result:false instead of 403."),
	ledger.NewDialect(29, unsetZero, "How do answers show an unset id? 0, or the empty text for external ids."),
	ledger.NewDialect(29, unsetAbsent, "How do answers show an unset id? Not at all."),
	ledger.NewDialect(31, externalOwnerRefused, "May POST name the owner by external id alone? No."),
	ledger.NewDialect(32, writeAnswerIDsOnly, "What is data in answers to POST and PUT? The two ids of the record."),
	ledger.NewDialect(32, writeAnswerNull, "What is data in answers to POST and PUT? null."),
	ledger.NewDialect(33, nameNormalised, "Is the value kept as it was sent? No, it is trimmed and put in lower case."),
	ledger.NewDialect(34, staleReads, "Does a read see the last write? Not the first two: they show what was before."),
	ledger.NewDialect(35, closedLogin403, "How are locked, blocked and disabled logins answered? 403 instead of 401."),
	ledger.NewDialect(35, closedLogin200, "How are locked, blocked and disabled logins answered? 200 with result:false."),
	ledger.NewDialect(36, organisationAsArray, "What is data in GET /organisation? An array of one."),
	ledger.NewDialect(37, formatUnchecked, "Is the value checked against its type? No, any text passes."),
}

// Dialects returns every dialect of the service, sorted by name.
func Dialects() []Dialect {
	return slices.SortedFunc(slices.Values(dialects), func(a, b Dialect) int { return strings.Compare(a.Name, b.Name) })
}
