package upgrade_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// promise is what one version of a schema lets states and configurations rely
// on: the names, types and modes of attributes, and the identity.
type promise struct {
	Version         int64                `json:"version"`
	Attributes      map[string]attribute `json:"attributes"`
	Identity        map[string]attribute `json:"identity"`
	IdentityVersion int64                `json:"identity_version"`
}

type attribute struct {
	Type       string               `json:"type,omitempty"`    // of one without attributes of its own
	Nesting    string               `json:"nesting,omitempty"` // of one with attributes of its own
	Mode       string               `json:"mode"`
	Attributes map[string]attribute `json:"attributes,omitempty"`
}

// The modes of attributes.
const (
	required         = "required"
	optional         = "optional"
	optionalComputed = "optional, computed"
	computed         = "computed"
)

func promiseOf(schema *tfprotov6.Schema, identity *tfprotov6.ResourceIdentitySchema) promise {
	p := promise{Version: schema.Version, Attributes: attributesOf(schema.Block.Attributes), IdentityVersion: identity.Version, Identity: map[string]attribute{}}
	for _, a := range identity.IdentityAttributes {
		p.Identity[a.Name] = attribute{Type: a.Type.String(), Mode: mode(a.RequiredForImport, a.OptionalForImport, false)}
	}
	return p
}

func attributesOf(schema []*tfprotov6.SchemaAttribute) map[string]attribute {
	all := map[string]attribute{}
	for _, a := range schema {
		described := attribute{Mode: mode(a.Required, a.Optional, a.Computed)}
		if a.NestedType != nil {
			described.Nesting = a.NestedType.Nesting.String()
			described.Attributes = attributesOf(a.NestedType.Attributes)
		} else {
			described.Type = a.Type.String()
		}
		all[a.Name] = described
	}
	return all
}

func mode(isRequired, isOptional, isComputed bool) string {
	switch {
	case isRequired:
		return required
	case isOptional && isComputed:
		return optionalComputed
	case isOptional:
		return optional
	}
	return computed
}

// looser are the modes that keep what a mode promises: a configuration that was
// valid still is, and a state of it is still no change.
var looser = map[string][]string{
	required: {optional, optionalComputed},
	optional: {optionalComputed},
	computed: {optionalComputed},
}

// brokenBy are the ways in which a later schema breaks the promise.
func (p promise) brokenBy(later promise) []string {
	return append(broken("", p.Attributes, later.Attributes), broken("identity.", p.Identity, later.Identity)...)
}

func broken(prefix string, before, after map[string]attribute) (problems []string) {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		old, path := before[name], prefix+name
		now, kept := after[name]
		switch {
		case !kept:
			problems = append(problems, path+" is gone")
			continue
		case old.Type != now.Type || old.Nesting != now.Nesting:
			problems = append(problems, fmt.Sprintf("%s was %s%s and is %s%s", path, old.Type, old.Nesting, now.Type, now.Nesting))
		case old.Mode != now.Mode && !slices.Contains(looser[old.Mode], now.Mode):
			problems = append(problems, fmt.Sprintf("%s was %s and is %s", path, old.Mode, now.Mode))
		}
		problems = append(problems, broken(path+".", old.Attributes, now.Attributes)...)
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, known := before[name]; !known && after[name].Mode == required {
			problems = append(problems, prefix+name+" is new and required")
		}
	}
	return problems
}
