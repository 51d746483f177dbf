package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schema is that of a provider block, resource or data source.
type schema struct {
	Version int64  `json:"version"`
	Block   *block `json:"block"`
}

// actionSchema is that of an action, which has no version.
type actionSchema struct {
	Block *block `json:"block"`
}

// identitySchema is what tells one resource from all others.
type identitySchema struct {
	Version    int64                         `json:"version"`
	Attributes map[string]*identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

// description is what attributes and blocks say of themselves.
type description struct {
	Text       string `json:"description,omitempty"`
	Kind       string `json:"description_kind"` // plain or markdown
	Deprecated bool   `json:"deprecated,omitempty"`
}

type block struct {
	Attributes map[string]*attribute   `json:"attributes,omitempty"`
	Blocks     map[string]*nestedBlock `json:"block_types,omitempty"`
	description
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    *block `json:"block"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

// attribute has a type or a nested type, never both.
type attribute struct {
	Type       tftypes.Type      `json:"type,omitempty"`
	NestedType *nestedAttributes `json:"nested_type,omitempty"`
	description
	Required  bool `json:"required,omitempty"`
	Optional  bool `json:"optional,omitempty"`
	Computed  bool `json:"computed,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
	WriteOnly bool `json:"write_only,omitempty"`
}

type nestedAttributes struct {
	Attributes map[string]*attribute `json:"attributes"`
	Nesting    string                `json:"nesting_mode"`
}

func newSchema(from *tfprotov6.Schema) *schema {
	return &schema{Version: from.Version, Block: newBlock(from.Block)}
}

func newActionSchema(from *tfprotov6.ActionSchema) *actionSchema {
	return &actionSchema{Block: newBlock(from.Schema.Block)}
}

func newIdentitySchema(from *tfprotov6.ResourceIdentitySchema) *identitySchema {
	identity := &identitySchema{Version: from.Version, Attributes: map[string]*identityAttribute{}}
	for _, a := range from.IdentityAttributes {
		identity.Attributes[a.Name] = &identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identity
}

func newBlock(from *tfprotov6.SchemaBlock) *block {
	nested := make(map[string]*nestedBlock, len(from.BlockTypes))
	for _, b := range from.BlockTypes {
		nested[b.TypeName] = &nestedBlock{
			Nesting:  inLowerCase(b.Nesting),
			Block:    newBlock(b.Block),
			MinItems: b.MinItems,
			MaxItems: b.MaxItems,
		}
	}
	return &block{
		Attributes:  newAttributes(from.Attributes),
		Blocks:      nested,
		description: description{from.Description, inLowerCase(from.DescriptionKind), from.Deprecated},
	}
}

func newAttributes(from []*tfprotov6.SchemaAttribute) map[string]*attribute {
	attributes := make(map[string]*attribute, len(from))
	for _, a := range from {
		attributes[a.Name] = &attribute{
			Type:        a.Type,
			NestedType:  newNestedAttributes(a.NestedType),
			description: description{a.Description, inLowerCase(a.DescriptionKind), a.Deprecated},
			Required:    a.Required,
			Optional:    a.Optional,
			Computed:    a.Computed,
			Sensitive:   a.Sensitive,
			WriteOnly:   a.WriteOnly,
		}
	}
	return attributes
}

func newNestedAttributes(from *tfprotov6.SchemaObject) *nestedAttributes {
	if from == nil {
		return nil
	}
	return &nestedAttributes{Attributes: newAttributes(from.Attributes), Nesting: inLowerCase(from.Nesting)}
}

// inLowerCase is a name of the protocol as the JSON form spells it.
func inLowerCase(name interface{ String() string }) string {
	return strings.ToLower(name.String())
}
