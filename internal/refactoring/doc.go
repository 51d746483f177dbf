// Package refactoring holds the tests that a configuration can be rearranged
// around its records: with moved and removed blocks, which are the CLI's own
// business, a record stays as it is, and nothing warns of a delete.
package refactoring
