package server

// NewPassing is newPassing for tests.
var NewPassing = newPassing

// InPlainWords is inPlainWords for tests.
var InPlainWords = inPlainWords
