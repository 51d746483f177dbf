package deletion

import "errors"

// CommunicationEntry is a communication of 7G, under the names of the attributes of
// reach_communication.
type CommunicationEntry struct {
	CommunicationID int64      `json:"communication_id"`
	ExternalID      string     `json:"external_id,omitempty"`
	Type            string     `json:"type"` // the name, as in 7G's look-up
	TypeID          int64      `json:"type_id"`
	Value           string     `json:"value"`
	Owner           OwnerEntry `json:"owner"`
}

// OwnerEntry is what the communication hung on. An id that is not known is left
// out.
type OwnerEntry struct {
	Type       string `json:"type"` // biz_entity, person or organisation
	ID         int64  `json:"id,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
}

func (CommunicationEntry) kind() string { return KindCommunication }

func (c CommunicationEntry) id() int64 { return c.CommunicationID }

func (c CommunicationEntry) check() error {
	switch {
	case c.Type == "":
		return errors.New("the communication's type is missing")
	case c.Value == "":
		return errors.New("the communication's value is missing")
	case c.Owner.Type == "" || c.Owner.ID <= 0 && c.Owner.ExternalID == "":
		return errors.New("the communication's owner is missing")
	}
	return nil
}
