package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// The types of the resources.
const (
	contactType       = "reach_contact"
	communicationType = "reach_communication"
	setType           = "reach_contacts"
)

// kindSet is what a reach_contacts is called.
const kindSet = "set of contacts"

// kinds are what records are called, by the types of their resources.
var kinds = map[string]string{contactType: deletion.KindContact, communicationType: deletion.KindCommunication, setType: kindSet}

// addContact writes a contact. forced adds it although its address has opted
// out. That is given only where a delete of the journal is the reason: anywhere
// else an opt-out is the recipient's own, which the apply then names. after is
// the contact that has to be added first, if any. It reports whether a plan
// takes the block.
func addContact(to *hclwrite.Body, name string, c deletion.ContactEntry, policy string, forced bool, after string) bool {
	body := marked{Body: to.AppendNewBlock("resource", []string{contactType, name}).Body()}
	for _, col := range whatcounts.Columns {
		value := c.Text(col)
		if refusal := refusalOf(col, value); col.Kind == whatcounts.KeyColumn {
			body.identify(col.Attribute, value, refusal)
		} else {
			body.set(col.Attribute, value, refusal)
		}
	}
	body.setFields(c.CustomFields())
	body.SetAttributeRaw("subscriptions", subscriptions(c.Subscriptions))
	if forced {
		body.SetAttributeValue("force_sub", cty.True)
	}
	body.setPolicy(policy)
	if after != "" {
		body.SetAttributeRaw("depends_on", hclwrite.TokensForTuple([]hclwrite.Tokens{
			hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: contactType}, hcl.TraverseAttr{Name: after}}),
		}))
	}
	return !body.refused
}

// addCommunication writes a communication. Its owner is named by the native
// id where that is known: it never changes. It reports whether a plan takes the
// block.
func addCommunication(to *hclwrite.Body, name string, c deletion.CommunicationEntry, policy string) bool {
	body := marked{Body: to.AppendNewBlock("resource", []string{communicationType, name}).Body()}
	body.SetAttributeRaw("type", text(c.Type))
	body.identify("value", c.Value, seveng.Wrong(c.Value, seveng.LongestValue))
	if c.ExternalID != "" {
		body.identify("external_id", c.ExternalID, seveng.Wrong(c.ExternalID, seveng.LongestExternalID))
	}
	owner := []hclwrite.ObjectAttrTokens{pair("type", text(c.Owner.Type))}
	if c.Owner.ID != 0 {
		owner = append(owner, pair("id", number(c.Owner.ID)))
	} else {
		owner = append(owner, pair("external_id", text(c.Owner.ExternalID)))
	}
	body.SetAttributeRaw("owner", onOneLine(owner))
	body.setPolicy(policy)
	return !body.refused
}

// setPolicy sets the deletion policy, where it is known.
func (m *marked) setPolicy(policy string) {
	if policy != "" {
		m.SetAttributeRaw("deletion_policy", text(policy))
	}
}

// setFields sets the custom fields, an entry to a line, sorted by name. Those
// that are refused stand behind #.
func (m *marked) setFields(fields map[string]string) {
	var entries []hclwrite.ObjectAttrTokens
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		key := hclwrite.TokensForIdentifier(name)
		if !hclsyntax.ValidIdentifier(name) || name == "for" { // which begins an expression
			key = text(name)
		}
		value, refusal := fields[name], refusalOfField(name, fields[name])
		m.remark(whatcounts.AttributeName(whatcounts.CustomPrefix+name), value, refusal)
		if refusal != "" {
			m.comment(fmt.Sprintf("  %s = %s", key.Bytes(), text(value).Bytes()))
			continue
		}
		entries = append(entries, hclwrite.ObjectAttrTokens{Name: key, Value: text(value)})
	}
	if len(entries) > 0 {
		m.SetAttributeRaw("custom_fields", hclwrite.TokensForObject(entries))
	}
}

// subscriptions is a list with a subscription to a line.
func subscriptions(all []whatcounts.Subscription) hclwrite.Tokens {
	tokens := hclwrite.Tokens{token(hclsyntax.TokenOBrack, "[")}
	for _, s := range all {
		fields := []hclwrite.ObjectAttrTokens{pair("list_id", number(s.ListID))}
		if s.Format != 0 {
			fields = append(fields, pair("format", text(s.Format.String())))
		}
		tokens = append(tokens, token(hclsyntax.TokenNewline, "\n"))
		tokens = append(tokens, onOneLine(fields)...)
		tokens = append(tokens, token(hclsyntax.TokenComma, ","))
	}
	if len(all) > 0 {
		tokens = append(tokens, token(hclsyntax.TokenNewline, "\n"))
	}
	return append(tokens, token(hclsyntax.TokenCBrack, "]"))
}

// onOneLine is an object as people write small ones.
func onOneLine(fields []hclwrite.ObjectAttrTokens) hclwrite.Tokens {
	tokens := hclwrite.Tokens{token(hclsyntax.TokenOBrace, "{")}
	for i, field := range fields {
		if i > 0 {
			tokens = append(tokens, token(hclsyntax.TokenComma, ","))
		}
		tokens = append(tokens, field.Name...)
		tokens = append(tokens, token(hclsyntax.TokenEqual, "="))
		tokens = append(tokens, field.Value...)
	}
	return append(tokens, token(hclsyntax.TokenCBrace, "}"))
}

func pair(name string, value hclwrite.Tokens) hclwrite.ObjectAttrTokens {
	return hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(name), Value: value}
}

// text is a value in quotes, with everything escaped that Terraform would take
// for more than text.
func text(value string) hclwrite.Tokens { return hclwrite.TokensForValue(cty.StringVal(value)) }

func number(value int64) hclwrite.Tokens { return hclwrite.TokensForValue(cty.NumberIntVal(value)) }

func token(kind hclsyntax.TokenType, bytes string) *hclwrite.Token {
	return &hclwrite.Token{Type: kind, Bytes: []byte(bytes)}
}
