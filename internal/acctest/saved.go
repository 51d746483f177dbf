package acctest

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Saved is one instance of a resource as a state file has it.
type Saved struct {
	SchemaVersion   int64           `json:"schema_version"`
	Attributes      json.RawMessage `json:"attributes"`
	Private         []byte          `json:"private"`
	IdentityVersion int64           `json:"identity_schema_version"`
	Identity        json.RawMessage `json:"identity"` // older CLIs keep none
}

// Upgrade turns a saved resource into one of this version of the provider.
func (s *Server) Upgrade(resource string, saved Saved) (State, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	upgraded, err := s.UpgradeResourceState(s.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: resource, Version: saved.SchemaVersion, RawState: &tfprotov6.RawState{JSON: saved.Attributes},
	})
	s.check(err)
	if len(Errors(upgraded.Diagnostics)) > 0 {
		return s.None(resource), upgraded.Diagnostics
	}
	state := State{Value: s.value(s.resourceType(resource), upgraded.UpgradedState), Private: saved.Private}
	if saved.Identity == nil {
		return state, upgraded.Diagnostics
	}
	identity, problems := s.upgradeIdentity(resource, saved)
	state.Identity = identity
	return state, append(upgraded.Diagnostics, problems...)
}

// upgradeIdentity asks the provider only about an identity of another version,
// as Terraform does.
func (s *Server) upgradeIdentity(resource string, saved Saved) (*tfprotov6.ResourceIdentityData, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	raw := &tfprotov6.RawState{JSON: saved.Identity}
	schemas, err := s.GetResourceIdentitySchemas(s.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.check(err)
	current := schemas.IdentitySchemas[resource]
	if saved.IdentityVersion == current.Version {
		identity, err := raw.Unmarshal(current.ValueType())
		s.check(err)
		return &tfprotov6.ResourceIdentityData{IdentityData: s.dynamic(identity)}, nil
	}
	upgraded, err := s.UpgradeResourceIdentity(s.t.Context(), &tfprotov6.UpgradeResourceIdentityRequest{
		TypeName: resource, Version: saved.IdentityVersion, RawIdentity: raw,
	})
	s.check(err)
	return upgraded.UpgradedIdentity, upgraded.Diagnostics
}
