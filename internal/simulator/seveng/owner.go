package seveng

import (
	"net/http"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// The published paging of owner lists.
const (
	defaultPageSize = 100
	largestPageSize = 1000
)

// readOwner is GET of one owner, by either id, or of a page of BizEntities.
// Owners are the only published way to enumerate communications.
func (s *Service) readOwner(names kindNames, r request) ledger.Answer {
	id, externalID, err := ownerIDs(names, r)
	if err != nil {
		return s.refused(err)
	}
	if id == 0 && externalID == "" && names.kind == BizEntity {
		return s.listOwners(names, r)
	}
	owner, refusal := s.requiredOwner(names, id, externalID)
	if refusal != nil {
		return *refusal
	}
	var data any = []any{s.shownOwner(names, owner)}
	if names.kind == Organisation && !s.dialect.organisationAsArray {
		data = s.shownOwner(names, owner)
	}
	answer := s.success(http.StatusOK, 1, data)
	if names.kind == Person {
		// The published example of GET /person has null here.
		answer = jsonAnswer(http.StatusOK, envelope{Result: true, RecordCount: 1, Data: data})
	}
	return answer
}

// listOwners answers one page. There is no total: the last page is the one
// with fewer rows than its size.
func (s *Service) listOwners(names kindNames, r request) ledger.Answer {
	for name := range r.query {
		if name != "pagenumber" && name != "pagesize" {
			return s.refused(refusef("The simulator does not know the filter %s.", name))
		}
	}
	number, err := r.query.integer("PageNumber")
	if err != nil {
		return s.refused(err)
	}
	size, err := r.query.integer("PageSize")
	if err != nil {
		return s.refused(err)
	}
	if size > largestPageSize {
		return s.refused(refusef("PageSize must not be larger than %d.", largestPageSize))
	}
	if size == 0 {
		size = defaultPageSize
	}
	if number == 0 {
		number = 1
	}
	owners := s.store.ownersOf(names.kind)
	first := min((number-1)*size, int64(len(owners)))
	last := min(first+size, int64(len(owners)))
	rows := []any{}
	for _, owner := range owners[first:last] {
		rows = append(rows, s.shownOwner(names, owner))
	}
	return s.success(http.StatusOK, len(rows), rows)
}

// deleteOwner is DELETE of one owner; its communications go with it.
func (s *Service) deleteOwner(names kindNames, r request) ledger.Answer {
	id, externalID, err := ownerIDs(names, r)
	if err != nil {
		return s.refused(err)
	}
	owner, refusal := s.requiredOwner(names, id, externalID)
	if refusal != nil {
		return *refusal
	}
	for _, id := range s.store.under(ownerIndex(owner.Key())) {
		record := s.store.communications[id]
		s.write(&record, nil)
	}
	delete(s.store.owners, owner.Key())
	s.revision++
	return s.deleted(names.title)
}

// requiredOwner is the one owner that a request names, or the answer where there is
// none.
func (s *Service) requiredOwner(names kindNames, id int64, externalID string) (Owner, *ledger.Answer) {
	if id == 0 && externalID == "" {
		answer := s.refused(refusef("%s or %s is required.", names.nativeKey, names.externalKey))
		return Owner{}, &answer
	}
	owner, present := s.store.findOwner(names.kind, id, externalID)
	if !present {
		answer := s.notFound(names.title)
		return Owner{}, &answer
	}
	return owner, nil
}

func ownerIDs(names kindNames, r request) (id int64, externalID string, err error) {
	id, err = r.query.integer(names.nativeKey)
	if err != nil {
		return 0, "", err
	}
	externalID = r.query.text(names.externalKey)
	return id, externalID, checkExternalID(names.externalKey, externalID)
}

// shownOwner is an owner as answers carry it: the nested arrays of the
// published page, of which the simulator fills communications alone.
func (s *Service) shownOwner(names kindNames, owner Owner) map[string]any {
	communications := []any{}
	for _, c := range s.seenOf(owner.Key()) {
		communications = append(communications, s.shown(c))
	}
	nothing := []any{}
	record := map[string]any{
		names.nativeKey:  owner.ID,
		"communications": communications,
		"addresses":      nothing,
	}
	s.setText(record, names.externalKey, owner.ExternalID)
	switch names.kind {
	case Person:
		first, last, _ := strings.Cut(owner.Name, " ")
		record["firstName"], record["lastName"] = first, last
	case Organisation:
		record["name"] = owner.Name
		record["persons"] = nothing
	case BizEntity:
		record["name"] = owner.Name
		record["bizEntityTypeID"] = 1
		for _, key := range []string{"accounts", "bizEntityParties", "paymentDetails", "persons", "organisations"} {
			record[key] = nothing
		}
	}
	return record
}
