package server

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
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

// inPlainWords are the diagnostics with those about numbers in words that say
// what to do. There is no earlier place for it: the framework refuses such a
// number before any validator sees it. It may do so more than once.
func inPlainWords(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var worded []*tfprotov6.Diagnostic
	told := map[string]bool{}
	for _, d := range diagnostics {
		number := noInteger.FindStringSubmatch(d.Detail)
		if number == nil {
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
