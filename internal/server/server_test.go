package server_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/server"
)

type key struct{}

// TestContextsAreLetGo makes calls whose contexts hold something, and finds
// nothing of it in memory when they are over, while the server still runs.
func TestContextsAreLetGo(t *testing.T) {
	served := server.New(provider.New("test")(), false)
	for name, call := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := served.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "reach_contact"})
			return err
		},
		"upgrade": func(ctx context.Context) error {
			_, err := served.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "reach_contact"})
			return err
		},
		"upgrade the identity": func(ctx context.Context) error {
			_, err := served.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: "reach_contact"})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := served.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "reach_contact"})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := served.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: "reach_contact", Config: nothing(t), PriorState: nothing(t), ProposedNewState: nothing(t)})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := served.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: "none"})
			return err
		},
		"import": func(ctx context.Context) error {
			_, err := served.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: "none", ID: "1"})
			return err
		},
		"validate a data source": func(ctx context.Context) error {
			_, err := served.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "reach_optout"})
			return err
		},
		"read a data source": func(ctx context.Context) error {
			_, err := served.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "none"})
			return err
		},
		"call a function": func(ctx context.Context) error {
			_, err := served.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "none"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ballast := &[1 << 10]byte{1}
			remembered := weak.Make(ballast)
			if err := call(context.WithValue(t.Context(), key{}, ballast)); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if remembered.Value() != nil {
				t.Error("the context of a call that is over is still held")
			}
		})
	}
}

// nothing is a value that is null.
func nothing(t *testing.T) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, tftypes.NewValue(tftypes.DynamicPseudoType, nil))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// TestEveryPartOfTheProtocolIsServed: Terraform takes a part that it does not
// find for one that the provider does not have.
func TestEveryPartOfTheProtocolIsServed(t *testing.T) {
	served := server.New(provider.New("test")(), false)
	if _, ok := served.(tfprotov6.ListResourceServer); !ok {
		t.Error("list resources are not served")
	}
	if _, ok := served.(tfprotov6.ActionServer); !ok {
		t.Error("actions are not served")
	}
}

// TestStopEndsCalls: what is under way ends when Terraform wants to end,
// whether there is a log or not.
func TestStopEndsCalls(t *testing.T) {
	for _, silent := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		callContext := server.NewCallContext(ctx, silent)
		child, release := context.WithCancel(callContext)
		defer release()
		if child.Err() != nil {
			t.Fatal("a call begins cancelled")
		}
		cancel()
		<-child.Done()
		if !errors.Is(child.Err(), context.Canceled) {
			t.Errorf("the call ends with %v, silent: %t", child.Err(), silent)
		}
	}
}

// TestLoggers reach a call of a server that writes a log, and no other.
func TestLoggers(t *testing.T) {
	ctx := context.WithValue(t.Context(), key{}, "logger")
	if server.NewCallContext(ctx, false).Value(key{}) != "logger" {
		t.Error("a call has no logger, although there is a log")
	}
	if server.NewCallContext(ctx, true).Value(key{}) != nil {
		t.Error("a call has a logger, although nobody reads a log")
	}
}
