package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// recipient is a public key of age.
const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

// A secret key in the place of a public one is never shown, and no diagnostic
// points to its line: Terraform would print it.
func TestSecretKeyAsRecipientIsNotShown(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := acctest.NewServer(t).Configure(map[string]any{"safeguards": map[string]any{"journal_path": "deleted.jsonl", "journal_recipients": []any{recipient, key.String() + "\n"}}})
	acctest.OneError(t, diagnostics, provider.SummaryInvalidSafeguards, "safeguards.journal_recipients", "entry 1", "secret key", "reach-restore -new-identity")
	if told := acctest.Texts(diagnostics); strings.Contains(told, key.String()[:20]) || diagnostics[0].Attribute != nil {
		t.Errorf("it is shown: %s", told)
	}
}

// Each wrong provider block gives one error, at the attribute that is wrong,
// with both places where it can be set right.
func TestConfigureRefuses(t *testing.T) {
	cases := map[string]struct {
		config      map[string]any
		environment map[string]string
		summary     string
		mentions    []string
	}{
		"a user name without a password": {
			config:   map[string]any{"seveng": map[string]any{"username": "u"}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"seveng.password", "SEVENG_PASSWORD", `AttributeName("password")`},
		},
		"a password without a user name": {
			config:   map[string]any{"seveng": map[string]any{"password": "p"}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"seveng.username", "SEVENG_USERNAME", `AttributeName("username")`},
		},
		"an empty user name beside a password": {
			config:   map[string]any{"seveng": map[string]any{"username": "", "password": "p"}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"seveng.username", "SEVENG_USERNAME", "empty string", `AttributeName("username")`},
		},
		"only empty credentials of 7G": {
			config:   map[string]any{"seveng": map[string]any{"username": "", "password": ""}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"seveng.username", "SEVENG_USERNAME", "empty string"},
		},
		"an empty access token": {
			config:   map[string]any{"seveng": map[string]any{"access_token": ""}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"seveng.access_token", "SEVENG_ACCESS_TOKEN"},
		},
		"a token beside a user name": {
			config:   map[string]any{"seveng": map[string]any{"access_token": "t", "username": "u"}},
			summary:  provider.SummaryTwoCredentials,
			mentions: []string{"seveng.access_token", "seveng.username", `AttributeName("access_token")`},
		},
		"a token and a user name, both in the environment": {
			environment: map[string]string{"SEVENG_ACCESS_TOKEN": "t", "SEVENG_USERNAME": "u", "SEVENG_PASSWORD": "p"},
			summary:     provider.SummaryTwoCredentials,
			mentions:    []string{"SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME", "seveng.access_token"},
		},
		"a realm without a password": {
			config:   map[string]any{"whatcounts": map[string]any{"realm": "r"}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"whatcounts.password", "WHATCOUNTS_PASSWORD", `AttributeName("password")`},
		},
		"a realm in the environment without a password": {
			environment: map[string]string{"WHATCOUNTS_REALM": "r"},
			summary:     provider.SummaryIncomplete,
			mentions:    []string{"whatcounts.password", "WHATCOUNTS_PASSWORD"},
		},
		"an API client without its code": {
			config:   map[string]any{"whatcounts": map[string]any{"realm": "r", "password": "p", "api_client": "a"}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"whatcounts.client_auth", "WHATCOUNTS_CLIENT_AUTH"},
		},
		"only empty credentials of WhatCounts": {
			config:   map[string]any{"whatcounts": map[string]any{"realm": "", "password": ""}},
			summary:  provider.SummaryIncomplete,
			mentions: []string{"whatcounts.realm", "WHATCOUNTS_REALM"},
		},
		"a password that is not known yet": {
			config:   map[string]any{"whatcounts": map[string]any{"realm": "r", "password": acctest.Unknown}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"whatcounts.password", "WHATCOUNTS_PASSWORD", `AttributeName("password")`},
		},
		"an endpoint that is not known yet": {
			config:   map[string]any{"seveng": map[string]any{"endpoint": acctest.Unknown, "access_token": "t"}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"seveng.endpoint", "SEVENG_ENDPOINT"},
		},
		"a block that is not known yet": {
			config:   map[string]any{"seveng": acctest.Unknown},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"seveng", "environment variables"},
		},
		"a safeguard that is not known yet": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": acctest.Unknown}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"safeguards.journal_path"},
		},
		"clear text to another machine": {
			config:   map[string]any{"seveng": map[string]any{"endpoint": "http://api.example.com", "access_token": "t"}},
			summary:  provider.SummaryInvalidEndpoint,
			mentions: []string{"seveng.endpoint", "SEVENG_ENDPOINT", "allow_insecure_http = true"},
		},
		"clear text to another machine, by the environment": {
			environment: map[string]string{"WHATCOUNTS_REALM": "r", "WHATCOUNTS_PASSWORD": "p", "WHATCOUNTS_ENDPOINT": "http://api.example.com/bin/api_web"},
			summary:     provider.SummaryInvalidEndpoint,
			mentions:    []string{"whatcounts.endpoint", "WHATCOUNTS_ENDPOINT"},
		},
		"credentials in the endpoint": {
			config:   map[string]any{"seveng": map[string]any{"endpoint": "https://user:hunter2@api.example.com", "access_token": "t"}},
			summary:  provider.SummaryInvalidEndpoint,
			mentions: []string{"user name or password"},
		},
		"a pattern that is no glob": {
			config:   map[string]any{"safeguards": map[string]any{"deletable": []any{"{a,b"}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.deletable", "{a,b"},
		},
		"a pattern with a blank before it": {
			config:   map[string]any{"safeguards": map[string]any{"deletable": []any{" *@test.example.com"}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.deletable", `" *@test.example.com"`},
		},
		"an empty pattern": {
			config:   map[string]any{"safeguards": map[string]any{"deletable": []any{""}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.deletable", "matches nothing"},
		},
		"a recipient that is none": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": "deleted.jsonl", "journal_recipients": []any{recipient, "age1other"}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.journal_recipients", "entry 1", "begins with age1", `AttributeName("journal_recipients")`},
		},
		"no recipient at all": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": "deleted.jsonl", "journal_recipients": []any{}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.journal_recipients", "empty"},
		},
		"a recipient that is not known yet": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": "deleted.jsonl", "journal_recipients": []any{acctest.Unknown}}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"safeguards.journal_recipients"},
		},
		"recipients that are not known yet": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": "deleted.jsonl", "journal_recipients": acctest.Unknown}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"safeguards.journal_recipients"},
		},
		"recipients of no journal": {
			config:   map[string]any{"safeguards": map[string]any{"journal_recipients": []any{recipient}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.journal_recipients", "safeguards.journal_path is not"},
		},
		"recipients of a journal at no path": {
			config:   map[string]any{"safeguards": map[string]any{"journal_path": "", "journal_recipients": []any{recipient}}},
			summary:  provider.SummaryInvalidSafeguards,
			mentions: []string{"safeguards.journal_path is not"},
		},
		"whether to redact is not known yet": {
			config:   map[string]any{"safeguards": map[string]any{"redact_records": acctest.Unknown}},
			summary:  provider.SummaryUnknownSetting,
			mentions: []string{"safeguards.redact_records"},
		},
		"a password with the line break of its file": {
			config:   map[string]any{"seveng": map[string]any{"username": "u", "password": "hunter2\n"}},
			summary:  provider.SummaryBrokenCredential,
			mentions: []string{"seveng.password", "SEVENG_PASSWORD", "line break", "trimspace", `AttributeName("password")`},
		},
		"a password in the environment with the line break of its file": {
			environment: map[string]string{"WHATCOUNTS_REALM": "r", "WHATCOUNTS_PASSWORD": "hunter2\r\n"},
			summary:     provider.SummaryBrokenCredential,
			mentions:    []string{"whatcounts.password", "WHATCOUNTS_PASSWORD"},
		},
		"an access token over two lines": {
			config:   map[string]any{"seveng": map[string]any{"access_token": "hunter2\nx"}},
			summary:  provider.SummaryBrokenCredential,
			mentions: []string{"seveng.access_token", "SEVENG_ACCESS_TOKEN", "holds a line break"},
		},
		"a user name with a blank before it": {
			config:   map[string]any{"seveng": map[string]any{"username": " u", "password": "p"}},
			summary:  provider.SummaryBrokenCredential,
			mentions: []string{"seveng.username", "begins or ends with a blank"},
		},
		"a realm with a blank behind it": {
			config:   map[string]any{"whatcounts": map[string]any{"realm": "r ", "password": "p"}},
			summary:  provider.SummaryBrokenCredential,
			mentions: []string{"whatcounts.realm", "WHATCOUNTS_REALM"},
		},
		"a timeout that is none": {
			config:   map[string]any{"seveng": map[string]any{"request_timeout": "soon", "access_token": "t"}},
			summary:  services.SummaryInvalidDuration,
			mentions: []string{"seveng.request_timeout", "30s"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			diagnostics := acctest.NewServer(t).Configure(c.config)
			acctest.OneError(t, diagnostics, c.summary, c.mentions...)
			if strings.Contains(acctest.Texts(diagnostics), "hunter2") {
				t.Error("the error repeats a password")
			}
		})
	}
}

func TestConfigureAccepts(t *testing.T) {
	cases := map[string]struct {
		config      map[string]any
		environment map[string]string
	}{
		"nothing":                                      {},
		"one service":                                  {config: map[string]any{"seveng": map[string]any{"access_token": "t"}}},
		"an endpoint alone":                            {config: map[string]any{"seveng": map[string]any{"endpoint": "https://dev-api.7g.com.au"}}},
		"a block of nulls":                             {config: map[string]any{"seveng": map[string]any{}, "whatcounts": map[string]any{}}},
		"a password that ends with a blank":            {config: map[string]any{"whatcounts": map[string]any{"realm": "r", "password": "p "}}},
		"clear text on loopback":                       {config: map[string]any{"seveng": map[string]any{"access_token": "t", "endpoint": "http://127.0.0.1:1"}}},
		"clear text where it is allowed":               {config: map[string]any{"seveng": map[string]any{"access_token": "t", "endpoint": "http://api.example.com", "allow_insecure_http": true}}},
		"the environment alone":                        {environment: map[string]string{"SEVENG_USERNAME": "u", "SEVENG_PASSWORD": "p", "WHATCOUNTS_REALM": "r", "WHATCOUNTS_PASSWORD": "p"}},
		"a password from the environment":              {config: map[string]any{"seveng": map[string]any{"username": "u", "password": ""}}, environment: map[string]string{"SEVENG_PASSWORD": "p"}},
		"the kind chosen in the block, of two at hand": {config: map[string]any{"seveng": map[string]any{"access_token": "t"}}, environment: map[string]string{"SEVENG_USERNAME": "u", "SEVENG_PASSWORD": "p"}},
		"everything at once": {config: map[string]any{
			"seveng": map[string]any{"endpoint": "https://api.7g.com.au", "username": "u", "password": "p", "request_timeout": "30s", "max_retries": 4, "requests_per_second": 2.5},
			"whatcounts": map[string]any{"endpoint": "https://api.whatcounts.net/bin/api_web", "realm": "r", "password": "p", "api_client": "a", "client_auth": "c",
				"request_timeout": "30s", "max_retries": 0, "requests_per_second": nil, "batch_size": 500},
			"safeguards": map[string]any{"deletion_policy": "delete", "max_deletes_per_run": 10, "deletable": []any{"*@test.example.com"}, "verify_before_delete": true, "journal_path": "deleted.jsonl", "journal_recipients": []any{recipient}, "redact_records": true},
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			if diagnostics := acctest.NewServer(t).Configure(c.config); len(diagnostics) > 0 {
				t.Errorf("unexpected diagnostics:\n%s", acctest.Texts(diagnostics))
			}
		})
	}
}

// What configures the provider and still cannot be meant is a warning.
func TestConfigureWarns(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		safeguards map[string]any
		summary    string
		mentions   string
	}{
		"nothing that Terraform knows": {map[string]any{}, provider.SummaryNoSafeguard, "deletable, deletion_policy, journal_path, journal_recipients, max_deletes_per_run, redact_records, verify_before_delete"},
		"a journal in no directory":    {map[string]any{"journal_path": filepath.Join(directory, "none", "deleted.jsonl")}, provider.SummaryJournalNowhere, "none does not exist"},
		"a journal in a file":          {map[string]any{"journal_path": filepath.Join(file, "deleted.jsonl")}, provider.SummaryJournalNowhere, "is not a directory"},
		"a directory for a journal":    {map[string]any{"journal_path": directory}, provider.SummaryJournalNowhere, "has to be a file"},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := acctest.NewServer(t).Configure(map[string]any{"safeguards": c.safeguards})
			if len(diagnostics) != 1 || len(acctest.Warnings(diagnostics)) != 1 || diagnostics[0].Summary != c.summary || !strings.Contains(diagnostics[0].Detail, c.mentions) {
				t.Errorf("expected one warning %q with %q, got:\n%s", c.summary, c.mentions, acctest.Texts(diagnostics))
			}
		})
	}
}

// Using a service that is not configured says what to set.
func TestServiceNotConfigured(t *testing.T) {
	server := acctest.NewServer(t)
	acctest.NoErrors(t, server.Configure(nil))
	_, diagnostics := server.Look("reach_communication_types", nil)
	acctest.OneError(t, diagnostics, services.SummarySevenGNotConfigured, "seveng.access_token", "SEVENG_ACCESS_TOKEN", "seveng.username", "SEVENG_USERNAME", "SEVENG_PASSWORD")
	_, diagnostics = server.Look("reach_lists", nil)
	acctest.OneError(t, diagnostics, services.SummaryWhatCountsNotConfigured, "whatcounts.realm", "WHATCOUNTS_REALM", "whatcounts.password", "WHATCOUNTS_PASSWORD")
	planned := server.Plan("reach_contact", server.None("reach_contact"), map[string]any{"email": "a@example.com", "subscriptions": []any{map[string]any{"list_id": 5}}})
	acctest.OneError(t, planned.Diagnostics, services.SummaryWhatCountsNotConfigured)
}
