// Package httpclient is what the clients of both services have in common:
// retries and pauses between them, a client-side rate, a limit on what is read,
// the removal of secrets, a cache, a batcher, and reads that are repeated until
// they are consistent. What an answer means is for the clients to say.
package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"

	"github.com/reachops/terraform-provider-reach/internal/terminal"
)

// Config is how to talk to one service.
type Config struct {
	Service           string        // its name in messages: "7G"
	UserAgent         string        // sent with every request
	RequestTimeout    time.Duration // for one attempt, its answer read included; 0 means 30 s
	MaxRetries        int           // attempts after the first, for requests that may be repeated
	RetryPause        time.Duration // before the first retry, growing after that; 0 means 250 ms
	RequestsPerSecond float64       // over all concurrent callers; 0 means no limit
	Secrets           []string      // removed from every text that leaves this package
	Log               Log
}

// Log receives what happens on the wire. Debug gets no personal data and
// Trace no secret. Either may be nil.
type Log struct {
	Debug func(ctx context.Context, message string, fields map[string]any)
	Trace func(ctx context.Context, message string, fields map[string]any)
}

// Class says what may be done about a request that failed on its way.
type Class int

const (
	// Once is for anything that changes something: it is sent again only when
	// it never left, since every other failure may have come after the work.
	Once Class = iota
	// Repeatable is for reads.
	Repeatable
	// Never is for logins, which count towards a lock: one attempt, whatever
	// happens.
	Never
)

const (
	defaultTimeout    = 30 * time.Second
	defaultRetryPause = 250 * time.Millisecond
	longestRetryPause = 30 * time.Second
	longestRetryAfter = 2 * time.Minute // a longer Retry-After is not waited for
	longestAnswer     = 16 << 20
	// As many connections are kept as callers can be: Terraform's -parallelism
	// has no upper end. The default of 2 would reconnect for nearly every request.
	mostIdle = 1000
	// A connection is given up before a service would do so itself: a request on
	// one that is being closed at the other end has an unknown outcome.
	longestIdle = 15 * time.Second
)

// Client sends requests to one service. It is safe for concurrent use.
type Client struct {
	config   Config
	redactor *Redactor
	limiter  *rate.Limiter
	buffered *retryablehttp.Client
	streamed *retryablehttp.Client
}

// New makes a client. It sends nothing.
func New(config Config) *Client {
	if config.RequestTimeout == 0 {
		config.RequestTimeout = defaultTimeout
	}
	if config.RetryPause == 0 {
		config.RetryPause = defaultRetryPause
	}
	limit := rate.Inf
	if config.RequestsPerSecond > 0 {
		limit = rate.Limit(config.RequestsPerSecond)
	}
	c := &Client{
		config:   config,
		redactor: NewRedactor(config.Secrets...),
		limiter:  rate.NewLimiter(limit, 1),
	}
	wire := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: config.RequestTimeout,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: mostIdle,
		IdleConnTimeout:     longestIdle,
	}
	c.buffered = c.retrying(&http.Client{Transport: wholeAnswer{straight{wire}, longestAnswer}, Timeout: config.RequestTimeout})
	// A stream may take longer than one answer; the caller's context bounds it.
	wire = wire.Clone()
	wire.DialContext = (&net.Dialer{Timeout: config.RequestTimeout}).DialContext
	wire.ResponseHeaderTimeout = config.RequestTimeout
	c.streamed = c.retrying(&http.Client{Transport: straight{wire}})
	return c
}

func (c *Client) retrying(httpClient *http.Client) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:   httpClient,
		RetryMax:     c.config.MaxRetries,
		RetryWaitMin: c.config.RetryPause,
		RetryWaitMax: longestRetryPause,
		CheckRetry:   c.checkRetry,
		Backoff:      jitteredBackoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		PrepareRetry: func(r *http.Request) error { return c.awaitTurn(r.Context()) },
	}
}

var errNoTurn = errors.New("no time was left to wait for the rate set by requests_per_second")

// awaitTurn waits as the client-side rate demands, or not at all when there is
// not enough time for it.
func (c *Client) awaitTurn(ctx context.Context) error {
	err := c.limiter.Wait(ctx)
	if err != nil && ctx.Err() == nil {
		return errNoTurn
	}
	return err
}

// AddSecret has one more text removed from everything that leaves the client.
func (c *Client) AddSecret(secret string) { c.redactor.Add(secret) }

// Clean is text without any known secret.
func (c *Client) Clean(text string) string { return c.redactor.Clean(text) }

// Answer is a text of the service without any known secret, or [Withheld].
func (c *Client) Answer(text string) string { return c.redactor.Answer(text) }

// Service is the name of the service in messages.
func (c *Client) Service() string { return c.config.Service }

func (c *Client) debug(ctx context.Context, message string, fields map[string]any) {
	if c.config.Log.Debug == nil {
		return
	}
	for name, value := range fields {
		if text, ok := value.(string); ok {
			fields[name] = terminal.Escape(text)
		}
	}
	c.config.Log.Debug(ctx, message, fields)
}

// trace logs a text that clean has made fit to be shown.
func (c *Client) trace(ctx context.Context, message, text string, clean func(string) string) {
	if c.config.Log.Trace != nil {
		c.config.Log.Trace(ctx, message, map[string]any{"service": c.config.Service, "text": terminal.Escape(clean(text))})
	}
}

func describe(status int) string {
	return fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))
}
