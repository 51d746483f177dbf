package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/reachops/terraform-provider-reach/internal/address"
	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Other programs store texts that the provider refuses to send. A value of that
// kind stands behind # where it would be set. A text that says which record it is
// cannot be left out: the whole block stands behind #.

// marked is the body of a block, and whether a plan takes it.
type marked struct {
	*hclwrite.Body
	refused bool
}

// identify sets an attribute that says which record it is.
func (m *marked) identify(attribute, value, refusal string) {
	if value == "" && refusal == "" {
		return
	}
	m.remark(attribute, value, refusal)
	m.refused = m.refused || refusal != ""
	m.SetAttributeRaw(attribute, text(value))
}

// set sets an attribute that has a value, and one that is refused behind #.
func (m *marked) set(attribute, value, refusal string) {
	if value == "" {
		return
	}
	m.remark(attribute, value, refusal)
	if refusal != "" {
		m.comment(attribute + " = " + string(text(value).Bytes()))
		return
	}
	m.SetAttributeRaw(attribute, text(value))
}

// remark says of a text what does not come back as it was.
func (m *marked) remark(name, value, refusal string) {
	switch {
	case refusal != "":
		m.comment(fmt.Sprintf("%s cannot be created again as it was: %s.", name, refusal))
	case textform.Compose(value) != value:
		m.comment(fmt.Sprintf("%s was stored as %s. Terraform writes such letters in one piece.", name, strconv.QuoteToASCII(value)))
	}
}

func (m *marked) comment(line string) {
	m.AppendUnstructuredTokens(hclwrite.Tokens{token(hclsyntax.TokenComment, "# "+printable(line)+"\n")})
}

// refusalOf is why the provider refuses to send what a contact has in a column,
// or nothing.
func refusalOf(column whatcounts.Column, value string) string {
	switch {
	case column.Name == "email" && address.Wrong(value) != "":
		return address.Wrong(value)
	case column.Kind == whatcounts.KeyColumn:
		return reason(whatcounts.CheckIdentity(column.Attribute, value))
	}
	return reason(whatcounts.CheckValue(column.Attribute, value))
}

// refusalOfField is the same for a custom field.
func refusalOfField(name, value string) string {
	return reason(errors.Join(whatcounts.CheckCustomFieldName(name), whatcounts.CheckValue(name, value)))
}

func reason(err error) string {
	var refused *apierror.Error
	if errors.As(err, &refused) {
		return refused.Reason
	}
	return ""
}
