package server

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// SummaryWholeNumber heads the refusal of a number with a fraction, or one that
// is too long.
const SummaryWholeNumber = "Whole number needed"

var (
	// noInteger is what the framework says of such a number, within a text that
	// calls it a defect of the provider.
	noInteger = regexp.MustCompile(`Value (?:%!s\(\*big\.Float=)?([-+.\w]+)\)? (?:is not an integer|cannot be represented as a 64-bit integer)`)
	attribute = regexp.MustCompile(`AttributeName\("(\w+)"\)`)
)

// SummaryNull heads the refusal of a value that has to be set and is null.
const SummaryNull = "Required value is null"

// required is what the framework says of a value that is null and has to be set.
const required = "Missing Configuration for Required Attribute"

// whatIsNull is the refusal of a value that is null. The framework prints the
// whole element of a set in its place.
func whatIsNull(d *tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	var names []string
	inEntry := false
	if d.Attribute != nil {
		for _, step := range d.Attribute.Steps() {
			switch step := step.(type) {
			case tftypes.AttributeName:
				names = append(names, string(step))
			default:
				inEntry = true
			}
		}
	}
	if len(names) == 0 {
		return d
	}
	what := strings.Join(names, ".")
	if inEntry {
		what = names[len(names)-1] + " in an entry of " + strings.Join(names[:len(names)-1], ".")
	}
	return &tfprotov6.Diagnostic{Severity: d.Severity, Summary: SummaryNull, Attribute: d.Attribute,
		Detail: what + " is null, and has to be set. An expression that finds nothing, such as one([…]) or a lookup, gives null: check what it looks for. Nothing was sent."}
}

// inPlainWords are the diagnostics with those about numbers and missing values in
// words that say what to do. There is no earlier place for it: the framework
// refuses such a value before any validator sees it. It may do so more than once.
func inPlainWords(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var worded []*tfprotov6.Diagnostic
	told := map[string]bool{}
	for _, d := range diagnostics {
		number := noInteger.FindStringSubmatch(d.Detail)
		if number == nil {
			if d.Summary == required {
				d = whatIsNull(d)
			}
			worded = append(worded, d)
			continue
		}
		at := "the configuration"
		if found := attribute.FindStringSubmatch(d.Attribute.String() + d.Detail); found != nil {
			at = found[1]
		}
		detail := fmt.Sprintf("The number %s in %s is not a whole one of at most 64 bits. Correct it, or put floor(…) around what calculates it. Nothing was sent.", number[1], at)
		if !told[detail] {
			told[detail] = true
			worded = append(worded, &tfprotov6.Diagnostic{Severity: d.Severity, Summary: SummaryWholeNumber, Attribute: d.Attribute, Detail: detail})
		}
	}
	return worded
}

// The calls that are the first to see a configuration, beside those that are
// made for every record.

func (s withCallContexts) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	response, err := s.complete.ValidateProviderConfig(ctx, r)
	if response != nil {
		response.Diagnostics = inPlainWords(response.Diagnostics)
	}
	return response, err
}

func (s withCallContexts) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	response, err := s.complete.ValidateListResourceConfig(ctx, r)
	if response != nil {
		response.Diagnostics = inPlainWords(response.Diagnostics)
	}
	return response, err
}

func (s withCallContexts) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	response, err := s.complete.ValidateActionConfig(ctx, r)
	if response != nil {
		response.Diagnostics = inPlainWords(response.Diagnostics)
	}
	return response, err
}
