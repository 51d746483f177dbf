package seveng

import "github.com/reachops/terraform-provider-reach/internal/simulator/traffic"

// Dialect is one way in which the real service might answer where its
// documents contradict each other or are silent. Without any dialect the
// simulator answers in the likeliest way.
type Dialect = traffic.Dialect

// dialects are those below, each with its row of 7g.md#contradictions.
var dialects traffic.DialectTable

var (
	onePerOwner              = dialects.Add(1, "7g-one-communication-per-owner", "How many communications may an owner have? One; a second is refused.")
	duplicateEmailAllowed    = dialects.Add(2, "7g-duplicate-email-allowed", "Are e-mail addresses unique across the platform? No.")
	validation400            = dialects.Add(3, "7g-validation-400", "Which status do refused values get? 400 instead of 200.")
	notFound404              = dialects.Add(4, "7g-not-found-404", "How is a missing record answered? 404 with the envelope.")
	notFound404Empty         = dialects.Add(4, "7g-not-found-404-empty", "How is a missing record answered? 404 with an empty body.")
	notFound400              = dialects.Add(4, "7g-not-found-400", "How is a missing record answered? 400 with the envelope.")
	notFoundNull             = dialects.Add(4, "7g-not-found-null", "How is a missing record answered? result:true and data null.")
	notFoundEmptyObject      = dialects.Add(4, "7g-not-found-empty-object", "How is a missing record answered? result:true and data {}.")
	notFoundEmptyArray       = dialects.Add(4, "7g-not-found-empty-array", "How is a missing record answered? result:true and data [].")
	nativeIDRequired         = dialects.Add(5, "7g-put-native-id-required", "May PUT name a record by its external id alone? No.")
	readAsArray              = dialects.Add(6, "7g-get-array", "What is data in GET /communication? An array of one.")
	refreshBareOnly          = dialects.Add(7, "7g-refresh-bare-only", "Which Authorization does RefreshToken take? The bare token alone.")
	refreshBearerOnly        = dialects.Add(7, "7g-refresh-bearer-only", "Which Authorization does RefreshToken take? Only one with Bearer in front.")
	refreshAccessTokenOnly   = dialects.Add(9, "7g-refresh-access-token-only", "Does RefreshToken return a new refresh token? No, the old one stays good.")
	nullMessage              = dialects.Add(11, "7g-message-null", "What is message on success? null, on deletes too.")
	deleteCountsOne          = dialects.Add(12, "7g-delete-counts-one", "What is recordCount of a delete? 1, the rows affected.")
	ownerChangeRefused       = dialects.Add(13, "7g-owner-change-refused", "May PUT move a record to another owner? No, it is refused.")
	ownerChangeIgnored       = dialects.Add(13, "7g-owner-change-ignored", "May PUT move a record to another owner? No, the rest is done and the owner stays.")
	otherTypeIDs             = dialects.Add(17, "7g-type-ids-other", "Which ids do communication types have? 100 more than the published ones.")
	stringTypeIDs            = dialects.Add(17, "7g-type-ids-strings", "Are type ids numbers? No, answers carry them as strings.")
	otherExternalIDIgnored   = dialects.Add(19, "7g-put-external-id-ignored", "What if PUT carries another external id? It is ignored instead of refused.")
	missingExternalIDCleared = dialects.Add(19, "7g-put-external-id-cleared", "What if PUT leaves the external id out? It is cleared instead of kept.")
	workflowRefusesDelete    = dialects.Add(20, "7g-workflow-refuses-delete", "May a record that a workflow uses be deleted? No; mark such records with in_workflow.")
	bareTokenOnly            = dialects.Add(22, "7g-bare-token-only", "Is Bearer accepted in front of the token on ordinary endpoints? No.")
	created201               = dialects.Add(23, "7g-created-201", "Which status does a created record get? 201.")
	camelCaseKeysOnly        = dialects.Add(24, "7g-camel-case-keys-only", "Does the case of body keys matter? Yes, only the camelCase of answers is read.")
	expiredToken200          = dialects.Add(25, "7g-expired-token-200", "How is a bad token answered? 200 with result:false instead of 401.")
	permission200            = dialects.Add(26, "7g-permission-200", "How is a missing permission answered? 200 with result:false instead of 403.")
	unsetZero                = dialects.Add(29, "7g-unset-zero", "How do answers show an unset id? 0, or the empty text for external ids.")
	unsetAbsent              = dialects.Add(29, "7g-unset-absent", "How do answers show an unset id? Not at all.")
	externalOwnerRefused     = dialects.Add(31, "7g-post-external-owner-refused", "May POST name the owner by external id alone? No.")
	writeAnswerIDsOnly       = dialects.Add(32, "7g-write-answer-ids-only", "What is data in answers to POST and PUT? The two ids of the record.")
	writeAnswerNull          = dialects.Add(32, "7g-write-answer-null", "What is data in answers to POST and PUT? null.")
	nameNormalised           = dialects.Add(33, "7g-name-normalised", "Is the value kept as it was sent? No, it is trimmed and put in lower case.")
	staleReads               = dialects.Add(34, "7g-stale-reads", "Does a read see the last write? Not the first two: they show what was before.")
	closedLogin403           = dialects.Add(35, "7g-closed-login-403", "How are locked, blocked and disabled logins answered? 403 instead of 401.")
	closedLogin200           = dialects.Add(35, "7g-closed-login-200", "How are locked, blocked and disabled logins answered? 200 with result:false.")
	organisationAsArray      = dialects.Add(36, "7g-organisation-get-array", "What is data in GET /organisation? An array of one.")
	ownerInAnyCase           = dialects.Add(38, "7g-owner-in-any-case", "Is an owner found by an external id in another letter case? Yes.")
	textComposed             = dialects.Add(39, "7g-text-composed", "In which form are letters with accents kept? Composed, and compared as they are kept.")
	textDecomposed           = dialects.Add(39, "7g-text-decomposed", "In which form are letters with accents kept? Taken apart, and compared as they are kept.")
	windows1252              = dialects.Add(40, "7g-windows-1252", "In which charset are answers? In windows-1252, which they declare.")
	windows1252Undeclared    = dialects.Add(40, "7g-windows-1252-undeclared", "In which charset are answers? In windows-1252, which they do not declare.")
	formatUnchecked          = dialects.Add(37, "7g-format-unchecked", "Is the value checked against its type? No, any text passes.")
)

// Dialects returns every dialect of the service, sorted by name.
func Dialects() []Dialect {
	return dialects.Sorted()
}
