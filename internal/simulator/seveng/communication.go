package seveng

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

const communicationTitle = "Communication"

// readCommunication is GET /communication.
func (s *Service) readCommunication(r request) ledger.Answer {
	id, externalID, err := communicationIDs(r)
	if err != nil {
		return s.refused(err)
	}
	record, present := s.seen(id, externalID)
	if !present {
		return s.notFound(communicationTitle)
	}
	var data any = s.shown(record)
	if s.dialect.readAsArray {
		data = []any{data}
	}
	return s.success(http.StatusOK, 1, data)
}

// createCommunication is POST /communication.
func (s *Service) createCommunication(r request) ledger.Answer {
	record, err := s.draft(r.body)
	if err != nil {
		return s.refused(err)
	}
	if record.ID != 0 {
		return s.refused(refusef("communicationID must be 0 or null in a new record."))
	}
	record.Owner, err = s.namedOwner(r.body, !s.dialect.externalOwnerRefused)
	if err != nil {
		return s.refused(err)
	}
	if err := s.check(record); err != nil {
		return s.refused(err)
	}
	record.ID = s.store.nextCommunicationID
	s.write(nil, &record)
	status := http.StatusOK
	if s.dialect.created201 {
		status = http.StatusCreated
	}
	return s.written(status, record)
}

// updateCommunication is PUT /communication, a complete replacement.
func (s *Service) updateCommunication(r request) ledger.Answer {
	record, err := s.draft(r.body)
	if err != nil {
		return s.refused(err)
	}
	switch {
	case record.ID == 0 && s.dialect.nativeIDRequired:
		return s.refused(refusef("communicationID is required."))
	case record.ID == 0 && record.ExternalID == "":
		return s.refused(refusef("communicationID or externalCommunicationId is required."))
	}
	before, present := s.store.find(record.ID, record.ExternalID)
	if !present {
		return s.notFound(communicationTitle)
	}
	record.ID, record.InWorkflow = before.ID, before.InWorkflow
	if record.ExternalID, err = s.keptExternalID(before.ExternalID, record.ExternalID); err != nil {
		return s.refused(err)
	}
	owner, err := s.namedOwner(r.body, true)
	if err != nil {
		return s.refused(err)
	}
	if record.Owner, err = s.movedOwner(before.Owner, owner); err != nil {
		return s.refused(err)
	}
	if err := s.check(record); err != nil {
		return s.refused(err)
	}
	s.write(&before, &record)
	return s.written(http.StatusOK, record)
}

// deleteCommunication is DELETE /communication.
func (s *Service) deleteCommunication(r request) ledger.Answer {
	id, externalID, err := communicationIDs(r)
	if err != nil {
		return s.refused(err)
	}
	record, present := s.store.find(id, externalID)
	if !present {
		return s.notFound(communicationTitle)
	}
	if record.InWorkflow && s.dialect.workflowRefusesDelete {
		return s.refused(refusef("The communication is used by an active workflow and cannot be deleted."))
	}
	s.write(&record, nil)
	return s.deleted(communicationTitle)
}

// communicationIDs reads which record a query names. One id is required.
func communicationIDs(r request) (id int64, externalID string, err error) {
	id, err = r.query.integer("CommunicationID")
	if err != nil {
		return 0, "", err
	}
	externalID = r.query.text("ExternalCommunicationId")
	if id == 0 && externalID == "" {
		return 0, "", refusef("CommunicationID or ExternalCommunicationId is required.")
	}
	return id, externalID, checkExternalID("ExternalCommunicationId", externalID)
}

// draft reads a record from a body, without its owner.
func (s *Service) draft(body fields) (Communication, error) {
	var c Communication
	var err error
	if c.ID, err = body.integer("communicationID"); err != nil {
		return c, err
	}
	if c.ExternalID, err = body.text("externalCommunicationId"); err != nil {
		return c, err
	}
	if c.Name, err = body.text("name"); err != nil {
		return c, err
	}
	if s.dialect.nameNormalised {
		c.Name = strings.ToLower(strings.TrimSpace(c.Name))
	}
	shown, err := body.integer("communicationTypeID")
	if err != nil {
		return c, err
	}
	if shown == 0 {
		return c, refusef("communicationTypeID is required.")
	}
	for _, t := range s.store.types {
		if s.shownTypeID(t.ID) == shown {
			c.TypeID = t.ID
			return c, nil
		}
	}
	return c, refusef("Communication type %d does not exist.", shown)
}

// keptExternalID is the external id of a record after a PUT: by the published
// page it is set at creation and does not change.
func (s *Service) keptExternalID(before, sent string) (string, error) {
	switch {
	case sent == before:
		return before, nil
	case sent == "" && s.dialect.missingExternalIDCleared:
		return "", nil
	case sent == "", s.dialect.otherExternalIDIgnored:
		return before, nil
	default:
		return "", refusef("externalCommunicationId cannot be changed.")
	}
}

// movedOwner is the owner of a record after a PUT that names another one.
func (s *Service) movedOwner(before, sent OwnerKey) (OwnerKey, error) {
	if sent == before {
		return before, nil
	}
	switch s.dialect.ownerChange {
	case ownerChangeRefused:
		return before, refusef("The owner of a communication cannot be changed.")
	case ownerChangeIgnored:
		return before, nil
	default:
		return sent, nil
	}
}

// written is the answer to POST and PUT.
func (s *Service) written(status int, c Communication) ledger.Answer {
	complete := s.shown(c)
	switch s.dialect.writeAnswer {
	case nullData:
		return s.success(status, 1, nil)
	case idsOnly:
		ids := map[string]any{"communicationID": c.ID}
		if externalID, present := complete["externalCommunicationId"]; present {
			ids["externalCommunicationId"] = externalID
		}
		return s.success(status, 1, ids)
	default:
		return s.success(status, 1, complete)
	}
}

// shown is a record as answers carry it: ten properties, the ids of the
// owner and those of the two other kinds, which are unset.
func (s *Service) shown(c Communication) map[string]any {
	record := map[string]any{
		"communicationID":     c.ID,
		"communicationTypeID": s.shownID(s.shownTypeID(c.TypeID)),
		"name":                c.Name,
	}
	s.setText(record, "externalCommunicationId", c.ExternalID)
	for _, names := range kinds {
		var owner Owner
		if c.Owner.Kind == names.kind {
			owner = s.store.owners[c.Owner]
			owner.ID = c.Owner.ID
		}
		s.setNumber(record, names.nativeKey, owner.ID)
		s.setText(record, names.externalKey, owner.ExternalID)
	}
	return record
}

func (s *Service) setNumber(record map[string]any, key string, value int64) {
	if value != 0 || s.dialect.unset == unsetZero {
		record[key] = value
	} else if s.dialect.unset == unsetNull {
		record[key] = nil
	}
}

func (s *Service) setText(record map[string]any, key, value string) {
	if value != "" || s.dialect.unset == unsetZero {
		record[key] = value
	} else if s.dialect.unset == unsetNull {
		record[key] = nil
	}
}

// shownTypeID is the id under which the service shows a communication type.
func (s *Service) shownTypeID(id int64) int64 {
	if s.dialect.otherTypeIDs {
		return id + 100
	}
	return id
}

// shownID is a lookup id in the JSON type of the dialect.
func (s *Service) shownID(id int64) any {
	if s.dialect.stringTypeIDs {
		return strconv.FormatInt(id, 10)
	}
	return id
}
