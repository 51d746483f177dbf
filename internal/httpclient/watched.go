package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// slowest is how many bytes of a stream have to come within each limit, unless
// it ends. One that brings less could go on for ever: a service that means
// well, and is only slow to begin, sends thousands of rows in that time.
const slowest = 4 << 10

// watched is the body of a stream, of which so much has to come within each
// limit. The time that the reader takes in between does not count.
type watched struct {
	body   io.Reader
	limit  time.Duration
	ctx    context.Context
	cancel context.CancelCauseFunc

	spent time.Duration // of the limit that runs
	came  int           // within it
}

var errSlow = errors.New("too little of the answer came")

// Read reads what has come.
func (w *watched) Read(p []byte) (int, error) {
	started := time.Now()
	timer := time.AfterFunc(w.limit-w.spent, func() { w.cancel(errSlow) })
	defer timer.Stop()
	n, err := w.body.Read(p)
	w.spent, w.came = w.spent+time.Since(started), w.came+n
	if w.came >= slowest {
		w.spent, w.came = 0, 0
	}
	if err != nil && errors.Is(context.Cause(w.ctx), errSlow) {
		err = fmt.Errorf("%w within %s (request_timeout)", errSlow, w.limit)
	}
	return n, err
}
