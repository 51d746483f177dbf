package seveng

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of 7g.md#limits, in characters.
const (
	longestName       = 255
	longestExternalID = 50
)

// fits checks what must be true of a record in any dialect. A new one has no id
// yet.
func (s *store) fits(c Communication) error {
	_, ownerKnown := s.owners[c.Owner]
	switch _, typeKnown := s.typeByID(c.TypeID); {
	case !typeKnown:
		return refusef("Communication type %d does not exist.", c.TypeID)
	case strings.TrimSpace(c.Name) == "":
		return refusef("name is required.")
	case utf8.RuneCountInString(c.Name) > longestName:
		return refusef("name must not be longer than %d characters.", longestName)
	case !ownerKnown:
		return unknownOwner(c.Owner)
	case c.ExternalID != "" && s.heldByAnother(c.ID, externalIndex(c.ExternalID)):
		return refusef("externalCommunicationId is already in use.")
	}
	return checkExternalID("externalCommunicationId", c.ExternalID)
}

func (s *store) heldByAnother(id int64, key string) bool {
	return slices.ContainsFunc(s.under(key), func(holder Communication) bool { return holder.ID != id })
}

func checkExternalID(key, value string) error {
	if utf8.RuneCountInString(value) > longestExternalID {
		return refusef("%s must not be longer than %d characters.", key, longestExternalID)
	}
	return nil
}

// check applies the rules of the service, 7g.md#uniqueness-and-formats, to a
// record that is about to be stored.
func (s *Service) check(c Communication) error {
	if err := s.store.fits(c); err != nil {
		return err
	}
	kind, _ := s.store.typeByID(c.TypeID)
	sameAddress := func(other Communication) bool {
		of, _ := s.store.typeByID(other.TypeID)
		return other.ID != c.ID && of.isEmail()
	}
	switch {
	case kind.isEmail() && !isAddress(strings.TrimSpace(c.Name)) && !s.On(formatUnchecked):
		return refusef("name is not a valid e-mail address.")
	case kind.isNumber() && !isNumber(c.Name) && !s.On(formatUnchecked):
		return refusef("name is not a valid number.")
	case s.On(onePerOwner) && s.store.heldByAnother(c.ID, ownerIndex(c.Owner)):
		names, _ := c.Owner.Kind.names()
		// The second half is the fragment of 7g.md#messages.
		return refusef("%s %d is already assigned to another Communication record.", names.title, c.Owner.ID)
	case kind.isEmail() && !s.On(duplicateEmailAllowed) && slices.ContainsFunc(s.store.under(nameIndex(c.Name)), sameAddress):
		return refusef("The e-mail address is already in use.")
	}
	return nil
}

func unknownOwner(k OwnerKey) error {
	names, known := k.Kind.names()
	if !known {
		return refusef("%q is not a kind of owner; use %s, %s or %s.", k.Kind, BizEntity, Person, Organisation)
	}
	return refusef("%s %d was not found.", names.title, k.ID)
}

// namedOwner finds the one owner that a body names by native id, external id
// or a pair of both that belongs together, 30 in 7g.md#contradictions.
func (s *Service) namedOwner(body *fields, byExternalID bool) (OwnerKey, error) {
	var named []OwnerKey
	for _, names := range kinds {
		id, externalID := body.integer(names.nativeKey), body.externalID(names.externalKey)
		if id == 0 && (externalID == "" || !byExternalID) {
			continue
		}
		owner, present := s.findOwner(names.kind, id, externalID)
		switch {
		case body.err != nil:
		case !present && id != 0:
			return OwnerKey{}, refusef("%s %d was not found.", names.title, id)
		case !present:
			return OwnerKey{}, refusef("%s %s was not found.", names.title, externalID)
		case id != 0 && externalID != "" && owner.ExternalID != externalID:
			return OwnerKey{}, refusef("%s and %s name different owners.", names.nativeKey, names.externalKey)
		}
		named = append(named, owner.Key())
	}
	switch {
	case body.err != nil:
		return OwnerKey{}, body.err
	case len(named) == 0:
		return OwnerKey{}, refusef("An owner is required: BizEntityID, PersonID or OrganisationID.")
	case len(named) > 1:
		return OwnerKey{}, refusef("Only one owner is allowed: BizEntityID, PersonID or OrganisationID.")
	}
	return named[0], nil
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
