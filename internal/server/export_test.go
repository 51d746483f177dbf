package server

// NewCallContext is newCallContext for tests.
var NewCallContext = newCallContext

// InPlainWords is inPlainWords for tests.
var InPlainWords = inPlainWords
