// Package model walks through random histories of the resources: what a user
// does with Terraform, what others do to the same records, what goes wrong on
// the wire. After each step it compares what the services hold with what
// Terraform believes. make soak walks further.
package model
