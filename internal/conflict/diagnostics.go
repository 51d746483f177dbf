package conflict

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Summaries of what a plan is refused for, and of what it warns of.
const (
	SummaryTwice     = "Two resources for one record"
	SummaryRenamed   = "Resource renamed without a moved block"
	SummaryOptout    = "Opt-out of an address in use"
	SummaryForgotten = "Record kept for another resource"
)

// String is the record as a message names it.
func (r Record) String() string {
	switch {
	case r.ID != 0:
		return r.Record.String()
	case r.Address != "":
		return r.Kind + " " + r.Address
	}
	return r.Kind
}

func refused(summary, format string, arguments ...any) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf(format, arguments...))
}

func heldTwice(one, other *instance) diag.Diagnostic {
	has := "have the %s in state"
	if one.imported || other.imported {
		has = "would have the %s: it is imported although another resource has it, or twice"
	}
	return refused(SummaryTwice, "Two resources of this configuration "+has+". When one of them deletes it, it is gone for both. Nothing was changed.\n\n"+
		"Keep one. Remove the import block of the other, or use a moved block in its place if the resource was renamed. "+
		"If both have it in state, use a removed block with destroy = false for one: it is forgotten, and nothing is deleted. A terraform destroy that is refused here works with -refresh=false.", one.Before)
}

func madeTwice(one *instance) diag.Diagnostic {
	apart, advice := "external ids are unique", "Remove one of the two, or give it another external_id."
	if one.After.Kind == deletion.KindContact {
		apart, advice = "letter case of an e-mail address does not count", "Remove one of the two. In a for_each, use keys in one form, as provider::reach::normalize_email makes them."
	}
	return refused(SummaryTwice, "Two resources of this configuration would create the %s, which is one record to the service: %s. Nothing was changed.\n\n%s", one.After, apart, advice)
}

func madeBeside(one *instance) diag.Diagnostic {
	return refused(SummaryTwice, "Another resource of this configuration has the %s, and this plan would make the same record once more. Nothing was changed.\n\n"+
		"Remove one of the two resources.", one.After)
}

func becomesOther(one, other *instance) diag.Diagnostic {
	return refused(SummaryTwice, "The %s and the %s, of two resources of this configuration, would become one record to the service. Nothing was changed.\n\n"+
		"Give one of them other values, or remove its resource.", one.Before, other.Before)
}

func swapped(one, other *instance) diag.Diagnostic {
	return refused(SummaryTwice, "The %s and the %s, of two resources of this configuration, would swap what the service tells them apart by, and neither can take what the other still has. Nothing was changed.\n\n"+
		"Give one of them a third value, apply, and then both their new ones. If only the resources have changed places, use moved blocks.", one.Before, other.Before)
}

func keptAndRemoved(kept, removed *instance) diag.Diagnostic {
	if kept.imported {
		return refused(SummaryTwice, "The %s is imported, and the resource of this configuration that has it is %s in the same plan, which would %s. Nothing was changed.\n\n"+
			"If the resource was renamed, use a moved block in place of the import block. To forget it without a delete, use a removed block with destroy = false.",
			removed.Before, removed.fate(), removed.Ending.verb(removed.Before.Kind))
	}
	return refused(SummaryTwice, "Two resources of this configuration have the %s in state. One of them keeps it, and the other is %s, which would %s. Nothing was changed.\n\n"+
		"Remove the other one by a removed block with destroy = false, or by terraform state rm.", removed.Before, removed.fate(), removed.Ending.verb(removed.Before.Kind))
}

func renamed(removed *instance) diag.Diagnostic {
	return refused(SummaryRenamed, "A resource is removed, which would %s the %s, and another would create the same record: %s Nothing was changed.\n\n"+
		"If the resource, its module or its key in for_each was renamed, add a moved block. "+
		"To create the record anew, remove it, apply, and %s. A terraform destroy that is refused here works with -refresh=false.",
		removed.Ending.verb(""), removed.Before, removed.Ending.thenMade(removed.Before.Kind), removed.Ending.again())
}

func optoutInUse(removed, other *instance) diag.Diagnostic {
	use, held := "keeps this address", other.Before
	switch {
	case other.Before == nil || other.makes():
		use, held = "would be created with this address", other.After
	case textform.Key(other.Before.OptedOutBy) != textform.Key(removed.Before.OptedOutBy):
		use = "gets this address"
	case textform.Key(other.After.OptedOutBy) != textform.Key(removed.Before.OptedOutBy):
		use = "has this address until this plan changes it"
	}
	return refused(SummaryOptout, "The %s would be %s under the policy \"delete\", which records a Global Optout of %s. Another resource of this configuration, the %s, %s, and would be opted out. Nothing was changed.\n\n"+
		"Apply deletion_policy = \"delete_without_optout\" to the first one, and then this change. If both are one contact under another name or index, use a moved block, or for_each in place of count. A terraform destroy that is refused here works with -refresh=false.",
		removed.Before, removed.fate(), removed.Before.OptedOutBy, held, use)
}

// fate is what a plan does with an instance that gives up its record.
func (i *instance) fate() string {
	if i.After != nil {
		return "replaced"
	}
	return "removed"
}

func forgotten(removed *instance) diag.Diagnostic {
	return diag.NewWarningDiagnostic(SummaryForgotten, fmt.Sprintf(
		"The %s is in state for another resource of this configuration as well. This resource forgets it and deletes nothing; the other one decides what becomes of it.", removed.Before))
}

// verb is what an ending does, of a record of the kind where one is named.
func (e Ending) verb(kind string) string {
	object := ""
	if kind != "" {
		object = " it"
	}
	switch e {
	case Stays:
		return "forget" + object
	case Unsubscribed:
		return "unsubscribe" + object
	}
	return "delete" + object
}

// thenMade is what a create of the same record comes to after an ending.
func (e Ending) thenMade(kind string) string {
	switch {
	case e == Stays || e == Unsubscribed:
		return "it stays, and the create would find it."
	case e == DeletedOptout:
		return "its Global Optout would refuse the create, or the create would find it."
	case kind == deletion.KindContact:
		return "it would be another one, with another subscriber id."
	}
	return "it would be another one, with another id."
}

// again is how to have a record in Terraform after its end.
func (e Ending) again() string {
	switch e {
	case Stays, Unsubscribed:
		return "import it then"
	case DeletedOptout:
		return "add it with force_sub = true, since an opt-out remains"
	}
	return "add it then"
}
