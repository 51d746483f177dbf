package seveng

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Dialect is one way in which the real service might answer where its
// documentation contradicts itself or is silent. Without any dialect the
// simulator answers in the likeliest way.
type Dialect struct {
	Name     string // such as "7g-not-found-404"
	Question string // the open question, and what this dialect answers to it
}

// switches is what the dialects turn on. Dialects that answer the same
// question differently share one field, so that they exclude each other.
type switches struct {
	onePerOwner              bool
	duplicateEmailAllowed    bool
	formatUnchecked          bool
	validationStatus400      bool
	notFound                 notFoundForm
	nativeIDRequired         bool
	readAsArray              bool
	organisationAsArray      bool
	refreshAuthorization     authorizationForm
	refreshAccessTokenOnly   bool
	nullMessage              bool
	deleteCountsOne          bool
	ownerChange              ownerChangeForm
	otherTypeIDs             bool
	stringTypeIDs            bool
	otherExternalIDIgnored   bool
	missingExternalIDCleared bool
	workflowRefusesDelete    bool
	bareTokenOnly            bool
	created201               bool
	camelCaseKeysOnly        bool
	badToken200              bool
	permission200            bool
	unset                    unsetForm
	externalOwnerRefused     bool
	writeAnswer              writeAnswerForm
	nameNormalised           bool
	staleReads               bool
	closedLogin              closedLoginForm
}

type notFoundForm int

const (
	notFoundRefused notFoundForm = iota // 200, result:false
	notFound404
	notFound404Empty
	notFound400
	notFoundNull
	notFoundEmptyObject
	notFoundEmptyArray
)

type authorizationForm int

const (
	bareOrBearer authorizationForm = iota
	bareOnly
	bearerOnly
)

type ownerChangeForm int

const (
	ownerChangeAllowed ownerChangeForm = iota
	ownerChangeRefused
	ownerChangeIgnored
)

type unsetForm int

const (
	unsetNull unsetForm = iota
	unsetZero
	unsetAbsent
)

type writeAnswerForm int

const (
	completeRecord writeAnswerForm = iota
	idsOnly
	nullData
)

type closedLoginForm int

const (
	closedLogin401 closedLoginForm = iota
	closedLogin403
	closedLogin200
)

// dialects is the one place where a name is tied to its switch.
var dialects = []struct {
	Dialect
	set func(*switches)
}{
	{Dialect{"7g-one-communication-per-owner", "How many communications may an owner have? One; a second is refused."},
		func(s *switches) { s.onePerOwner = true }},
	{Dialect{"7g-duplicate-email-allowed", "Are e-mail addresses unique across the platform? No."},
		func(s *switches) { s.duplicateEmailAllowed = true }},
	{Dialect{"7g-format-unchecked", "Is the value checked against its type? No, any text passes."},
		func(s *switches) { s.formatUnchecked = true }},
	{Dialect{"7g-validation-400", "Which status do refused values get? 400 instead of 200."},
		func(s *switches) { s.validationStatus400 = true }},
	{Dialect{"7g-not-found-404", "How is a missing record answered? 404 with the envelope."},
		func(s *switches) { s.notFound = notFound404 }},
	{Dialect{"7g-not-found-404-empty", "How is a missing record answered? 404 with an empty body."},
		func(s *switches) { s.notFound = notFound404Empty }},
	{Dialect{"7g-not-found-400", "How is a missing record answered? 400 with the envelope."},
		func(s *switches) { s.notFound = notFound400 }},
	{Dialect{"7g-not-found-null", "How is a missing record answered? result:true and data null."},
		func(s *switches) { s.notFound = notFoundNull }},
	{Dialect{"7g-not-found-empty-object", "How is a missing record answered? result:true and data {}."},
		func(s *switches) { s.notFound = notFoundEmptyObject }},
	{Dialect{"7g-not-found-empty-array", "How is a missing record answered? result:true and data []."},
		func(s *switches) { s.notFound = notFoundEmptyArray }},
	{Dialect{"7g-put-native-id-required", "May PUT name a record by its external id alone? No."},
		func(s *switches) { s.nativeIDRequired = true }},
	{Dialect{"7g-get-array", "What is data in GET /communication? An array of one."},
		func(s *switches) { s.readAsArray = true }},
	{Dialect{"7g-organisation-get-array", "What is data in GET /organisation? An array of one."},
		func(s *switches) { s.organisationAsArray = true }},
	{Dialect{"7g-refresh-bare-only", "Which Authorization does RefreshToken take? The bare token alone."},
		func(s *switches) { s.refreshAuthorization = bareOnly }},
	{Dialect{"7g-refresh-bearer-only", "Which Authorization does RefreshToken take? Only one with Bearer in front."},
		func(s *switches) { s.refreshAuthorization = bearerOnly }},
	{Dialect{"7g-refresh-access-token-only", "Does RefreshToken return a new refresh token? No, the old one stays good."},
		func(s *switches) { s.refreshAccessTokenOnly = true }},
	{Dialect{"7g-message-null", "What is message on success? null, on deletes too."},
		func(s *switches) { s.nullMessage = true }},
	{Dialect{"7g-delete-counts-one", "What is recordCount of a delete? 1, the rows affected."},
		func(s *switches) { s.deleteCountsOne = true }},
	{Dialect{"7g-owner-change-refused", "May PUT move a record to another owner? No, it is refused."},
		func(s *switches) { s.ownerChange = ownerChangeRefused }},
	{Dialect{"7g-owner-change-ignored", "May PUT move a record to another owner? No, the rest is done and the owner stays."},
		func(s *switches) { s.ownerChange = ownerChangeIgnored }},
	{Dialect{"7g-type-ids-other", "Which ids do communication types have? 100 more than the published ones."},
		func(s *switches) { s.otherTypeIDs = true }},
	{Dialect{"7g-type-ids-strings", "Are type ids numbers? No, answers carry them as strings."},
		func(s *switches) { s.stringTypeIDs = true }},
	{Dialect{"7g-put-external-id-ignored", "What if PUT carries another external id? It is ignored instead of refused."},
		func(s *switches) { s.otherExternalIDIgnored = true }},
	{Dialect{"7g-put-external-id-cleared", "What if PUT leaves the external id out? It is cleared instead of kept."},
		func(s *switches) { s.missingExternalIDCleared = true }},
	{Dialect{"7g-workflow-refuses-delete", "May a record that a workflow uses be deleted? No; mark such records with in_workflow."},
		func(s *switches) { s.workflowRefusesDelete = true }},
	{Dialect{"7g-bare-token-only", "Is Bearer accepted in front of the token on ordinary endpoints? No."},
		func(s *switches) { s.bareTokenOnly = true }},
	{Dialect{"7g-created-201", "Which status does a created record get? 201."},
		func(s *switches) { s.created201 = true }},
	{Dialect{"7g-camel-case-keys-only", "Does the case of body keys matter? Yes, only the camelCase of answers is read."},
		func(s *switches) { s.camelCaseKeysOnly = true }},
	{Dialect{"7g-expired-token-200", "How is a bad token answered? 200 with result:false instead of 401."},
		func(s *switches) { s.badToken200 = true }},
	{Dialect{"7g-permission-200", "How is a missing permission answered? 200 with result:false instead of 403."},
		func(s *switches) { s.permission200 = true }},
	{Dialect{"7g-unset-zero", "How do answers show an unset id? 0, or the empty text for external ids."},
		func(s *switches) { s.unset = unsetZero }},
	{Dialect{"7g-unset-absent", "How do answers show an unset id? Not at all."},
		func(s *switches) { s.unset = unsetAbsent }},
	{Dialect{"7g-post-external-owner-refused", "May POST name the owner by external id alone? No."},
		func(s *switches) { s.externalOwnerRefused = true }},
	{Dialect{"7g-write-answer-ids-only", "What is data in answers to POST and PUT? The two ids of the record."},
		func(s *switches) { s.writeAnswer = idsOnly }},
	{Dialect{"7g-write-answer-null", "What is data in answers to POST and PUT? null."},
		func(s *switches) { s.writeAnswer = nullData }},
	{Dialect{"7g-name-normalised", "Is the value kept as it was sent? No, it is trimmed and put in lower case."},
		func(s *switches) { s.nameNormalised = true }},
	{Dialect{"7g-stale-reads", "Does a read see the last write? Not the first two: they show what was before."},
		func(s *switches) { s.staleReads = true }},
	{Dialect{"7g-closed-login-403", "How are locked, blocked and disabled logins answered? 403 instead of 401."},
		func(s *switches) { s.closedLogin = closedLogin403 }},
	{Dialect{"7g-closed-login-200", "How are locked, blocked and disabled logins answered? 200 with result:false."},
		func(s *switches) { s.closedLogin = closedLogin200 }},
}

// Dialects returns every dialect of the service, sorted by name.
func Dialects() []Dialect {
	list := make([]Dialect, 0, len(dialects))
	for _, d := range dialects {
		list = append(list, d.Dialect)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Set switches dialects on by name, in addition to those that are on. Of two
// that answer the same question the later one counts. An unknown name is an
// error that lists the known ones; then nothing is switched.
func (s *Service) Set(names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.speak(append(slices.Clone(s.dialectNames), names...))
}

// Unset switches dialects off by name; without a name, all of them. A dialect
// that another one had pushed aside comes back. Names that are not on are
// passed over.
func (s *Service) Unset(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []string
	for _, name := range s.dialectNames {
		if len(names) > 0 && !slices.Contains(names, name) {
			kept = append(kept, name)
		}
	}
	// The names that stay were known when they were set.
	_ = s.speak(kept)
}

// speak makes names the dialects that are on.
func (s *Service) speak(names []string) error {
	var chosen switches
	for _, name := range names {
		if !apply(name, &chosen) {
			return unknownDialect(name)
		}
	}
	s.dialect, s.dialectNames = chosen, names
	return nil
}

func apply(name string, to *switches) bool {
	for _, d := range dialects {
		if d.Name == name {
			d.set(to)
			return true
		}
	}
	return false
}

func unknownDialect(name string) error {
	var known []string
	for _, d := range Dialects() {
		known = append(known, d.Name)
	}
	return fmt.Errorf("unknown dialect %q; known are %s", name, strings.Join(known, ", "))
}
