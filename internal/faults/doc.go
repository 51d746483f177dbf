// Package faults tries every operation of the provider under every fault of
// the services behind it. What a user then sees is data: the tests hold the
// provider to it, and internal/reference/faults.md shows it.
package faults
