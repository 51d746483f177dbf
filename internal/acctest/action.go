package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// PlanAction validates and plans an action.
func (s *Server) PlanAction(action string, config map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	value := s.actionConfig(action, config)
	validated, err := s.acting().ValidateActionConfig(s.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: action, Config: value})
	s.check(err)
	if len(Errors(validated.Diagnostics)) > 0 {
		return validated.Diagnostics
	}
	planned, err := s.acting().PlanAction(s.t.Context(), &tfprotov6.PlanActionRequest{ActionType: action, Config: value})
	s.check(err)
	return append(validated.Diagnostics, planned.Diagnostics...)
}

// Invoke runs an action without a plan before it. It returns the messages of
// its progress, and what it ended with.
func (s *Server) Invoke(action string, config map[string]any) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	s.t.Helper()
	stream, err := s.acting().InvokeAction(s.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: action, Config: s.actionConfig(action, config)})
	s.check(err)
	completed := 0
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			completed++
			diagnostics = event.Diagnostics
		}
	}
	if completed != 1 {
		s.t.Fatalf("the action ended %d times", completed)
	}
	return progress, diagnostics
}

// Act plans an action and, where the plan has no errors, runs it.
func (s *Server) Act(action string, config map[string]any) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	s.t.Helper()
	planned := s.PlanAction(action, config)
	if len(Errors(planned)) > 0 {
		return nil, planned
	}
	progress, diagnostics = s.Invoke(action, config)
	return progress, append(planned, diagnostics...)
}

func (s *Server) actionConfig(action string, config map[string]any) *tfprotov6.DynamicValue {
	s.t.Helper()
	schema, found := s.schema.ActionSchemas[action]
	if !found {
		s.t.Fatalf("the provider has no action %s", action)
	}
	return s.dynamic(Value(schema.Schema.ValueType(), config))
}

func (s *Server) acting() tfprotov6.ActionServer {
	s.t.Helper()
	server, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok {
		s.t.Fatal("the provider has no actions")
	}
	return server
}
