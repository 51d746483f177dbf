package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// Listing is how a list resource is asked.
type Listing struct {
	Config          map[string]any
	IncludeResource bool
	Limit           int64 // 0: the hundred that Terraform asks for when nothing is said
}

// Listed is one result of a list resource.
type Listed struct {
	DisplayName string
	Identity    map[string]any
	Resource    map[string]any // nil unless it was asked for
	State       State          // the same as Terraform keeps it
	Diagnostics []*tfprotov6.Diagnostic
}

// ValidateListing checks the configuration of a list resource.
func (s *Server) ValidateListing(resource string, config map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	validated, err := s.listing().ValidateListResourceConfig(s.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: resource, Config: s.dynamic(Value(s.schema.ListResourceSchemas[resource].ValueType(), config)),
	})
	s.check(err)
	return validated.Diagnostics
}

// List is everything that a list resource yields, the diagnostics apart. It
// takes no less than it is given: that the limit is kept is up to the provider.
func (s *Server) List(resource string, asked Listing) ([]Listed, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if diagnostics := s.ValidateListing(resource, asked.Config); len(Errors(diagnostics)) > 0 {
		return nil, diagnostics
	}
	if asked.Limit == 0 {
		asked.Limit = 100
	}
	identities, err := s.GetResourceIdentitySchemas(s.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.check(err)
	stream, err := s.listing().ListResource(s.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName:        resource,
		Config:          s.dynamic(Value(s.schema.ListResourceSchemas[resource].ValueType(), asked.Config)),
		IncludeResource: asked.IncludeResource,
		Limit:           asked.Limit,
	})
	s.check(err)
	var listed []Listed
	var diagnostics []*tfprotov6.Diagnostic
	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)
		if result.Identity == nil {
			continue
		}
		one := Listed{
			DisplayName: result.DisplayName,
			Identity:    Plain(s.value(identities.IdentitySchemas[resource].ValueType(), result.Identity.IdentityData)).(map[string]any),
			State:       State{Identity: result.Identity},
			Diagnostics: result.Diagnostics,
		}
		if result.Resource != nil {
			one.State.Value = s.value(s.resourceType(resource), result.Resource)
			one.Resource = Plain(one.State.Value).(map[string]any)
		}
		listed = append(listed, one)
	}
	return listed, diagnostics
}

// ExpectCut fails the test unless a warning on the last record listed, and on no
// other, says that the limit has cut the list, with a text such as "there are
// more"; with none, unless nothing is warned of.
func ExpectCut(t testing.TB, listed []Listed, text string) {
	t.Helper()
	for i, one := range listed {
		warnings := Warnings(one.Diagnostics)
		if i < len(listed)-1 || text == "" {
			if len(warnings) > 0 {
				t.Errorf("%s has\n%s", one.DisplayName, Texts(warnings))
			}
			continue
		}
		if len(warnings) != 1 || warnings[0].Summary != diagnostic.SummaryLimit || !strings.Contains(warnings[0].Detail, text) || !strings.Contains(warnings[0].Detail, fmt.Sprintf("after %d ", len(listed))) {
			t.Errorf("%s, the last, has\n%s", one.DisplayName, Texts(warnings))
		}
	}
}

// ExpectListedAsImported fails the test unless each record, listed in full, is
// the one that an import of it reads.
func (s *Server) ExpectListedAsImported(resource string, listed []Listed) {
	s.t.Helper()
	for _, one := range listed {
		imported, diagnostics := s.Import(resource, "", one.Identity)
		NoErrors(s.t, diagnostics)
		if !one.State.Value.Equal(imported.Value) {
			s.t.Errorf("listed   %v\nimported %v", one.Resource, Plain(imported.Value))
		}
	}
}

func (s *Server) listing() tfprotov6.ListResourceServer {
	s.t.Helper()
	server, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the provider has no list resources")
	}
	return server
}
