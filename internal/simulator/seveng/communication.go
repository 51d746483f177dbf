package seveng

import (
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const communicationTitle = "Communication"

// readCommunication is GET /communication, 7g.md#read-a-communication.
func (s *Service) readCommunication(r request) (traffic.Answer, error) {
	id, externalID, err := communicationIDs(r)
	if err != nil {
		return traffic.Answer{}, err
	}
	record, present := s.seen(id, externalID)
	if !present {
		return traffic.Answer{}, notFoundError(communicationTitle)
	}
	var data any = s.shown(record)
	if s.On(readAsArray) {
		data = []any{data}
	}
	return s.success(http.StatusOK, 1, data), nil
}

// createCommunication is POST /communication, 7g.md#create-a-communication.
func (s *Service) createCommunication(r request) (traffic.Answer, error) {
	record, err := s.draft(r.body)
	if err != nil {
		return traffic.Answer{}, err
	}
	if record.ID != 0 {
		return traffic.Answer{}, refusef("communicationID must be 0 or null in a new record.")
	}
	if record.Owner, err = s.namedOwner(r.body, !s.On(externalOwnerRefused)); err != nil {
		return traffic.Answer{}, err
	}
	if err := s.check(record); err != nil {
		return traffic.Answer{}, err
	}
	record.ID, record.ExternalID = s.store.nextCommunicationID, s.formed(record.ExternalID)
	s.write(nil, &record)
	status := http.StatusOK
	if s.On(created201) {
		status = http.StatusCreated
	}
	return s.written(status, record), nil
}

// updateCommunication is PUT /communication, a complete replacement,
// 7g.md#update-a-communication.
func (s *Service) updateCommunication(r request) (traffic.Answer, error) {
	record, err := s.draft(r.body)
	switch {
	case err != nil:
		return traffic.Answer{}, err
	case record.ID == 0 && s.On(nativeIDRequired):
		return traffic.Answer{}, refusef("communicationID is required.")
	case record.ID == 0 && record.ExternalID == "":
		return traffic.Answer{}, refusef("communicationID or externalCommunicationId is required.")
	}
	before, present := s.store.find(record.ID, record.ExternalID)
	if !present {
		return traffic.Answer{}, notFoundError(communicationTitle)
	}
	record.ID, record.InWorkflow = before.ID, before.InWorkflow
	if record.ExternalID, err = s.keptExternalID(before.ExternalID, record.ExternalID); err != nil {
		return traffic.Answer{}, err
	}
	if record.Owner, err = s.namedOwner(r.body, true); err != nil {
		return traffic.Answer{}, err
	}
	if record.Owner != before.Owner { // 13 in 7g.md#contradictions
		switch s.Latest(ownerChangeRefused, ownerChangeIgnored) {
		case ownerChangeRefused:
			return traffic.Answer{}, refusef("The owner of a communication cannot be changed.")
		case ownerChangeIgnored:
			record.Owner = before.Owner
		}
	}
	if err := s.check(record); err != nil {
		return traffic.Answer{}, err
	}
	s.write(&before, &record)
	return s.written(http.StatusOK, record), nil
}

// deleteCommunication is DELETE /communication, 7g.md#delete-a-communication.
func (s *Service) deleteCommunication(r request) (traffic.Answer, error) {
	id, externalID, err := communicationIDs(r)
	if err != nil {
		return traffic.Answer{}, err
	}
	record, present := s.store.find(id, externalID)
	if !present {
		return traffic.Answer{}, notFoundError(communicationTitle)
	}
	if record.InWorkflow && s.On(workflowRefusesDelete) {
		return traffic.Answer{}, refusef("The communication is used by an active workflow and cannot be deleted.")
	}
	s.write(&record, nil)
	return s.deleted(communicationTitle), nil
}

// communicationIDs reads which record a query names. One id is required.
func communicationIDs(r request) (id int64, externalID string, err error) {
	id, externalID = r.query.integer("CommunicationID"), r.query.externalID("ExternalCommunicationId")
	if id == 0 && externalID == "" {
		r.query.fail("CommunicationID or ExternalCommunicationId is required.")
	}
	return id, externalID, r.query.err
}

// draft reads a record from a body, without its owner.
func (s *Service) draft(body *fields) (Communication, error) {
	c := Communication{ID: body.integer("communicationID"), ExternalID: body.text("externalCommunicationId"), Name: body.text("name")}
	if s.On(nameNormalised) {
		c.Name = strings.ToLower(strings.TrimSpace(c.Name))
	}
	c.Name = s.formed(c.Name)
	shown := body.integer("communicationTypeID")
	if shown == 0 {
		body.fail("communicationTypeID is required.")
	}
	for _, t := range s.store.types {
		if s.shownTypeID(t.ID) == shown {
			c.TypeID = t.ID
			return c, body.err
		}
	}
	body.fail("Communication type %d does not exist.", shown)
	return c, body.err
}

// formed is a text in the form in which the service keeps it, 39 in
// 7g.md#contradictions.
func (s *Service) formed(text string) string {
	switch s.Latest(textComposed, textDecomposed) {
	case textComposed:
		return norm.NFC.String(text)
	case textDecomposed:
		return norm.NFD.String(text)
	}
	return text
}

// keptExternalID is the external id of a record after a PUT, 19 in
// 7g.md#contradictions.
func (s *Service) keptExternalID(before, sent string) (string, error) {
	switch {
	case sent == before:
		return before, nil
	case sent == "" && s.On(missingExternalIDCleared):
		return "", nil
	case sent == "", s.On(otherExternalIDIgnored):
		return before, nil
	}
	return "", refusef("externalCommunicationId cannot be changed.")
}

// written is the answer to POST and PUT, 32 in 7g.md#contradictions.
func (s *Service) written(status int, c Communication) traffic.Answer {
	data := s.shown(c)
	switch s.Latest(writeAnswerIDsOnly, writeAnswerNull) {
	case writeAnswerNull:
		return s.success(status, 1, nil)
	case writeAnswerIDsOnly:
		ids := map[string]any{"communicationID": c.ID}
		if externalID, present := data["externalCommunicationId"]; present {
			ids["externalCommunicationId"] = externalID
		}
		data = ids
	}
	return s.success(status, 1, data)
}

// shown is a record as answers carry it: ten keys, the ids of the owner and
// those of the two other kinds, which are unset, 7g.md#communication.
func (s *Service) shown(c Communication) map[string]any {
	record := map[string]any{
		"communicationID":     c.ID,
		"communicationTypeID": s.shownID(s.shownTypeID(c.TypeID)),
		"name":                c.Name,
	}
	setID(s, record, "externalCommunicationId", c.ExternalID)
	for _, names := range kinds {
		var owner Owner
		if c.Owner.Kind == names.kind {
			owner = s.store.owners[c.Owner]
			owner.ID = c.Owner.ID
		}
		setID(s, record, names.nativeKey, owner.ID)
		setID(s, record, names.externalKey, owner.ExternalID)
	}
	return record
}

// setID puts an id into a record. How one that is not set looks is 29 in
// 7g.md#contradictions.
func setID[ID int64 | string](s *Service, record map[string]any, key string, id ID) {
	var unset ID
	form := s.Latest(unsetZero, unsetAbsent)
	if id != unset || form == unsetZero {
		record[key] = id
	} else if form != unsetAbsent {
		record[key] = nil
	}
}

// shownTypeID is the id under which the service shows a communication type.
func (s *Service) shownTypeID(id int64) int64 {
	if s.On(otherTypeIDs) {
		return id + 100
	}
	return id
}

// shownID is a lookup id in the JSON type of the dialect.
func (s *Service) shownID(id int64) any {
	if s.On(stringTypeIDs) {
		return strconv.FormatInt(id, 10)
	}
	return id
}
