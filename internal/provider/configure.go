package provider

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/loglevel"
	"github.com/reachops/terraform-provider-reach/internal/redaction"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Pace is how long the provider pauses: before a first retry, before it repeats
// a read that contradicts a fresh write, for other contacts that could share a
// command, for other records that could share an error, and for other instances
// that a plan is about to begin with. Zero values are those of the product.
type Pace struct {
	Retry       time.Duration
	Consistency httpclient.Consistency
	Quiet       time.Duration
	Others      time.Duration
	Errors      time.Duration
}

// ValidateConfig switches safeguards.redact_records on before any record is
// validated, which needs no configured provider. What is not known yet counts as
// true: a message once shown cannot be taken back.
func (p *Reach) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	if problems := req.Config.Get(ctx, &config); problems.HasError() {
		resp.Diagnostics.Append(problems...)
		return
	}
	p.redact(config.Safeguards)
}

// redact switches the setting on where the block says so.
func (p *Reach) redact(safeguards types.Object) {
	if value := safeguards.Attributes()[redactRecords]; safeguards.IsUnknown() || value != nil && (value.IsUnknown() || valueOf[types.Bool](value).ValueBool()) {
		p.texts.SwitchOn()
	}
}

// Configure checks the block and the environment and makes the clients. It
// sends nothing: the first request is made by whatever needs an answer.
func (p *Reach) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p.redact(config.Safeguards)
	pace := p.pace
	if pace.Consistency == (httpclient.Consistency{}) {
		pace.Consistency = httpclient.DefaultConsistency
	}
	c := configuration{
		pace:        pace,
		userAgent:   fmt.Sprintf("terraform-provider-reach/%s (terraform %s)", p.version, req.TerraformVersion),
		diagnostics: &resp.Diagnostics,
		texts:       &p.texts,
	}
	configured := &services.Services{Consistency: c.pace.Consistency, Activity: &diagnostic.Activity{Quiet: c.pace.Errors}}

	var sevengBlock sevengModel
	if c.decode(ctx, "seveng", config.SevenG, &sevengBlock) {
		configured.SevenG = c.sevenG(sevengBlock)
	}
	var whatcountsBlock whatcountsModel
	if c.decode(ctx, "whatcounts", config.WhatCounts, &whatcountsBlock) {
		configured.WhatCounts = c.whatCounts(whatcountsBlock)
	}
	configured.Guard = c.guard(config.Safeguards, configured)
	if resp.Diagnostics.HasError() {
		return
	}
	if client := configured.SevenG; client != nil {
		configured.SevenGCredentials = services.NewCredentials(services.SummarySevenGCredentials, func(ctx context.Context) error {
			if _, _, err := client.AccessToken(ctx); err != nil {
				return err
			}
			_, err := client.Types(ctx) // so that a plan can tell which type there is not
			return err
		})
	}
	if client := configured.WhatCounts; client != nil {
		configured.WhatCountsCredentials = services.NewCredentials(services.SummaryWhatCountsCredentials, func(ctx context.Context) error {
			_, err := client.Realm(ctx)
			return err
		})
	}
	configured.Conflicts = conflict.NewRegister(cmp.Or(pace.Others, conflict.DefaultPatience), configured.BeginRun)
	resp.ResourceData = configured
	resp.DataSourceData = configured
	resp.ListResourceData = configured
	resp.ActionData = configured
	resp.EphemeralResourceData = configured
}

// configuration turns the decoded block into clients, and collects what is
// wrong with it.
type configuration struct {
	pace        Pace
	userAgent   string
	diagnostics *diag.Diagnostics
	texts       *redaction.Texts
}

// decode fills target from a nested block. A block that is left out leaves
// target as it is; one that is not known yet is an error.
func (c configuration) decode(ctx context.Context, name string, block types.Object, target any) bool {
	if block.IsUnknown() {
		c.refuseUnknownBlock(name)
		return false
	}
	if block.IsNull() {
		return true
	}
	problems := block.As(ctx, target, basetypes.ObjectAsOptions{})
	c.diagnostics.Append(problems...)
	return !problems.HasError()
}

func (c configuration) refuseUnknownBlock(name string) {
	c.diagnostics.AddAttributeError(path.Root(name), SummaryUnknownSetting, fmt.Sprintf(
		"The whole of %s depends on something that is only known after apply. Set its attributes one by one to values that are known at plan, or use the environment variables.", name))
}

// endpoint is the address to use, and false when there is none that may be.
func (c configuration) endpoint(s setting, allowInsecure types.Bool, byDefault string) (string, bool) {
	if c.unknown(s.block, "allow_insecure_http", allowInsecure) || refuseUnknown(c.diagnostics, s) {
		return "", false
	}
	endpoint := s.resolved()
	if endpoint == "" {
		endpoint = byDefault
	}
	if err := httpclient.CheckEndpoint(endpoint, allowInsecure.ValueBool()); err != nil {
		c.diagnostics.AddAttributeError(s.path(), SummaryInvalidEndpoint, fmt.Sprintf(
			"The endpoint of %s cannot be used: %s. Correct %s.", s.block, err, s.remedies()))
		return "", false
	}
	return endpoint, true
}

// transport is the part of a block that both services have, with its defaults.
func (c configuration) transport(block, service string, m connectionModel) (httpclient.Config, bool) {
	if c.unknown(block, "request_timeout", m.RequestTimeout) || c.unknown(block, "max_retries", m.MaxRetries) || c.unknown(block, "requests_per_second", m.RequestsPerSecond) {
		return httpclient.Config{}, false
	}
	timeout, retries := m.RequestTimeout.ValueString(), int64(defaultMaxRetries)
	if timeout == "" {
		timeout = defaultRequestTimeout
	}
	if !m.MaxRetries.IsNull() {
		retries = m.MaxRetries.ValueInt64()
	}
	duration, err := time.ParseDuration(timeout)
	if err != nil {
		c.diagnostics.AddAttributeError(path.Root(block).AtName("request_timeout"), services.SummaryInvalidDuration, err.Error())
		return httpclient.Config{}, false
	}
	log := httpclient.Log{
		Debug: func(ctx context.Context, message string, fields map[string]any) {
			for name, value := range fields { // why a request failed may repeat what came instead of an answer
				if text, ok := value.(string); ok {
					fields[name] = c.texts.Redact(text)
				}
			}
			tflog.Debug(ctx, message, fields)
		},
	}
	if loglevel.Traces() && !c.texts.IsOn() { // to make every answer fit to be shown takes time
		log.Trace = func(ctx context.Context, message string, fields map[string]any) { tflog.Trace(ctx, message, fields) }
	}
	return httpclient.Config{
		Service:           service,
		UserAgent:         c.userAgent,
		RequestTimeout:    duration,
		MaxRetries:        int(retries),
		RetryPause:        c.pace.Retry,
		RequestsPerSecond: m.RequestsPerSecond.ValueFloat64(),
		Log:               log,
	}, true
}

// unknown adds an error for a setting that no environment variable can fill
// and whose value is not known yet.
func (c configuration) unknown(block, name string, value attr.Value) bool {
	if !value.IsUnknown() {
		return false
	}
	c.diagnostics.AddAttributeError(path.Root(block).AtName(name), SummaryUnknownSetting, fmt.Sprintf(
		"The value of %s.%s depends on something that is only known after apply. Set it to a value that is known at plan, or leave it out for its default.", block, name))
	return true
}

// bothInEnvironment reports whether two variables are set at once.
func bothInEnvironment(one, other setting) bool {
	return os.Getenv(one.variable) != "" && os.Getenv(other.variable) != ""
}
