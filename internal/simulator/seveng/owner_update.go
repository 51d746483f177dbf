package seveng

import (
	"net/http"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// updateOwner is PUT of one owner. By the published pages it replaces the
// nested communications whole: an item with an id is kept or changed, one
// without is new, and one that is left out is deleted, all of them when the
// array is left out. It is done as a whole or not at all.
func (s *Service) updateOwner(names kindNames, r request) ledger.Answer {
	id, err := r.body.integer(names.nativeKey)
	if err != nil {
		return s.refused(err)
	}
	externalID, err := r.body.text(names.externalKey)
	if err != nil {
		return s.refused(err)
	}
	if err := checkExternalID(names.externalKey, externalID); err != nil {
		return s.refused(err)
	}
	owner, refusal := s.requiredOwner(names, id, externalID)
	if refusal != nil {
		return *refusal
	}
	if externalID != "" {
		holder, taken := s.store.findOwner(names.kind, 0, externalID)
		if taken && holder.ID != owner.ID {
			return s.refused(refusef("%s is already in use.", names.externalKey))
		}
		owner.ExternalID = externalID
	}
	items, err := r.body.objects("communications")
	if err != nil {
		return s.refused(err)
	}
	if owner.Name, err = sentName(names, owner.Name, r.body); err != nil {
		return s.refused(err)
	}
	if err := s.replaceNested(owner.Key(), items); err != nil {
		return s.refused(err)
	}
	s.store.putOwner(owner)
	s.revision++
	return s.success(http.StatusOK, 1, map[string]any{
		names.nativeKey: owner.ID, names.externalKey: owner.ExternalID,
	})
}

// sentName is the name that a body gives an owner, or the present one.
func sentName(names kindNames, present string, body fields) (string, error) {
	keys := []string{"name"}
	if names.kind == Person {
		keys = []string{"firstName", "lastName"}
	}
	var parts []string
	for _, key := range keys {
		part, err := body.text(key)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	if sent := strings.TrimSpace(strings.Join(parts, " ")); sent != "" {
		return sent, nil
	}
	return present, nil
}

// replaceNested makes items the communications of an owner. What was there
// is put back when one of them is refused.
func (s *Service) replaceNested(owner OwnerKey, items []fields) error {
	previous := map[int64]Communication{}
	for _, id := range s.store.under(ownerIndex(owner)) {
		previous[id] = s.store.communications[id]
		s.store.drop(id)
	}
	nextID := s.store.nextCommunicationID
	var placed []Communication
	for _, item := range items {
		record, err := s.nested(owner, previous, item)
		if err == nil {
			err = s.check(record)
		}
		if err != nil {
			for _, p := range placed {
				s.store.drop(p.ID)
			}
			for _, p := range previous {
				s.store.put(p)
			}
			s.store.nextCommunicationID = nextID
			return err
		}
		if record.ID == 0 {
			record.ID = s.store.nextCommunicationID
		}
		s.store.put(record)
		placed = append(placed, record)
	}
	for _, record := range placed {
		if before, kept := previous[record.ID]; !kept {
			s.write(nil, &record)
		} else if before != record {
			s.write(&before, &record)
		}
		delete(previous, record.ID)
	}
	for _, before := range previous {
		s.write(&before, nil)
	}
	return nil
}

// nested reads one item of the communications of an owner's PUT.
func (s *Service) nested(owner OwnerKey, previous map[int64]Communication, item fields) (Communication, error) {
	record, err := s.draft(item)
	if err != nil {
		return record, err
	}
	record.Owner = owner
	if record.ID == 0 {
		return record, nil
	}
	before, present := previous[record.ID]
	if _, given := s.store.communications[record.ID]; !present || given {
		return record, refusef("Communication %d is not one of this record.", record.ID)
	}
	record.InWorkflow = before.InWorkflow
	record.ExternalID, err = s.keptExternalID(before.ExternalID, record.ExternalID)
	return record, err
}
