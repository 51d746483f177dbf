package whatcounts

import (
	"context"
	"iter"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// SKELETON of the API: the real thing replaces this file.

const DefaultEndpoint = "https://api.whatcounts.net/bin/api_web"

type Config struct {
	Endpoint    string
	Realm       string
	Password    string
	APIClient   string
	ClientAuth  string
	Transport   httpclient.Config
	Consistency httpclient.Consistency
	BatchSize   int
}

const DefaultBatchSize = 500

type Client struct{}

func New(config Config) (*Client, error) { panic("skeleton") }

func (c *Client) RealmName() string        { panic("skeleton") }
func (c *Client) Clean(text string) string { panic("skeleton") }

// Add adds contacts that do not exist, many with one command.
func (c *Client) Add(ctx context.Context, contacts []NewContact) []Outcome { panic("skeleton") }

// AddOne is Add for one contact, together with those of other callers that arrive at about the same time.
func (c *Client) AddOne(ctx context.Context, contact NewContact) Outcome { panic("skeleton") }

func (c *Client) Update(ctx context.Context, changes []Change) []Outcome { panic("skeleton") }
func (c *Client) UpdateOne(ctx context.Context, change Change) Outcome   { panic("skeleton") }

// Delete: progress is called whenever the outcome of a batch is known; may be nil.
func (c *Client) Delete(ctx context.Context, deletions []Deletion, progress func(done, total int)) []Outcome {
	panic("skeleton")
}
func (c *Client) DeleteOne(ctx context.Context, deletion Deletion) Outcome { panic("skeleton") }

// Unsubscribe takes each contact off the lists of its Subscriptions, without an opt-out.
func (c *Client) Unsubscribe(ctx context.Context, contacts []Managed) []Outcome { panic("skeleton") }
func (c *Client) UnsubscribeOne(ctx context.Context, contact Managed) Outcome   { panic("skeleton") }

func (c *Client) Resolve(ctx context.Context, identities []Identity) []Resolution { panic("skeleton") }

// Contact is the contact with this id, in full (detail).
func (c *Client) Contact(ctx context.Context, id int64, email string) (Contact, error) {
	panic("skeleton")
}

// Find are the contacts with exactly this address, and with this first name when one is given.
func (c *Client) Find(ctx context.Context, email string, firstName *string) ([]Row, error) {
	panic("skeleton")
}

type Criteria struct {
	Email  string
	Exact  bool
	ListID int64
}

func (c *Client) Search(ctx context.Context, criteria Criteria) (rows []Row, more bool, err error) {
	panic("skeleton")
}
func (c *Client) Members(ctx context.Context, listID int64) iter.Seq2[Row, error] { panic("skeleton") }

type List struct {
	ID          int64
	Name        string
	Description string
}

func (c *Client) Lists(ctx context.Context) ([]List, error) { panic("skeleton") }
func (c *Client) OptedOut(ctx context.Context, email string, listID int64, days int) (bool, error) {
	panic("skeleton")
}
func (c *Client) EachOptout(ctx context.Context, listID int64, days int, yield func(email string) error) error {
	panic("skeleton")
}

type RealmSettings struct {
	ID                 string
	CustomerKeys       bool
	RelationalDatabase bool
	Known              bool
}

func (c *Client) Realm(ctx context.Context) (RealmSettings, error) { panic("skeleton") }
func (c *Client) KnownRealm() (RealmSettings, bool)                { panic("skeleton") }
func (c *Client) ConfirmCustomerKey(ctx context.Context, id int64, email, key string) error {
	panic("skeleton")
}

type argument struct{ name, value string }
