// Package upgrade holds the tests that a new version of the provider reads what
// an older one has written: for every shape of state that was ever written, a
// plan of the unchanged configuration is empty; and no schema changes so that
// this ends, unless its version says so.
//
// In testdata, resources.tf is the configuration, unless a folder has its own.
// Each folder in states holds the state file that a released or committed
// provider made of it, and the services as they were then:
//
//   - first: the first version of the resources, with Terraform 1.11
//   - notes: with what the provider has come to note beside the attributes
//   - identity: the same with OpenTofu 1.12, which keeps identities
//   - set: the first version of reach_contacts, alone, with Terraform 1.11
//
// In schemas is what each version of a schema promises. When an attribute is
// added, record it with: go test ./internal/upgrade -update. When one is changed
// or removed, raise Version in the schema, upgrade states of the version before,
// then record the new one; and add a state that the version before has written.
package upgrade
