// Package browser tests the simulator's page in a real browser: make test-page.
// It is a Go module of its own, so that nobody else needs what drives one.
package browser
