package seveng

import (
	"fmt"
	"strings"
)

// describe is a communication that may have no id yet, as words in a
// sentence: "the email billing@example.com of biz_entity 42". The type has its
// name once [Client.Types] was asked.
func (c *Client) describe(m Communication) string {
	kind := fmt.Sprintf("communication of type %d", m.TypeID)
	if names := c.typeNames.Load(); names != nil && (*names)[m.TypeID] != "" {
		kind = strings.ToLower((*names)[m.TypeID])
	}
	text := fmt.Sprintf("the %s %s of %s", kind, m.Value, m.Owner)
	if m.ExternalID != "" {
		text += " (external id " + m.ExternalID + ")"
	}
	return text
}

// identify is a record that exists, as words in a sentence.
func (c *Client) identify(m Communication) string {
	return fmt.Sprintf("communication %d, %s", m.ID, c.describe(m))
}

func (c *Client) identifyAll(list []Communication) string {
	texts := make([]string, 0, len(list))
	for _, m := range list {
		texts = append(texts, c.identify(m))
	}
	return strings.Join(texts, "; ")
}
