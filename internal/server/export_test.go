package server

import "github.com/reachops/terraform-provider-reach/internal/redaction"

// NewCallContext is newCallContext for tests.
var NewCallContext = newCallContext

// InPlainWords is inPlainWords for tests.
var InPlainWords = inPlainWords

// WithEscapes is withEscapes for tests.
type WithEscapes = withEscapes

// Complete is complete for tests.
type Complete = complete

// Escaping puts withEscapes around a server.
func Escaping(inner Complete) Complete {
	return withEscapes{inner, newLearner(&redaction.Texts{}, inner)}
}
