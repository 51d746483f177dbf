package server

// NewPassing is newPassing for tests.
var NewPassing = newPassing
