// Package seveng is the client of the 7G Registry Platform API, as far as it
// concerns communications: contact values (e-mail, phone, mobile, fax) of a
// BizEntity, a Person or an Organisation.
//
// 7G answers most failures with HTTP 200 and explains them in free text, so
// every answer is read in full before it counts as anything. A nil error means
// done; every other outcome is a [*apierror.Error]. A write whose outcome is
// unknown is looked up before it is reported or sent again.
//
// Only answers.go knows a wording of the service.
package seveng

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// DefaultEndpoint is the production environment of 7G (7g.md#hosts).
const DefaultEndpoint = "https://api.7g.com.au"

// Config says how to reach one 7G environment, and as whom.
type Config struct {
	Endpoint    string // the base URL; empty means [DefaultEndpoint]
	AccessToken string // used as it is and never renewed; or:
	Username    string
	Password    string
	Transport   httpclient.Config
	Consistency httpclient.Consistency // zero means httpclient.DefaultConsistency
	// Seen is told what an answer shows of a record, by the names of attributes,
	// before anything is said of it; nil: nobody is.
	Seen func(id int64, attribute, text string)
}

// Client talks to one 7G environment. One login serves all its callers; it
// is safe for concurrent use.
type Client struct {
	endpoint    string
	http        *httpclient.Client
	retries     int
	consistency httpclient.Consistency
	auth        auth
	now         func() time.Time
	tell        func(id int64, attribute, text string)

	types     httpclient.Cache[string, []Type]
	typeNames atomic.Pointer[map[int64]string]         // nil before the first look-up
	owners    httpclient.Cache[Owner, Owner]           // by the ids that were asked for
	lists     httpclient.Cache[Owner, []Communication] // likewise; cleared by every write
	baselines httpclient.Cache[Owner, baseline]        // likewise; before the first create
	history   history
	// endpointProven is set once the base URL has answered a call with success.
	// Before that, an empty 404 may come from any other server.
	endpointProven atomic.Bool
}

// New makes a client. It sends nothing. The error is a *apierror.Error with
// [apierror.Invalid] when the endpoint is no URL, when only one half of user
// name and password is given, or when an access token is given beside them.
// A client without any credentials can ask for [Client.Types] only.
func New(config Config) (*Client, error) {
	config.Endpoint = strings.TrimRight(config.Endpoint, "/")
	if config.Endpoint == "" {
		config.Endpoint = DefaultEndpoint
	}
	if err := check(config); err != nil {
		return nil, err
	}
	if config.Transport.Service == "" {
		config.Transport.Service = "7G"
	}
	if config.Consistency == (httpclient.Consistency{}) {
		config.Consistency = httpclient.DefaultConsistency
	}
	c := &Client{
		endpoint:    config.Endpoint,
		http:        httpclient.New(config.Transport),
		retries:     config.Transport.MaxRetries,
		consistency: config.Consistency,
		now:         time.Now,
		tell:        config.Seen,
	}
	c.http.AddSecret(config.Password)
	c.http.AddSecret(config.AccessToken)
	c.auth = auth{client: c, username: config.Username, password: config.Password, current: session{access: config.AccessToken}}
	return c, nil
}

// saw notes records that a read has shown.
func (c *Client) saw(records ...Communication) {
	c.history.saw(records...)
	if c.tell == nil {
		return
	}
	for _, record := range records {
		c.tell(record.ID, "value", record.Value)
	}
}

// check accepts clear text: whether that is allowed is the caller's decision.
func check(config Config) error {
	reason, advice := "", ""
	unusable := httpclient.CheckEndpoint(config.Endpoint, true)
	switch {
	case unusable != nil:
		reason = "the endpoint cannot be used: " + unusable.Error()
		advice = "Set seveng.endpoint (SEVENG_ENDPOINT) to a URL such as " + DefaultEndpoint
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

// Forget drops what was remembered from reads: types, owners and their
// communications. A process that serves several runs calls it between them, when
// no call is under way, since others may have changed what 7G holds.
func (c *Client) Forget() {
	c.types.Clear()
	c.owners.Clear()
	c.lists.Clear()
	c.baselines.Clear()
	c.history.forget()
}

// Clean is text without any secret that the client knows: the password, the
// access token, and every token received so far.
func (c *Client) Clean(text string) string { return c.http.Clean(text) }

// Endpoint is the base URL of the environment, which tells it from all others.
func (c *Client) Endpoint() string { return c.endpoint }
