package acctest

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// proposed is the new state that Terraform proposes to a provider: what is
// configured, and for computed attributes that are not, what was there before.
// Of nested attributes it looks into single ones; Terraform's rules for sets
// come to the same here.
func proposed(block *tfprotov6.SchemaBlock, prior, config tftypes.Value) tftypes.Value {
	if prior.IsNull() || config.IsNull() {
		return config
	}
	return proposedObject(block.Attributes, prior, config)
}

func proposedObject(schema []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	if prior.IsNull() || !prior.IsKnown() || config.IsNull() || !config.IsKnown() {
		return config
	}
	before, configured := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	must(prior.As(&before))
	must(config.As(&configured))
	configured = maps.Clone(configured) // As hands out the value's own map
	for _, attribute := range schema {
		name := attribute.Name
		switch {
		case attribute.Computed && configured[name].IsNull():
			configured[name] = before[name]
		case attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			configured[name] = proposedObject(attribute.NestedType.Attributes, before[name], configured[name])
		}
	}
	return tftypes.NewValue(config.Type(), configured)
}
