package server

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext is a context that can be emptied. Until then it is the one it was
// made from; afterwards it is cancelled and holds nothing, so that a
// holder keeps no more than a few words.
type callContext struct {
	held   atomic.Pointer[holder]
	silent bool
}

type holder struct{ context.Context }

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func newCallContext(ctx context.Context, silent bool) *callContext {
	p := &callContext{silent: silent}
	p.held.Store(&holder{ctx})
	return p
}

func (p *callContext) end() { p.held.Store(nil) }

func (p *callContext) current() context.Context {
	if held := p.held.Load(); held != nil {
		return held.Context
	}
	return ended
}

// Deadline is that of the context held.
func (p *callContext) Deadline() (time.Time, bool) { return p.current().Deadline() }

// Done is closed when the context held is, or when there is none any more.
func (p *callContext) Done() <-chan struct{} { return p.current().Done() }

// Err is that of the context held, or context.Canceled.
func (p *callContext) Err() error { return p.current().Err() }

// Value is that of the context held, or nil. A silent one has none: loggers are
// all that Terraform's libraries put there.
func (p *callContext) Value(key any) any {
	if p.silent {
		return nil
	}
	return p.current().Value(key)
}
