package acctest

import (
	"bytes"
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/server"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// Server is the provider in this process, spoken to in Terraform's protocol.
// It stands in for the CLI where warnings, identity or private state matter,
// and for everything that newer CLIs know and the one at hand does not.
type Server struct {
	tfprotov6.ProviderServer
	t      testing.TB
	schema *tfprotov6.GetProviderSchemaResponse
}

// NewServer makes the provider. It is not configured yet.
func NewServer(t testing.TB) *Server {
	t.Helper()
	return NewServerWithPace(t, pace)
}

// NewServerWithPace is NewServer with other pauses.
func NewServerWithPace(t testing.TB, pace provider.Pace) *Server {
	t.Helper()
	s := &Server{ProviderServer: server.New(provider.NewWithPace("test", pace)(), false), t: t}
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s.schema = schema
	return s
}

// NewConfigured makes the provider and configures it for the simulator. The
// safeguards may be nil.
func NewConfigured(t testing.TB, sim *simulator.Simulator, realm string, safeguards map[string]any) *Server {
	t.Helper()
	s := NewServer(t)
	config := map[string]any{
		"seveng":     map[string]any{"endpoint": sim.URL(), "username": Username, "password": PasswordOf(Username)},
		"whatcounts": map[string]any{"endpoint": sim.WhatCountsURL(), "realm": realm, "password": PasswordOf(realm)},
	}
	if safeguards != nil {
		config["safeguards"] = safeguards
	}
	if diagnostics := s.Configure(config); len(Errors(diagnostics)) > 0 {
		t.Fatalf("configure: %v", Texts(diagnostics))
	}
	return s
}

// ProviderSettings are the names of all settings of the provider, by block.
func (s *Server) ProviderSettings() map[string][]string {
	settings := map[string][]string{}
	for _, block := range s.schema.Provider.Block.BlockTypes {
		for _, attribute := range block.Block.Attributes {
			settings[block.TypeName] = append(settings[block.TypeName], attribute.Name)
		}
	}
	return settings
}

// Configure validates and configures the provider.
func (s *Server) Configure(config map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	value := s.dynamic(Value(s.schema.Provider.ValueType(), config))
	validated, err := s.ValidateProviderConfig(s.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: value})
	s.check(err)
	if len(Errors(validated.Diagnostics)) > 0 {
		return validated.Diagnostics
	}
	configured, err := s.ConfigureProvider(s.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: value})
	s.check(err)
	return configured.Diagnostics
}

// State is a resource as Terraform keeps it between two calls.
type State struct {
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Exists reports whether there is a resource.
func (s State) Exists() bool { return !s.Value.IsNull() }

// SameIdentity reports whether both have an identity, and the same one.
func (s State) SameIdentity(other State) bool {
	return s.Identity != nil && other.Identity != nil && bytes.Equal(s.Identity.IdentityData.MsgPack, other.Identity.IdentityData.MsgPack)
}

// Attribute is the value of one attribute as a Go value.
func (s State) Attribute(name string) any {
	return Plain(s.Value).(map[string]any)[name]
}

// None is the state of a resource that does not exist.
func (s *Server) None(resource string) State {
	return State{Value: tftypes.NewValue(s.resourceType(resource), nil)}
}

// Planned is what a plan has decided, ready to be applied.
type Planned struct {
	State       State
	Config      tftypes.Value
	Replace     []*tftypes.AttributePath
	Diagnostics []*tfprotov6.Diagnostic
}

// Validate checks a resource's configuration.
func (s *Server) Validate(resource string, config map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	validated, err := s.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: resource, Config: s.dynamic(Value(s.resourceType(resource), config)),
	})
	s.check(err)
	return validated.Diagnostics
}

// Plan plans a change of a resource; a nil configuration plans its end.
func (s *Server) Plan(resource string, prior State, config map[string]any) Planned {
	s.t.Helper()
	typ := s.resourceType(resource)
	configured := tftypes.NewValue(typ, nil)
	if config != nil {
		configured = Value(typ, config)
	}
	planned, err := s.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         resource,
		PriorState:       s.dynamic(prior.Value),
		ProposedNewState: s.dynamic(proposed(s.schema.ResourceSchemas[resource].Block, prior.Value, configured)),
		Config:           s.dynamic(configured),
		PriorPrivate:     prior.Private,
		PriorIdentity:    prior.Identity,
	})
	s.check(err)
	result := Planned{Config: configured, Replace: planned.RequiresReplace, Diagnostics: planned.Diagnostics}
	if len(Errors(planned.Diagnostics)) == 0 {
		result.State = State{Value: s.value(typ, planned.PlannedState), Private: planned.PlannedPrivate, Identity: planned.PlannedIdentity}
	}
	return result
}

// PlanSuccessor plans the second half of a replacement, as Terraform does: as if
// there were nothing in state, with the private state of the first half.
func (s *Server) PlanSuccessor(resource string, first Planned, config map[string]any) Planned {
	s.t.Helper()
	none := s.None(resource)
	none.Private = first.State.Private
	return s.Plan(resource, none, config)
}

// Apply carries out what was planned. Where that succeeds, and is not what was
// planned, it fails the test: Terraform ends with "Provider produced
// inconsistent result after apply".
func (s *Server) Apply(resource string, prior State, planned Planned) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	applied, err := s.ApplyResourceChange(s.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        resource,
		PriorState:      s.dynamic(prior.Value),
		PlannedState:    s.dynamic(planned.State.Value),
		Config:          s.dynamic(planned.Config),
		PlannedPrivate:  planned.State.Private,
		PlannedIdentity: planned.State.Identity,
	})
	s.check(err)
	state := State{Value: s.value(s.resourceType(resource), applied.NewState), Private: applied.Private, Identity: applied.NewIdentity}
	if len(Errors(applied.Diagnostics)) == 0 {
		s.expectAsPlanned(resource, planned.State, state)
	}
	return state, applied.Diagnostics
}

// expectAsPlanned compares every attribute that is wholly known in a plan.
func (s *Server) expectAsPlanned(resource string, planned, applied State) {
	s.t.Helper()
	if planned.Exists() != applied.Exists() {
		s.t.Errorf("%s: planned %v, applied %v", resource, planned.Value, applied.Value)
	}
	if !planned.Exists() || !applied.Exists() {
		return
	}
	plannedAttributes, appliedAttributes := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	s.check(planned.Value.As(&plannedAttributes))
	s.check(applied.Value.As(&appliedAttributes))
	for name, value := range plannedAttributes {
		if value.IsFullyKnown() && !value.Equal(appliedAttributes[name]) {
			s.t.Errorf("%s.%s: planned %v, applied %v", resource, name, value, appliedAttributes[name])
		}
	}
}

// Change plans and applies. The diagnostics are those of both.
func (s *Server) Change(resource string, prior State, config map[string]any) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	planned := s.Plan(resource, prior, config)
	if len(Errors(planned.Diagnostics)) > 0 {
		return prior, planned.Diagnostics
	}
	state, diagnostics := s.Apply(resource, prior, planned)
	return state, append(planned.Diagnostics, diagnostics...)
}

// Created is a resource that was created without an error.
func (s *Server) Created(resource string, config map[string]any) State {
	s.t.Helper()
	state, diagnostics := s.Change(resource, s.None(resource), config)
	NoErrors(s.t, diagnostics)
	return state
}

// ExpectNoChange fails the test unless a configuration plans nothing for a
// resource.
func (s *Server) ExpectNoChange(resource string, state State, config map[string]any) {
	s.t.Helper()
	planned := s.Plan(resource, state, config)
	NoErrors(s.t, planned.Diagnostics)
	if len(planned.Replace) > 0 || !planned.State.Value.Equal(state.Value) {
		s.t.Errorf("a change is planned:\n%v\nwould become\n%v", Plain(state.Value), Plain(planned.State.Value))
	}
}

// Refresh reads a resource.
func (s *Server) Refresh(resource string, current State) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	read, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resource, CurrentState: s.dynamic(current.Value), Private: current.Private, CurrentIdentity: current.Identity,
	})
	s.check(err)
	return State{Value: s.value(s.resourceType(resource), read.NewState), Private: read.Private, Identity: read.NewIdentity}, read.Diagnostics
}

// Import imports a resource by id, or by identity when id is empty, and reads
// it as Terraform does.
func (s *Server) Import(resource, id string, identity map[string]any) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	request := &tfprotov6.ImportResourceStateRequest{TypeName: resource, ID: id}
	if identity != nil {
		schemas, err := s.GetResourceIdentitySchemas(s.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
		s.check(err)
		request.Identity = &tfprotov6.ResourceIdentityData{IdentityData: s.dynamic(Value(schemas.IdentitySchemas[resource].ValueType(), identity))}
	}
	imported, err := s.ImportResourceState(s.t.Context(), request)
	s.check(err)
	if len(Errors(imported.Diagnostics)) > 0 {
		return s.None(resource), imported.Diagnostics
	}
	first := imported.ImportedResources[0]
	return s.Refresh(resource, State{Value: s.value(s.resourceType(resource), first.State), Private: first.Private, Identity: first.Identity})
}

// Move takes over the state of another type of resource, as a moved block does,
// and reads it as Terraform does. provider is the address of the other one.
func (s *Server) Move(resource, provider, from, state string) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	moved, err := s.MoveResourceState(s.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: provider, SourceTypeName: from, SourceState: &tfprotov6.RawState{JSON: []byte(state)}, TargetTypeName: resource,
	})
	s.check(err)
	if len(Errors(moved.Diagnostics)) > 0 {
		return s.None(resource), moved.Diagnostics
	}
	return State{Value: s.value(s.resourceType(resource), moved.TargetState), Private: moved.TargetPrivate, Identity: moved.TargetIdentity}, moved.Diagnostics
}

// Look reads a data source.
func (s *Server) Look(dataSource string, config map[string]any) (map[string]any, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	typ := s.schema.DataSourceSchemas[dataSource].ValueType()
	value := s.dynamic(Value(typ, config))
	validated, err := s.ValidateDataResourceConfig(s.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: dataSource, Config: value})
	s.check(err)
	if len(Errors(validated.Diagnostics)) > 0 {
		return nil, validated.Diagnostics
	}
	read, err := s.ReadDataSource(context.WithoutCancel(s.t.Context()), &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: value})
	s.check(err)
	if len(Errors(read.Diagnostics)) > 0 {
		return nil, read.Diagnostics
	}
	return Plain(s.value(typ, read.State)).(map[string]any), read.Diagnostics
}

func (s *Server) resourceType(resource string) tftypes.Type {
	s.t.Helper()
	schema, found := s.schema.ResourceSchemas[resource]
	if !found {
		s.t.Fatalf("the provider has no resource %s", resource)
	}
	return schema.ValueType()
}

func (s *Server) dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	value = s.composed(value)
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	s.check(err)
	return &dynamic
}

func (s *Server) value(typ tftypes.Type, dynamic *tfprotov6.DynamicValue) tftypes.Value {
	s.t.Helper()
	value, err := dynamic.Unmarshal(typ)
	s.check(err)
	return s.composed(value)
}

// composed is a value as Terraform has it, on both sides of the provider: of
// every text the composed form.
func (s *Server) composed(value tftypes.Value) tftypes.Value {
	s.t.Helper()
	composed, err := tftypes.Transform(value, func(_ *tftypes.AttributePath, part tftypes.Value) (tftypes.Value, error) {
		if !part.Type().Is(tftypes.String) || !part.IsKnown() || part.IsNull() {
			return part, nil
		}
		var text string
		err := part.As(&text)
		return tftypes.NewValue(tftypes.String, norm.NFC.String(text)), err
	})
	s.check(err)
	return composed
}

func (s *Server) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
