package seveng

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// The paging of owner lists, 7g.md#conventions.
const (
	defaultPageSize = 100
	largestPageSize = 1000
)

// readOwner is GET of one owner, by either id, or of a page of BizEntities,
// 7g.md#owners.
func (s *Service) readOwner(names kindNames, r request) (traffic.Answer, error) {
	if names.kind == BizEntity && r.query.text(names.nativeKey)+r.query.text(names.externalKey) == "" {
		return s.listOwners(names, r)
	}
	owner, err := s.requiredOwner(names, r.query)
	if err != nil {
		return traffic.Answer{}, err
	}
	var data any = []any{s.shownOwner(names, owner)}
	if names.kind == Organisation && !s.On(organisationAsArray) {
		data = s.shownOwner(names, owner)
	}
	if names.kind == Person { // its message is null
		return jsonAnswer(http.StatusOK, envelope{Result: true, RecordCount: 1, Data: data}), nil
	}
	return s.success(http.StatusOK, 1, data), nil
}

// listOwners answers one page. There is no total: the last page is the one
// with fewer rows than its size.
func (s *Service) listOwners(names kindNames, r request) (traffic.Answer, error) {
	for name := range r.query.values {
		if name != "pagenumber" && name != "pagesize" {
			return traffic.Answer{}, refusef("The simulator does not know the filter %s.", name)
		}
	}
	number, size := max(1, r.query.integer("PageNumber")), r.query.integer("PageSize")
	if size > largestPageSize {
		r.query.fail("PageSize must not be larger than %d.", largestPageSize)
	}
	if size == 0 {
		size = defaultPageSize
	}
	owners := s.store.ownersOf(names.kind)
	first := min((number-1)*size, int64(len(owners)))
	rows := []any{}
	for _, owner := range owners[first:min(first+size, int64(len(owners)))] {
		rows = append(rows, s.shownOwner(names, owner))
	}
	return s.success(http.StatusOK, len(rows), rows), r.query.err
}

// createOwner is POST of an owner, which the simulator does not do.
func (s *Service) createOwner(kindNames, request) (traffic.Answer, error) {
	return failure(http.StatusNotImplemented, "The simulator does not create owners; seed them."), nil
}

// deleteOwner is DELETE of one owner; its communications go with it,
// 7g.md#owner-delete.
func (s *Service) deleteOwner(names kindNames, r request) (traffic.Answer, error) {
	owner, err := s.requiredOwner(names, r.query)
	if err != nil {
		return traffic.Answer{}, err
	}
	for _, record := range s.store.under(ownerIndex(owner.Key())) {
		s.write(&record, nil)
	}
	delete(s.store.owners, owner.Key())
	return s.deleted(names.title), nil
}

// requiredOwner is the one owner that a query or a body names.
func (s *Service) requiredOwner(names kindNames, from *fields) (Owner, error) {
	id, externalID := from.integer(names.nativeKey), from.externalID(names.externalKey)
	if id == 0 && externalID == "" {
		from.fail("%s or %s is required.", names.nativeKey, names.externalKey)
	}
	if from.err != nil {
		return Owner{}, from.err
	}
	owner, present := s.findOwner(names.kind, id, externalID)
	if !present {
		return Owner{}, notFoundError(names.title)
	}
	return owner, nil
}

// findOwner looks an owner up, 38 in 7g.md#contradictions.
func (s *Service) findOwner(kind Kind, id int64, externalID string) (Owner, bool) {
	owner, present := s.store.findOwner(kind, id, externalID)
	if present || id != 0 || !s.On(ownerInAnyCase) {
		return owner, present
	}
	for _, key := range slices.SortedFunc(maps.Keys(s.store.owners), func(a, b OwnerKey) int { return cmp.Compare(a.ID, b.ID) }) {
		if owner := s.store.owners[key]; key.Kind == kind && owner.ExternalID != "" && strings.EqualFold(owner.ExternalID, externalID) {
			return owner, true
		}
	}
	return Owner{}, false
}

// shownOwner is an owner as answers carry it: the nested arrays of
// 7g.md#owners, of which the simulator fills communications alone.
func (s *Service) shownOwner(names kindNames, owner Owner) map[string]any {
	communications := []any{}
	for _, c := range s.seenOf(owner.Key()) {
		communications = append(communications, s.shown(c))
	}
	record := map[string]any{names.nativeKey: owner.ID, "name": owner.Name, "communications": communications}
	setID(s, record, names.externalKey, owner.ExternalID)
	nested := []string{"addresses"}
	switch names.kind {
	case Person:
		delete(record, "name")
		record["firstName"], record["lastName"], _ = strings.Cut(owner.Name, " ")
	case Organisation:
		nested = append(nested, "persons")
	case BizEntity:
		record["bizEntityTypeID"] = 1
		nested = append(nested, "accounts", "bizEntityParties", "paymentDetails", "persons", "organisations")
	}
	for _, key := range nested {
		record[key] = []any{}
	}
	return record
}

// updateOwner is PUT of one owner. It replaces the nested communications as a
// whole or not at all: an item with an id is kept or changed, one without is
// new, and one that is left out is deleted, all of them when the array is left
// out, 7g.md#owner-update.
func (s *Service) updateOwner(names kindNames, r request) (traffic.Answer, error) {
	owner, err := s.requiredOwner(names, r.body)
	if err != nil {
		return traffic.Answer{}, err
	}
	if externalID := r.body.externalID(names.externalKey); externalID != "" {
		if holder, taken := s.store.findOwner(names.kind, 0, externalID); taken && holder.ID != owner.ID {
			return traffic.Answer{}, refusef("%s is already in use.", names.externalKey)
		}
		owner.ExternalID = externalID
	}
	items := r.body.objects("communications")
	name := r.body.text("name")
	if names.kind == Person {
		name = strings.TrimSpace(r.body.text("firstName") + " " + r.body.text("lastName"))
	}
	if strings.TrimSpace(name) != "" {
		owner.Name = strings.TrimSpace(name)
	}
	if r.body.err != nil {
		return traffic.Answer{}, r.body.err
	}
	if err := s.replaceNested(owner.Key(), items); err != nil {
		return traffic.Answer{}, err
	}
	s.store.putOwner(owner)
	return s.success(http.StatusOK, 1, map[string]any{names.nativeKey: owner.ID, names.externalKey: owner.ExternalID}), nil
}

// replaceNested makes items the communications of an owner. What was there
// is put back when one of them is refused.
func (s *Service) replaceNested(owner OwnerKey, items []*fields) error {
	previous := map[int64]Communication{}
	for _, record := range s.store.under(ownerIndex(owner)) {
		previous[record.ID] = record
		s.store.drop(record.ID)
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
func (s *Service) nested(owner OwnerKey, previous map[int64]Communication, item *fields) (Communication, error) {
	record, err := s.draft(item)
	record.Owner = owner
	if err != nil || record.ID == 0 {
		return record, err
	}
	before, present := previous[record.ID]
	if _, given := s.store.communications[record.ID]; !present || given {
		return record, refusef("Communication %d is not one of this record.", record.ID)
	}
	record.InWorkflow = before.InWorkflow
	record.ExternalID, err = s.keptExternalID(before.ExternalID, record.ExternalID)
	return record, err
}
