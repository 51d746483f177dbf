package seveng

import (
	"strings"
	"unicode/utf8"
)

// The published limits, in characters.
const (
	longestName       = 255
	longestExternalID = 50
)

// check applies the rules of the service to a record that is about to be
// stored. A new one has no id yet.
func (s *Service) check(c Communication) error {
	kind, known := s.store.typeByID(c.TypeID)
	if !known {
		return refusef("Communication type %d does not exist.", s.shownTypeID(c.TypeID))
	}
	if err := s.checkName(c.Name, kind); err != nil {
		return err
	}
	if err := checkExternalID("externalCommunicationId", c.ExternalID); err != nil {
		return err
	}
	if _, present := s.store.owners[c.Owner]; !present {
		return unknownOwner(c.Owner)
	}
	return s.checkPlace(c, kind)
}

// checkName applies the published length and the format of the type, which
// older text asks for and newer text does not mention.
func (s *Service) checkName(name string, kind Type) error {
	switch {
	case strings.TrimSpace(name) == "":
		return refusef("name is required.")
	case utf8.RuneCountInString(name) > longestName:
		return refusef("name must not be longer than %d characters.", longestName)
	case s.dialect.formatUnchecked:
		return nil
	case kind.isEmail() && !isAddress(strings.TrimSpace(name)):
		return refusef("name is not a valid e-mail address.")
	case kind.isNumber() && !isNumber(name):
		return refusef("name is not a valid number.")
	}
	return nil
}

func checkExternalID(key, value string) error {
	if utf8.RuneCountInString(value) > longestExternalID {
		return refusef("%s must not be longer than %d characters.", key, longestExternalID)
	}
	return nil
}

// checkPlace looks for other records that stand in the way of c.
func (s *Service) checkPlace(c Communication, kind Type) error {
	if c.ExternalID != "" && s.heldByAnother(c.ID, externalIndex(c.ExternalID)) {
		return refusef("externalCommunicationId is already in use.")
	}
	if s.dialect.onePerOwner && s.heldByAnother(c.ID, ownerIndex(c.Owner)) {
		names, _ := c.Owner.Kind.names()
		// The second half is the published fragment.
		return refusef("%s %d is already assigned to another Communication record.", names.title, c.Owner.ID)
	}
	if !kind.isEmail() || s.dialect.duplicateEmailAllowed {
		return nil
	}
	for _, id := range s.store.under(nameIndex(c.Name)) {
		other, _ := s.store.typeByID(s.store.communications[id].TypeID)
		if id != c.ID && other.isEmail() {
			return refusef("The e-mail address is already in use.")
		}
	}
	return nil
}

func (s *Service) heldByAnother(id int64, key string) bool {
	for _, holder := range s.store.under(key) {
		if holder != id {
			return true
		}
	}
	return false
}

func unknownOwner(k OwnerKey) error {
	names, known := k.Kind.names()
	if !known {
		return refusef("%q is not a kind of owner; use %s, %s or %s.", k.Kind, BizEntity, Person, Organisation)
	}
	return refusef("%s %d was not found.", names.title, k.ID)
}

// namedOwner finds the one owner that a body names by native id, external id
// or a pair of both that belongs together. Unset ids may be absent, null, 0
// or the empty text.
func (s *Service) namedOwner(body fields, byExternalID bool) (OwnerKey, error) {
	var named []OwnerKey
	for _, names := range kinds {
		id, err := body.integer(names.nativeKey)
		if err != nil {
			return OwnerKey{}, err
		}
		externalID, err := body.text(names.externalKey)
		if err != nil {
			// An unset external id may come as the number 0.
			if number, notNumber := body.integer(names.externalKey); notNumber != nil || number != 0 {
				return OwnerKey{}, err
			}
		}
		if err := checkExternalID(names.externalKey, externalID); err != nil {
			return OwnerKey{}, err
		}
		if id == 0 && (externalID == "" || !byExternalID) {
			continue
		}
		key, err := s.ownerBy(names, id, externalID)
		if err != nil {
			return OwnerKey{}, err
		}
		named = append(named, key)
	}
	switch len(named) {
	case 0:
		return OwnerKey{}, refusef("An owner is required: BizEntityID, PersonID or OrganisationID.")
	case 1:
		return named[0], nil
	default:
		return OwnerKey{}, refusef("Only one owner is allowed: BizEntityID, PersonID or OrganisationID.")
	}
}

func (s *Service) ownerBy(names kindNames, id int64, externalID string) (OwnerKey, error) {
	owner, present := s.store.findOwner(names.kind, id, externalID)
	switch {
	case !present && id != 0:
		return OwnerKey{}, refusef("%s %d was not found.", names.title, id)
	case !present:
		return OwnerKey{}, refusef("%s %s was not found.", names.title, externalID)
	case externalID != "" && owner.ExternalID != externalID:
		return OwnerKey{}, refusef("%s and %s name different owners.", names.nativeKey, names.externalKey)
	}
	return owner.Key(), nil
}

// isAddress is a plain check: one @, something before it, a domain with a dot
// inside, and no blanks.
func isAddress(value string) bool {
	local, domain, found := strings.Cut(value, "@")
	return found && local != "" &&
		!strings.ContainsAny(value, " \t\r\n") && !strings.Contains(domain, "@") &&
		strings.Contains(strings.Trim(domain, "."), ".") && strings.Trim(domain, ".") == domain
}

// isNumber accepts Australian and other ways to write a number: some digits,
// and nothing but what usually stands between them.
func isNumber(value string) bool {
	digits := 0
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune(" +-()./", c):
			return false
		}
	}
	return digits >= 3
}
