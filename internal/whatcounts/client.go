// Package whatcounts is a client of the WhatCounts HTTP servlet: contacts,
// their subscriptions and the opt-outs of a realm.
//
// The servlet takes one command as a form and answers with HTTP 200 whatever
// happened. What an answer means is decided by its text, and by the counts in
// it rather than by its first word. An action whose answer cannot be read is
// read back before it is sent again.
package whatcounts

import (
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/batch"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// DefaultEndpoint is the address of the servlet for accounts without a domain of
// their own.
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
}

// DefaultBatchSize is how many rows a command carries at most, if nothing else
// is asked for. What the service takes is not documented; one known client
// sends 2,000. Client practice 2009.
const DefaultBatchSize = 500

// Client sends commands to one realm. It is safe for concurrent use.
type Client struct {
	endpoint    string
	realmName   string
	credentials []argument
	wire        *httpclient.Client
	retries     int
	consistency httpclient.Consistency
	batchSize   int
	shared      *batch.Batches[companyKey, parcel, shipment]

	quietUntil   atomic.Pointer[time.Time] // by the service's own wish
	refusal      atomic.Pointer[credentialRefusal]
	accepted     atomic.Bool // the credentials, as an answer has shown
	unaccepted   locks       // one command at a time until then
	addresses    locks
	realms       httpclient.Cache[struct{}, RealmSettings]
	knownRealm   atomic.Pointer[RealmSettings]
	optouts      httpclient.Cache[optoutQuery, fingerprints]
	allLists     httpclient.Cache[struct{}, []List]
	customFields provenNames
	deleteByID   commandChoice
	noKeySearch  atomic.Bool // the service does not search by customer key
	lesson       optoutLesson
	deleted      deletedContacts
	identities   knownIdentities
}

// New makes a client and sends nothing. A setting that is missing or cannot be
// used is a apierror.Invalid error that names the attribute and the environment
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
	pace := config.Consistency
	if pace == (httpclient.Consistency{}) {
		pace = httpclient.DefaultConsistency
	}
	batchSize := config.BatchSize
	if batchSize <= 0 {
		batchSize = DefaultBatchSize
	}
	c := &Client{
		endpoint:    strings.TrimRight(config.Endpoint, "/"), // a servlet's path ends in none
		realmName:   config.Realm,
		credentials: config.credentials(),
		wire:        httpclient.New(wire),
		retries:     max(wire.MaxRetries, 0),
		consistency: pace,
		batchSize:   batchSize,
	}
	c.shared = batch.New[companyKey](batch.Config{Limit: batchSize, Grace: grace}, c.ship)
	return c, nil
}

// RealmName is the name of the realm, as it was configured.
func (c *Client) RealmName() string { return c.realmName }

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
// order. "WhatCounts: Conventions"; that an additional API client travels in
// arguments is client practice 2026.
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
var echoedPassword = regexp.MustCompile(`(?is)(password \().*(\) doesn)`)

// Clean is text without the password and the authorization code, in every
// encoding in which they may be repeated.
func (c *Client) Clean(text string) string {
	return echoedPassword.ReplaceAllString(c.wire.Clean(text), "${1}"+httpclient.Removed+"${2}")
}

// longestQuote is how much of a server's text an error repeats.
const longestQuote = 300

// quote is a server's text as it may be shown: cleaned of secrets, on one
// line, and not endless.
func (c *Client) quote(text string) string {
	shown := []rune(strings.Join(strings.Fields(c.Clean(text)), " "))
	if len(shown) > longestQuote {
		return string(shown[:longestQuote]) + "…"
	}
	return string(shown)
}

func invalid(attempt, reason, advice string) *apierror.Error {
	return &apierror.Error{Kind: apierror.Invalid, Attempt: attempt, Reason: reason, Advice: advice}
}
