package services

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// Summaries of the errors of a plan whose credentials are wrong.
const (
	SummarySevenGCredentials     = "7G refused the credentials"
	SummaryWhatCountsCredentials = "WhatCounts refused the credentials"
)

// credentialsTimeout is how long a plan waits to learn whether its credentials
// are right. A plan without a network goes on after it.
const credentialsTimeout = 5 * time.Second

// Credentials is one look at the credentials of a service, for plans that read
// nothing: one that only creates would be applied by half before a wrong password
// shows. Nil knows nothing wrong.
type Credentials struct {
	summary string
	ask     func(context.Context) error
	mu      sync.Mutex
	done    chan struct{} // nil before Begin; closed when err is set
	err     error
	told    diagnostic.Collector[struct{}]
}

// NewCredentials sends nothing yet. What ask asks for needs credentials, every
// apply needs it too, and the client keeps it.
func NewCredentials(summary string, ask func(context.Context) error) *Credentials {
	return &Credentials{summary: summary, ask: ask}
}

type creates struct{}

// ForCreate marks a call as one that plans a create.
func ForCreate(ctx context.Context) context.Context { return context.WithValue(ctx, creates{}, true) }

// Begin asks, once, and does not wait for the answer. It is called where a
// resource is configured, and asks where that is for a create: what is in state
// has been read with the credentials, and a login is not tried for a service that
// is not used, since failed ones lock the account (7g.md#login).
func (c *Credentials) Begin(ctx context.Context) {
	if c == nil || ctx.Value(creates{}) == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return
	}
	done := make(chan struct{})
	c.done = done
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), credentialsTimeout)
		defer cancel()
		c.err = c.ask(ctx)
	}()
}

func (c *Credentials) begun() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.done
}

// Refused is an error when the service has refused the credentials. Whatever
// else went wrong, such as a network that is not there, is no business of a plan.
// Of all instances of one plan, one gets the error.
func (c *Credentials) Refused(ctx context.Context, activity *diagnostic.Activity) (problems diag.Diagnostics) {
	if c == nil {
		return nil
	}
	done := c.begun()
	if done == nil {
		return nil
	}
	select {
	case <-done:
	case <-ctx.Done():
		return nil
	}
	var refused *apierror.Error
	if !errors.As(c.err, &refused) || refused.Kind != apierror.Unauthenticated {
		return nil
	}
	if c.told.Collect(ctx, activity, struct{}{}) != nil {
		problems.AddError(c.summary, diagnostic.Detail(c.err)+"\n\nNothing was changed.")
	}
	return problems
}
