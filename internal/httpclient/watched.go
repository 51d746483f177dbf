package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// watched is the body of a stream, of which a part has to come within the
// limit. The time that the reader takes in between does not count.
type watched struct {
	body   io.Reader
	limit  time.Duration
	ctx    context.Context
	cancel context.CancelCauseFunc
}

var errSilent = errors.New("no more of the answer came")

// Read reads what has come.
func (w *watched) Read(p []byte) (int, error) {
	timer := time.AfterFunc(w.limit, func() { w.cancel(errSilent) })
	defer timer.Stop()
	n, err := w.body.Read(p)
	if err != nil && errors.Is(context.Cause(w.ctx), errSilent) {
		err = fmt.Errorf("%w within %s (request_timeout)", errSilent, w.limit)
	}
	return n, err
}
