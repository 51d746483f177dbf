// Package services is what configuring the provider yields and what every
// resource, data source and action receives: a client for each service that
// has credentials, and the guard that stands before every delete.
package services

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Summaries of the diagnostics of this package.
const (
	SummarySevenGNotConfigured     = "7G is not configured"
	SummaryWhatCountsNotConfigured = "WhatCounts is not configured"
	summaryUnexpectedData          = "Unexpected provider data"
)

// Services is the configured provider. A client is nil when its service has
// no credentials.
type Services struct {
	SevenG      *seveng.Client
	WhatCounts  *whatcounts.Client
	Guard       *deletion.Guard
	Conflicts   *conflict.Register
	Consistency httpclient.Consistency // for reads that contradict a fresh write
	Activity    *diagnostic.Activity   // tells when no more errors of one kind are to come

	// A look at the credentials of each service that is configured.
	SevenGCredentials, WhatCountsCredentials *Credentials

	// Sets is what instances of reach_contacts have in state.
	Sets Handover

	// What creates have found in their place.
	ExistingCommunications, ExistingContacts diagnostic.Existing
}

// BeginRun forgets what an earlier run has planned, done and read, in a process
// that lives longer than one.
func (s *Services) BeginRun() {
	s.Guard.BeginRun()
	s.Sets.Clear()
	s.ExistingCommunications.Clear()
	s.ExistingContacts.Clear()
	if s.SevenG != nil {
		s.SevenG.Forget()
	}
	if s.WhatCounts != nil {
		s.WhatCounts.Forget()
	}
}

// Validated notes that the configuration of an instance was validated. Nil is a
// provider that is not configured, which notes nothing.
func (s *Services) Validated(config tfsdk.Config) {
	if s != nil {
		s.Conflicts.Validated(conflict.Configuration(config))
	}
}

// Planned notes that an instance is planned, whose configuration is null where
// that is its end.
func (s *Services) Planned(config tfsdk.Config) {
	if s != nil && !config.Raw.IsNull() {
		s.Conflicts.Planned(conflict.Configuration(config))
	}
}

// ConsistencyFor is how long a read that contradicts the state is repeated: not
// at all, unless the note tells of a write a moment ago.
func (s *Services) ConsistencyFor(note Note) httpclient.Consistency {
	if note.IsFresh(time.Now()) {
		return s.Consistency
	}
	return httpclient.Consistency{}
}

// From reads what the framework hands to Configure. It returns nil without a
// diagnostic when the provider has not been configured yet, as in validation.
func From(data any, diagnostics *diag.Diagnostics) *Services {
	if data == nil {
		return nil
	}
	configured, ok := data.(*Services)
	if !ok {
		diagnostics.AddError(summaryUnexpectedData, fmt.Sprintf("Expected *services.Services, got %T. Please report this to the provider's developers.", data))
		return nil
	}
	return configured
}

// RequireSevenG is From for whatever works on 7G: it adds an error when 7G has
// no credentials.
func RequireSevenG(data any, diagnostics *diag.Diagnostics) *Services {
	configured := From(data, diagnostics)
	if configured != nil && configured.SevenG == nil {
		diagnostics.AddError(SummarySevenGNotConfigured,
			"This needs the 7G service. Set seveng.access_token in the provider block (or the environment variable SEVENG_ACCESS_TOKEN), "+
				"or seveng.username and seveng.password (SEVENG_USERNAME and SEVENG_PASSWORD). An empty string counts as unset.")
	}
	return configured
}

// RequireWhatCounts is From for whatever works on WhatCounts: it adds an error
// when WhatCounts has no credentials.
func RequireWhatCounts(data any, diagnostics *diag.Diagnostics) *Services {
	configured := From(data, diagnostics)
	if configured != nil && configured.WhatCounts == nil {
		diagnostics.AddError(SummaryWhatCountsNotConfigured,
			"This needs the WhatCounts service. Set whatcounts.realm and whatcounts.password in the provider block "+
				"(or the environment variables WHATCOUNTS_REALM and WHATCOUNTS_PASSWORD). An empty string counts as unset.")
	}
	return configured
}
