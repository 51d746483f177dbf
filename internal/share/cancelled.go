package share

import "errors"

// errPanicked is what waiting callers get when load did not return.
var errPanicked = errors.New("the look-up ended without an answer")

// cancelled marks a failure that belongs to the cancelled caller alone.
type cancelled struct{ error }

func (c cancelled) Unwrap() error { return c.error }

func wasCancelled(err error) bool {
	var c cancelled
	return errors.As(err, &c)
}
