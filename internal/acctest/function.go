package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Call calls a function with plain values. The error is nil, or what the
// function refuses.
func (s *Server) Call(function string, arguments ...any) (any, *tfprotov6.FunctionError) {
	s.t.Helper()
	signature, found := s.schema.Functions[function]
	if !found {
		s.t.Fatalf("the provider has no function %s", function)
	}
	request := &tfprotov6.CallFunctionRequest{Name: function}
	for i, argument := range arguments {
		request.Arguments = append(request.Arguments, s.dynamic(Value(signature.Parameters[i].Type, argument)))
	}
	called, err := s.CallFunction(s.t.Context(), request)
	s.check(err)
	if called.Error != nil {
		return nil, called.Error
	}
	return Plain(s.value(signature.Return.Type, called.Result)), nil
}
