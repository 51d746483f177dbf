package acctest

import (
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Opened is an ephemeral resource between Open and Close.
type Opened struct {
	typeName string
	private  []byte

	Result  map[string]any
	RenewAt time.Time // zero: never
}

// Open validates and opens an ephemeral resource.
func (s *Server) Open(ephemeral string, config map[string]any) (*Opened, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	typ := s.schema.EphemeralResourceSchemas[ephemeral].ValueType()
	value := s.dynamic(Value(typ, config))
	validated, err := s.ValidateEphemeralResourceConfig(s.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: ephemeral, Config: value})
	s.check(err)
	if len(Errors(validated.Diagnostics)) > 0 {
		return nil, validated.Diagnostics
	}
	opened, err := s.OpenEphemeralResource(s.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: ephemeral, Config: value})
	s.check(err)
	if len(Errors(opened.Diagnostics)) > 0 {
		return nil, opened.Diagnostics
	}
	return &Opened{
		typeName: ephemeral, private: opened.Private,
		Result: Plain(s.value(typ, opened.Result)).(map[string]any), RenewAt: opened.RenewAt,
	}, opened.Diagnostics
}

// Renew renews an ephemeral resource and takes note of when to do so again.
func (s *Server) Renew(opened *Opened) []*tfprotov6.Diagnostic {
	s.t.Helper()
	renewed, err := s.RenewEphemeralResource(s.t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: opened.typeName, Private: opened.private})
	s.check(err)
	opened.private, opened.RenewAt = renewed.Private, renewed.RenewAt
	return renewed.Diagnostics
}

// Close closes an ephemeral resource.
func (s *Server) Close(opened *Opened) []*tfprotov6.Diagnostic {
	s.t.Helper()
	closed, err := s.CloseEphemeralResource(s.t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: opened.typeName, Private: opened.private})
	s.check(err)
	return closed.Diagnostics
}
