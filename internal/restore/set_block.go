package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// setBlock is the block of a reach_contacts. A row stands behind # where its
// contact has a block of its own, or cannot be sent.
func setBlock(name string, h holding, forced bool) []byte {
	var block bytes.Buffer
	fmt.Fprintf(&block, "resource %q %q {\ncontacts = jsonencode({\n", setType, name)
	for _, r := range h.rows {
		text, refusal := r.text()
		switch {
		case len(r.optedOut) > 0:
			comment(&block, "Its recipient has opted out. It stands by itself below.")
			commentOut(&block, text)
		case refusal != "":
			comment(&block, "It cannot be created again as it was: "+refusal+".")
			commentOut(&block, text)
		default:
			block.Write(text)
		}
	}
	fmt.Fprintf(&block, "})\nsubscriptions = %s\n", subscriptions(h.subscriptions).Bytes())
	if forced {
		block.WriteString("force_sub = true\n")
	}
	if h.policy != "" {
		fmt.Fprintf(&block, "deletion_policy = %s\n", text(h.policy).Bytes())
	}
	block.WriteString("}\n")
	return hclwrite.Format(block.Bytes())
}

// text is a row as the configuration has it, and why it cannot be sent where that
// is so.
func (r row) text() (written []byte, refusal string) {
	var block bytes.Buffer
	cell := func(column, value, refused string) {
		if value == "" {
			return
		}
		if refused != "" {
			refusal = column + ": " + refused
		}
		key := string(hclwrite.TokensForIdentifier(column).Bytes())
		if !hclsyntax.ValidIdentifier(column) {
			key = string(text(column).Bytes())
		}
		fmt.Fprintf(&block, "%s = %s\n", key, text(value).Bytes())
	}
	fmt.Fprintf(&block, "%s = {\n", text(r.key).Bytes())
	for _, col := range whatcounts.Columns {
		cell(col.Attribute, r.contact.Text(col), refusalOf(col, r.contact.Text(col)))
	}
	fields := r.contact.CustomFields()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		cell(whatcounts.CustomPrefix+name, fields[name], refusalOfField(name, fields[name]))
	}
	block.WriteString("}\n")
	return block.Bytes(), refusal
}
