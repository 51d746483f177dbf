package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// safeguardAttribute is one attribute of the block safeguards: how it is
// described, and what its value sets. A value that is null sets nothing.
type safeguardAttribute struct {
	schema schema.Attribute
	set    func(settings *deletion.Settings, value attr.Value) error
}

// safeguards are the attributes of the block, each once: schema, Configure and
// documentation walk this table.
var safeguards = map[string]safeguardAttribute{
	"deletion_policy": {
		schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "What a destroy does if the resource has no policy: `delete` (for good), `abandon` (forget the record, send nothing) or `prevent` (refuse, in the plan). The policies `delete_without_optout` and `unsubscribe` can be set only on contacts. Unlike a resource's policy, it takes effect without an apply: a destroy uses its current value. Default `delete`.",
			Validators:          []validator.String{stringvalidator.OneOf(deletion.Policies()...)},
		},
		func(s *deletion.Settings, value attr.Value) error {
			s.Policy = deletion.Policy(valueOf[types.String](value).ValueString())
			return nil
		},
	},
	"max_deletes_per_run": {
		schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "The most records that one plan, or its apply, may delete through this provider block, over both services and the actions. A plan with more is refused; 0 refuses every delete. Each alias counts separately. `abandon` and `unsubscribe` delete nothing and do not count. Default: no limit.",
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		},
		func(s *deletion.Settings, value attr.Value) error {
			s.MaxDeletesPerRun = valueOf[types.Int64](value).ValueInt64Pointer()
			return nil
		},
	},
	"deletable": {
		schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Patterns of e-mail addresses and communication values, such as `*@test.example.com`: `*` matches any characters, `?` one. A pattern has to match the whole value; case is ignored. A record that matches no pattern is never deleted: the plan is refused. If the record is read again right before the delete (`verify_before_delete`, `journal_path`), it has to match again. Default: everything may be deleted; an empty list: nothing.",
		},
		func(s *deletion.Settings, value attr.Value) error {
			s.Deletable = textsOf(value) // empty, it lets nothing go, where null lets everything
			return nil
		},
	},
	"verify_before_delete": {
		schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Reads a record again right before it is deleted, and refuses the delete if it no longer matches the state: the address, first name and key of a contact, every field of a communication. Default true.",
		},
		func(s *deletion.Settings, value attr.Value) error {
			s.VerifyBeforeDelete = valueOf[types.Bool](value).ValueBool()
			return nil
		},
	},
	"journal_path": {
		schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "File to which every record is appended, in full and as one line of JSON, before it is deleted. If it cannot be written, nothing is deleted. A relative path starts at the folder in which Terraform runs. The file holds personal data: keep it out of version control, and see the guide [Personal data](guides/personal-data.md). Default: no journal.",
		},
		func(s *deletion.Settings, value attr.Value) error {
			s.JournalPath = valueOf[types.String](value).ValueString()
			return nil
		},
	},
	"journal_recipients": {
		schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "X25519 public keys of [age](https://age-encryption.org) (`age1…`), to which each line of the journal is encrypted. Only the holder of one of the secret keys can read it, with `reach-restore -identity`. Requires `journal_path`. Default: the journal is plain text.",
		},
		func(s *deletion.Settings, value attr.Value) (err error) {
			s.JournalRecipients, err = deletion.NewRecipients(textsOf(value))
			return err
		},
	},
	redactRecords: {
		schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Keeps e-mail addresses, names and communication values out of warnings, errors, the progress of actions and the log. A placeholder names the record, as in `[email of contact 1001]`, or has the same number for the same text, as in `[email 3]`. Plans, states and lists still show the values: see the guide [Personal data](guides/personal-data.md). Default false.",
		},
		func(*deletion.Settings, attr.Value) error { return nil },
	},
}

// redactRecords is the one safeguard that no delete asks for.
const redactRecords = "redact_records"

// valueOf is a value of the type that the schema gives it.
func valueOf[Value attr.Value](value attr.Value) Value {
	typed, _ := value.(Value)
	return typed
}

// textsOf are the texts of a list, which is not null.
func textsOf(value attr.Value) []string {
	texts := []string{}
	for _, text := range valueOf[types.List](value).Elements() {
		texts = append(texts, valueOf[types.String](text).ValueString())
	}
	return texts
}

func safeguardsAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range safeguards {
		attributes[name] = attribute.schema
	}
	return attributes
}

// guard makes the safeguards, which exist also when the block is left out. It
// is nil when the block cannot be used.
func (c configuration) guard(block types.Object, configured *services.Services) *deletion.Guard {
	at := path.Root("safeguards")
	if block.IsUnknown() {
		c.refuseUnknownBlock("safeguards")
		return nil
	}
	settings := deletion.Settings{VerifyBeforeDelete: true, Activity: configured.Activity, IsNewRun: func() bool { return configured.Conflicts.IsNewRun(true) }}
	attributes := block.Attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if c.unknown("safeguards", name, value) {
			return nil
		}
		if list, isList := value.(types.List); isList && slices.ContainsFunc(list.Elements(), func(v attr.Value) bool { return v.IsNull() || v.IsUnknown() }) {
			c.diagnostics.AddAttributeError(at.AtName(name), SummaryUnknownSetting,
				"An entry of safeguards."+name+" is null or only known after apply. Set what is known at plan.")
			return nil
		}
		if value.IsNull() {
			continue
		}
		if err := safeguards[name].set(&settings, value); err != nil {
			c.refuseSafeguard(name, err)
			return nil
		}
	}
	if len(settings.JournalRecipients) > 0 && settings.JournalPath == "" {
		c.diagnostics.AddAttributeError(at.AtName("journal_recipients"), SummaryInvalidSafeguards,
			"safeguards.journal_recipients is set, and safeguards.journal_path is not, so that no journal would be kept. Set safeguards.journal_path, or take out safeguards.journal_recipients.")
		return nil
	}
	guard, err := deletion.New(settings)
	if err != nil {
		c.refuseSafeguard("deletable", err)
		return nil
	}
	c.warnOfSafeguards(attributes, guard)
	return guard
}

// refuseSafeguard adds the error for a value that cannot be used. With the path of
// an attribute, Terraform prints its lines of the configuration, which no
// secret may be in.
func (c configuration) refuseSafeguard(name string, err error) {
	text := fmt.Sprintf("safeguards.%s: %s.", name, err)
	if recipient, ok := errors.AsType[*deletion.RecipientError](err); ok && recipient.IsSecret {
		c.diagnostics.AddError(SummaryInvalidSafeguards, text)
		return
	}
	c.diagnostics.AddAttributeError(path.Root("safeguards").AtName(name), SummaryInvalidSafeguards, text)
}

// warnOfSafeguards warns of a block that guards nothing, and of a journal that
// every delete would be refused for.
func (c configuration) warnOfSafeguards(configured map[string]attr.Value, guard *deletion.Guard) {
	isSet := func(value attr.Value) bool { return !value.IsNull() }
	if len(configured) > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(configured)), isSet) {
		c.diagnostics.AddAttributeWarning(path.Root("safeguards"), SummaryNoSafeguard, fmt.Sprintf(
			"The block safeguards is there, and each attribute in it is null. It takes %s. "+
				"Set what you want, or leave the block out.", strings.Join(slices.Sorted(maps.Keys(configured)), ", ")))
	}
	if err := guard.CheckJournal(); err != nil {
		c.diagnostics.AddAttributeWarning(path.Root("safeguards").AtName("journal_path"), SummaryJournalNowhere, fmt.Sprintf(
			"safeguards.journal_path is %s: %s. Every delete will be refused. Create the directory, or correct the path.", guard.JournalPath(), err))
	}
}
