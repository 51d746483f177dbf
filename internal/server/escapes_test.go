package server_test

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/server"
)

const (
	raw   = "clear \x1b[2J turn \u202e\nnext"
	shown = `clear \u001b[2J turn \u202e` + "\nnext"
)

// rude says everything in a text that a terminal obeys.
type rude struct{ server.Complete }

func rudely() []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: raw, Detail: raw}}
}

func (rude) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{Diagnostics: rudely()}, nil
}

func (rude) CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: raw}}, nil
}

func (rude) ListResource(context.Context, *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return &tfprotov6.ListResourceServerStream{Results: func(push func(tfprotov6.ListResourceResult) bool) {
		_ = push(tfprotov6.ListResourceResult{DisplayName: raw, Diagnostics: rudely()}) && push(tfprotov6.ListResourceResult{DisplayName: raw})
	}}, nil
}

func (rude) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		_ = push(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: raw}}) &&
			push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: rudely()}})
	}}, nil
}

func TestEveryTextIsEscaped(t *testing.T) {
	served := server.Escaping(rude{})
	var texts []string
	add := func(diagnostics []*tfprotov6.Diagnostic) {
		for _, d := range diagnostics {
			texts = append(texts, d.Summary, d.Detail)
		}
	}
	read, err := served.ReadResource(t.Context(), nil)
	must(t, err)
	add(read.Diagnostics)
	called, err := served.CallFunction(t.Context(), nil)
	must(t, err)
	texts = append(texts, called.Error.Text)
	listed, err := served.ListResource(t.Context(), nil)
	must(t, err)
	for result := range listed.Results {
		texts = append(texts, result.DisplayName)
		add(result.Diagnostics)
	}
	invoked, err := served.InvokeAction(t.Context(), nil)
	must(t, err)
	for event := range invoked.Events {
		switch told := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			texts = append(texts, told.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			add(told.Diagnostics)
		}
	}
	if len(texts) != 10 {
		t.Errorf("%d texts", len(texts))
	}
	for _, text := range texts {
		if text != shown {
			t.Errorf("%q was told", text)
		}
	}
}

// A call that a later version of the protocol adds would go past the escapes
// without a diagnostic. State stores are not offered, and stopping says nothing.
func TestEveryCallPassesTheEscapes(t *testing.T) {
	stores := reflect.TypeFor[tfprotov6.StateStoreServer]()
	calls := reflect.TypeFor[server.WithEscapes]()
	for i := range calls.NumMethod() {
		call := calls.Method(i)
		if _, ofStores := stores.MethodByName(call.Name); ofStores || call.Name == "StopProvider" {
			continue
		}
		// Methods that an embedded field has are written by the compiler.
		if file, _ := runtime.FuncForPC(call.Func.Pointer()).FileLine(call.Func.Pointer()); !strings.HasSuffix(file, "escapes.go") {
			t.Errorf("%s is not escaped: %s", call.Name, file)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
