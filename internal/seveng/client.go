// Package seveng is the client of the 7G Registry Platform API, as far as it
// concerns communications: contact values (e-mail, phone, mobile, fax) of a
// BizEntity, a Person or an Organisation.
//
// 7G answers most failures with HTTP 200 and explains them in free text, so
// every answer is read in full and turned into a verdict. A nil error means
// done. Every other outcome is a [*apierror.Error]. A write whose outcome is
// unknown is read back before anything is said about it or sent again.
package seveng

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// DefaultEndpoint is the production environment of 7G.
const DefaultEndpoint = "https://api.7g.com.au"

// Config is how to reach one 7G environment and who asks.
type Config struct {
	Endpoint    string // the base URL; empty means [DefaultEndpoint]
	AccessToken string // used as it is and never renewed; or:
	Username    string
	Password    string
	Transport   httpclient.Config
	Consistency httpclient.Consistency // zero means httpclient.DefaultConsistency
}

// Client talks to one 7G environment. One login serves all its callers; it
// is safe for concurrent use.
type Client struct {
	endpoint    string
	wire        *httpclient.Client
	retries     int
	consistency httpclient.Consistency
	tokens      tokens
	lookups     httpclient.Cache[string, []Type]
	owners      httpclient.Cache[Owner, Owner] // by the ids that were asked for
	lists       httpclient.Cache[Owner, []Communication]
	typeNames   atomic.Pointer[map[int64]string]
	recent      recentWrites
	known       knownRecords
	// proven is set once the base URL has answered a call with success. Before
	// that, an empty 404 may just as well come from another server.
	proven atomic.Bool
	now    func() time.Time
}

// New makes a client. It sends nothing. The error is a *apierror.Error with
// [apierror.Invalid] when the endpoint is no URL, when only one half of user
// name and password is given, or when an access token is given beside them.
// A client without any credentials can ask for [Client.Types] only.
func New(config Config) (*Client, error) {
	endpoint := strings.TrimRight(config.Endpoint, "/")
	if endpoint == "" {
		endpoint = DefaultEndpoint
	}
	if err := checkEndpoint(endpoint); err != nil {
		return nil, err
	}
	if err := checkCredentials(config); err != nil {
		return nil, err
	}
	if config.Transport.Service == "" {
		config.Transport.Service = "7G"
	}
	if config.Consistency == (httpclient.Consistency{}) {
		config.Consistency = httpclient.DefaultConsistency
	}
	c := &Client{
		endpoint:    endpoint,
		wire:        httpclient.New(config.Transport),
		retries:     config.Transport.MaxRetries,
		consistency: config.Consistency,
		now:         time.Now,
	}
	c.wire.AddSecret(config.Password)
	c.wire.AddSecret(config.AccessToken)
	switch {
	case config.AccessToken != "":
		c.tokens = &givenToken{client: c, access: config.AccessToken}
	case config.Username != "":
		c.tokens = &loginTokens{client: c, username: config.Username, password: config.Password}
	default:
		c.tokens = noTokens{}
	}
	return c, nil
}

// Clean is text without any secret that the client knows: the password, the
// access token, and every token received so far.
func (c *Client) Clean(text string) string { return c.wire.Clean(text) }

// checkEndpoint leaves it to the caller whether clear text is acceptable.
func checkEndpoint(endpoint string) error {
	err := httpclient.CheckEndpoint(endpoint, true)
	if err == nil {
		return nil
	}
	return &apierror.Error{
		Kind:    apierror.Invalid,
		Attempt: "configuring 7G",
		Reason:  "the endpoint cannot be used: " + err.Error(),
		Advice:  "Set seveng.endpoint (SEVENG_ENDPOINT) to a URL such as " + DefaultEndpoint,
	}
}

func checkCredentials(config Config) error {
	reason, advice := "", ""
	switch {
	case config.AccessToken != "" && (config.Username != "" || config.Password != ""):
		reason = "an access token is set and so are a user name or a password"
		advice = "Keep either seveng.access_token (SEVENG_ACCESS_TOKEN), or seveng.username (SEVENG_USERNAME) with seveng.password (SEVENG_PASSWORD)"
	case config.Username != "" && config.Password == "":
		reason = "a user name is set without a password"
		advice = "Set seveng.password (SEVENG_PASSWORD) as well"
	case config.Username == "" && config.Password != "":
		reason = "a password is set without a user name"
		advice = "Set seveng.username (SEVENG_USERNAME) as well"
	default:
		return nil
	}
	return &apierror.Error{Kind: apierror.Invalid, Attempt: "configuring 7G", Reason: reason, Advice: advice}
}

// Endpoint is the address of the environment, which tells it from all others.
func (c *Client) Endpoint() string { return c.endpoint }
