// Package whatcounts is a client of the WhatCounts HTTP servlet: contacts,
// their subscriptions and the opt-outs of a realm.
//
// The servlet takes one command as a form and answers with HTTP 200 whatever
// happened. What an answer means is decided by its text, and by the counts in
// it rather than by its first word. A command whose answer cannot be read is
// read back before it is sent again.
//
// Its own unit is a table of rows, so the client adds, changes and deletes sets
// of contacts, with an outcome for each: [Client.Add], [Client.Update],
// [Client.Delete], [Client.Unsubscribe]. AddOne and its siblings do the same for
// one contact, together with those of callers that come at about the same time.
// What thousands of contacts take is said by an [Option]; list pages then stand in
// for single looks.
package whatcounts

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// DefaultEndpoint is the address of the servlet for accounts without a domain of
// their own. whatcounts.md#conventions.
const DefaultEndpoint = "https://api.whatcounts.net/bin/api_web"

// Config is how to reach one realm.
type Config struct {
	Endpoint    string // the address of the servlet: https://api.whatcounts.net/bin/api_web
	Realm       string
	Password    string
	APIClient   string // the name of an additional API client; optional
	ClientAuth  string // the authorization code of that API client; optional
	Transport   httpclient.Config
	Consistency httpclient.Consistency // the zero value means httpclient.DefaultConsistency
	BatchSize   int                    // the most rows in one command; 0 means DefaultBatchSize, 1 one row each
	QuietPeriod time.Duration          // how long a call waits for others that could share its commands; 0 means DefaultQuietPeriod
	// Seen is told what an answer shows of a contact, by the names of attributes,
	// before anything is said of it; nil: nobody is.
	Seen func(id int64, attribute, text string)
}

// DefaultBatchSize is how many rows a command carries at most, if nothing else
// is asked for. What the service takes is not documented; one known client
// sends 2,000. whatcounts.md#conventions.
const DefaultBatchSize = 500

// DefaultQuietPeriod is how long a batch of calls waits for another one.
const DefaultQuietPeriod = 20 * time.Millisecond

const (
	// patience is how many quiet periods a batch waits for another call while it
	// is smaller than the one before: Terraform writes the whole state between
	// one contact and the next.
	patience = 5
	// longestWait is how long the first call of a batch waits at most.
	longestWait = 500 * time.Millisecond
)

// Client sends commands to one realm. It is safe for concurrent use.
type Client struct {
	endpoint    string
	realmName   string
	credentials []argument
	wire        *httpclient.Client
	retries     int
	consistency httpclient.Consistency
	batchSize   int
	fewestPaged int
	tell        func(id int64, attribute, text string)

	additions       httpclient.Batcher[NewContact, Outcome]
	changes         httpclient.Batcher[Change, Outcome]
	deletions       httpclient.Batcher[Deletion, Outcome]
	unsubscriptions httpclient.Batcher[Managed, Outcome]

	quietUntil   atomic.Pointer[time.Time] // by the service's own wish
	clockAhead   atomic.Pointer[time.Duration]
	refusal      atomic.Pointer[string] // what it said of the credentials
	accepted     atomic.Bool            // the credentials, as an answer has shown
	unaccepted   locks                  // one command at a time until then
	addresses    locks
	realms       httpclient.Cache[struct{}, RealmSettings]
	knownRealm   atomic.Pointer[RealmSettings]
	optouts      httpclient.Cache[optoutQuery, addressSet]
	allLists     httpclient.Cache[struct{}, []List]
	provenFields sync.Map    // custom fields that were read back as they were sent
	deleteByIDAs atomic.Bool // the service knows the second name of the command
	noKeySearch  atomic.Bool // the service does not search by customer key
	deleteByID   optoutOfDeleteByID
	deletedOn    keySet // addresses, or keys on them, of contacts that a delete was sent for
	recent       recentWrites
	beforeWrite  sync.Mutex // held while Deletion.Before is called
}

// New makes a client and sends nothing. A setting that is missing or cannot be
// used is an apierror.Invalid error that names the attribute and the environment
// variable.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	wire := config.Transport
	if wire.Service == "" {
		wire.Service = "WhatCounts"
	}
	wire.Secrets = append(append([]string(nil), wire.Secrets...), config.Password, config.ClientAuth)
	c := &Client{
		endpoint:    strings.TrimRight(config.Endpoint, "/"), // a servlet's path ends in none
		realmName:   config.Realm,
		credentials: config.credentials(),
		wire:        httpclient.New(wire),
		retries:     max(wire.MaxRetries, 0),
		consistency: config.Consistency,
		batchSize:   config.BatchSize,
		fewestPaged: fewestPaged,
		tell:        config.Seen,
	}
	if c.consistency == (httpclient.Consistency{}) {
		c.consistency = httpclient.DefaultConsistency
	}
	if c.batchSize <= 0 {
		c.batchSize = DefaultBatchSize
	}
	quiet := config.QuietPeriod
	if quiet <= 0 {
		quiet = DefaultQuietPeriod
	}
	collect(&c.additions, c.batchSize, quiet, c.add)
	collect(&c.changes, c.batchSize, quiet, c.update)
	collect(&c.deletions, c.batchSize, quiet, func(ctx context.Context, deletions []Deletion, how *manner) []Outcome {
		return c.delete(ctx, deletions, how, nil)
	})
	collect(&c.unsubscriptions, c.batchSize, quiet, c.unsubscribe)
	return c, nil
}

// collect sets a batcher up. As many requests are under way at a time as
// callers wait: Terraform's -parallelism has said how many that may be.
func collect[T any](b *httpclient.Batcher[T, Outcome], limit int, quiet time.Duration, run func(ctx context.Context, items []T, how *manner) []Outcome) {
	b.Limit, b.Quiet, b.Patience, b.Longest, b.Grace = limit, quiet, patience*quiet, longestWait, grace
	b.Run = func(ctx context.Context, items []T) []Outcome { return run(ctx, items, &manner{atOnce: len(items)}) }
}

// one is the outcome of an item that was handed to a batcher.
func one[T any](ctx context.Context, b *httpclient.Batcher[T, Outcome], item T, attempt string) Outcome {
	outcome, err := b.Do(ctx, item)
	switch {
	case errors.Is(err, httpclient.ErrNotSent):
		return Outcome{Err: notSent(attempt, ctx.Err())}
	case err != nil:
		return Outcome{Err: uncertain(attempt, "the run was cancelled, and "+err.Error(), err), Sent: true}
	}
	return outcome
}

// seen tells what an answer shows of a contact.
func (c *Client) seen(contact Contact) {
	if c.tell == nil {
		return
	}
	for _, col := range Columns {
		c.tell(contact.SubscriberID, col.Attribute, contact.Values[col.Name])
	}
	for column, value := range contact.Values {
		if strings.HasPrefix(column, CustomPrefix) {
			c.tell(contact.SubscriberID, "custom_fields", value)
		}
	}
	c.tell(contact.SubscriberID, "email", contact.Email)
	c.tell(contact.SubscriberID, "first_name", contact.FirstName)
}

// seenRow is seen for a row of a search or of a list.
func (c *Client) seenRow(row Row) {
	if c.tell != nil {
		c.seen(Contact{Identity: row.Identity, Values: map[string]string{"last": row.LastName}})
	}
}

// RealmName is the name of the realm, as it was configured.
func (c *Client) RealmName() string { return c.realmName }

// Endpoint is the address of the servlet. Realms of one name at two addresses
// are two.
func (c *Client) Endpoint() string { return c.endpoint }

// Forget drops what was remembered from reads of lists and opt-outs. A process
// that serves several runs calls it between them, since others may have changed
// what the realm holds. The kind of the realm is the same for good.
func (c *Client) Forget() {
	c.allLists.Clear()
	c.optouts.Clear()
}

func (config Config) check() error {
	attempt := "configuring the WhatCounts client"
	// Whether plain http will do is not for the client to say.
	if err := httpclient.CheckEndpoint(config.Endpoint, true); err != nil {
		return invalid(attempt, "the endpoint cannot be used: "+err.Error(), "Set whatcounts.endpoint or WHATCOUNTS_ENDPOINT to the address of the servlet, for example "+DefaultEndpoint+".")
	}
	if config.Realm == "" {
		return invalid(attempt, "no realm is given", "Set whatcounts.realm or WHATCOUNTS_REALM.")
	}
	if config.Password == "" {
		return invalid(attempt, "no password is given", "Set whatcounts.password or WHATCOUNTS_PASSWORD.")
	}
	return nil
}

// credentials are the first arguments of every command, in the documented
// order. whatcounts.md#credentials.
func (config Config) credentials() []argument {
	credentials := []argument{{"r", config.Realm}, {"p", config.Password}}
	if config.APIClient != "" {
		credentials = append(credentials, argument{"api_client", config.APIClient})
	}
	if config.ClientAuth != "" {
		credentials = append(credentials, argument{"client_auth", config.ClientAuth})
	}
	return credentials
}

// echoedPassword is the one answer that is known to repeat a password.
// whatcounts.md#literals.
var echoedPassword = regexp.MustCompile(`(?is)(password \().*(\) doesn)`)

// Clean is text without the password and the authorization code, in every
// encoding in which they may be repeated.
func (c *Client) Clean(text string) string {
	return withoutEcho(c.wire.Clean(text))
}

func withoutEcho(text string) string {
	return echoedPassword.ReplaceAllString(text, "${1}"+httpclient.Removed+"${2}")
}

// longestQuote is how much of a server's text an error repeats.
const longestQuote = 300

// quote is a server's text as it may be shown: cleaned of secrets, on one line,
// and not endless.
func (c *Client) quote(text string) string {
	shown := []rune(strings.Join(strings.Fields(c.wire.Answer(withoutEcho(text))), " "))
	if len(shown) > longestQuote {
		return string(shown[:longestQuote]) + "…"
	}
	return string(shown)
}

// refusedBy is the error for a FAILURE.
func (c *Client) refusedBy(attempt string, a answer) error {
	reason := "the service gave no reason"
	if a.rest != "" {
		reason = c.quote(a.rest)
	}
	return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: reason, Advice: a.advice()}
}

// unreadable is the error for data that cannot be understood. It is never taken
// for the absence of a record.
func (c *Client) unreadable(attempt string, cause error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer cannot be read: " + c.quote(cause.Error()), Cause: cause, Read: true}
}
