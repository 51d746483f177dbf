package model_test

import (
	"fmt"
	"maps"
	"strings"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

type communications struct{}

func (communications) typeName() string         { return "reach_communication" }
func (communications) idAttribute() string      { return "communication_id" }
func (communications) addressAttribute() string { return "value" }
func (communications) keyAttribute() string     { return "external_id" }
func (communications) keys() []any              { return externalIDs }

// written names the owner by its id.
func (communications) written(s state) config {
	if s == nil {
		return nil
	}
	owner := s["owner"].(map[string]any)
	return config{
		"type": s["type"], "value": s["value"], "external_id": s["external_id"], "deletion_policy": s["deletion_policy"],
		"owner": map[string]any{"type": owner["type"], "id": owner["id"]},
	}
}

func (communications) sibling(t *rapid.T, of config) config {
	beside := maps.Clone(of)
	beside["external_id"] = optional("external id", externalIDs...)(t)
	return beside
}

func (communications) identities(s map[string]any, _ any) []string {
	if external, named := s["external_id"].(string); named {
		return []string{external}
	}
	return nil
}

func (communications) contents(s map[string]any) []string {
	if s == nil {
		return nil
	}
	return []string{strings.ToLower(fmt.Sprint(s["type"], " ", s["value"], " ", ownerKey(s["owner"].(map[string]any))))}
}

// Few values each, so that records meet.
var (
	mailValues   = []any{"a@test.example.com", "b@test.example.com", "C@Test.example.com"}
	numberValues = []any{"+61 2 0000 0001", "+61 2 0000 0002"}
	externalIDs  = []any{"X-1", "X-2", "X-3"}
	owners       = []any{
		map[string]any{"type": "biz_entity", "id": 42}, map[string]any{"type": "biz_entity", "external_id": "BE-1"},
		map[string]any{"type": "biz_entity", "id": 43}, map[string]any{"type": "person", "id": 7},
		map[string]any{"type": "person", "external_id": "P-2"}, map[string]any{"type": "organisation", "id": 9},
		map[string]any{"type": "organisation", "external_id": "ORG-2"},
	}
	ownerKeys = map[string]seveng.OwnerKey{
		"biz_entity BE-1": {Kind: seveng.BizEntity, ID: 42}, "biz_entity BE-2": {Kind: seveng.BizEntity, ID: 43},
		"person P-1": {Kind: seveng.Person, ID: 7}, "person P-2": {Kind: seveng.Person, ID: 8},
		"organisation ORG-1": {Kind: seveng.Organisation, ID: 9}, "organisation ORG-2": {Kind: seveng.Organisation, ID: 10},
	}
)

func (communications) draw(t *rapid.T, before config) config {
	drawn := revise(t, before, map[string]func(*rapid.T) any{
		"type":            oneOf("type", "email", "Email", "phone", "Mobile", "fax"),
		"value":           oneOf("value", mailValues...),
		"external_id":     optional("external id", externalIDs...),
		"owner":           oneOf("owner", owners...),
		"deletion_policy": optional("policy", "delete", "abandon", "prevent"),
	}, "type", "value", "owner")
	// The service checks the value against the type.
	isMail, wantsMail := strings.Contains(drawn["value"].(string), "@"), strings.EqualFold(drawn["type"].(string), "email")
	switch {
	case wantsMail && !isMail:
		drawn["value"] = choose(t, "value", mailValues...)
	case !wantsMail && isMail:
		drawn["value"] = choose(t, "value", numberValues...)
	}
	return drawn
}

func ownerKey(owner map[string]any) seveng.OwnerKey {
	if external, named := owner["external_id"].(string); named {
		return ownerKeys[fmt.Sprint(owner["type"], " ", external)]
	}
	id, _ := owner["id"].(int64)
	if small, drawn := owner["id"].(int); drawn {
		id = int64(small)
	}
	return seveng.OwnerKey{Kind: seveng.Kind(owner["type"].(string)), ID: id}
}

func typeID(name any) int64 {
	for _, t := range seveng.DefaultTypes() {
		if strings.EqualFold(t.Name, name.(string)) {
			return t.ID
		}
	}
	return 0
}

func (communications) disagreement(s state, record any) string {
	c := record.(seveng.Communication)
	external, _ := s["external_id"].(string)
	switch {
	case !strings.EqualFold(s["value"].(string), c.Name):
		return fmt.Sprintf("value %q is %q", s["value"], c.Name)
	case typeID(s["type"]) != c.TypeID:
		return fmt.Sprintf("type %q is %d", s["type"], c.TypeID)
	case external != c.ExternalID:
		return fmt.Sprintf("external_id %q is %q", external, c.ExternalID)
	case ownerKey(s["owner"].(map[string]any)) != c.Owner:
		return fmt.Sprintf("owner %v is %v", s["owner"], c.Owner)
	}
	return ""
}

// careless is never the case: state names every attribute.
func (communications) careless(state, any, any) string { return "" }

func (communications) excuse(w *walk, o *outcome) string {
	own := o.own()
	if o.config == nil {
		return ""
	}
	wanted := maps.Clone(o.config)
	moved := false
	if record, known := w.before[own].(seveng.Communication); known {
		moved = record.Owner != ownerKey(wanted["owner"].(map[string]any))
	}
	why := ""
	w.met(func(k key, record any) {
		other, isOne := record.(seveng.Communication)
		switch {
		case !isOne || k == own || k == o.key():
		case wanted["type"].(string) != "" && strings.EqualFold(wanted["value"].(string), other.Name) && strings.Contains(other.Name, "@"):
			why = "the address is taken"
		case w.speaks("7g-write-answer-null") && wanted["external_id"] == nil && wanted["value"] == other.Name:
			why = "7G does not say which of two records it created"
		case wanted["external_id"] == other.ExternalID:
			why = "the external id is taken"
		case w.speaks("7g-one-communication-per-owner") && other.Owner == ownerKey(wanted["owner"].(map[string]any)):
			why = "the owner has another one"
		}
	})
	if moved && (w.speaks("7g-owner-change-refused") || w.speaks("7g-owner-change-ignored")) {
		why = "7G does not move records"
	}
	return why
}

func (communications) importIDs(_ *walk, record any) []string {
	c := record.(seveng.Communication)
	ids := []string{fmt.Sprint(c.ID)}
	if c.ExternalID != "" {
		ids = append(ids, "external:"+c.ExternalID)
	}
	return ids
}
