package sweep

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// accounts are the real accounts to look through. A client is nil when its
// service has no credentials.
type accounts struct {
	contacts       *whatcounts.Client
	realm          string
	communications *seveng.Client
	owner          seveng.Owner
}

// connect makes the clients from the variables that the live tests read. It
// sends nothing.
func connect(environment func(string) string, options Options) (accounts, error) {
	var a accounts
	if err := options.check(); err != nil {
		return a, err
	}
	if environment("WHATCOUNTS_REALM") != "" {
		if err := a.connectWhatCounts(environment); err != nil {
			return accounts{}, err
		}
	}
	if environment("REACH_TEST_OWNER") != "" {
		if err := a.connectSevenG(environment); err != nil {
			return accounts{}, err
		}
	}
	if a.contacts == nil && a.communications == nil {
		return accounts{}, errors.New("no account is named: set WHATCOUNTS_REALM and its password, or REACH_TEST_OWNER and the credentials of 7G")
	}
	return a, nil
}

func (a *accounts) connectWhatCounts(environment func(string) string) error {
	config := whatcounts.Config{
		Endpoint: environment("WHATCOUNTS_ENDPOINT"), Realm: environment("WHATCOUNTS_REALM"), Password: environment("WHATCOUNTS_PASSWORD"),
		APIClient: environment("WHATCOUNTS_API_CLIENT"), ClientAuth: environment("WHATCOUNTS_CLIENT_AUTH"),
		Transport: connection(),
	}
	if config.Endpoint == "" {
		config.Endpoint = whatcounts.DefaultEndpoint
	}
	if err := httpclient.CheckEndpoint(config.Endpoint, false); err != nil {
		return fmt.Errorf("WHATCOUNTS_ENDPOINT: %w", err)
	}
	client, err := whatcounts.New(config)
	a.contacts, a.realm = client, config.Realm
	return err
}

func (a *accounts) connectSevenG(environment func(string) string) error {
	owner, err := parseOwner(environment("REACH_TEST_OWNER"))
	if err != nil {
		return err
	}
	config := seveng.Config{
		Endpoint: environment("SEVENG_ENDPOINT"), AccessToken: environment("SEVENG_ACCESS_TOKEN"),
		Username: environment("SEVENG_USERNAME"), Password: environment("SEVENG_PASSWORD"),
		Transport: connection(),
	}
	// Its default is production, which nobody should sweep by an oversight.
	if config.Endpoint == "" {
		return errors.New("set SEVENG_ENDPOINT to the 7G environment to sweep, such as https://test-api.7g.com.au")
	}
	if err := httpclient.CheckEndpoint(config.Endpoint, false); err != nil {
		return fmt.Errorf("SEVENG_ENDPOINT: %w", err)
	}
	if config.AccessToken == "" && config.Username == "" {
		return errors.New("set SEVENG_USERNAME and SEVENG_PASSWORD, or SEVENG_ACCESS_TOKEN")
	}
	client, err := seveng.New(config)
	a.communications, a.owner = client, owner
	return err
}

// connection is as patient as the provider.
func connection() httpclient.Config {
	return httpclient.Config{UserAgent: "terraform-provider-reach/sweep", RequestTimeout: 30 * time.Second, MaxRetries: 4}
}

func parseOwner(text string) (seveng.Owner, error) {
	kind, number, _ := strings.Cut(text, ":")
	for _, known := range seveng.OwnerKinds() {
		if id, err := strconv.ParseInt(number, 10, 64); err == nil && id > 0 && string(known) == kind {
			return seveng.Owner{Kind: known, ID: id}, nil
		}
	}
	return seveng.Owner{}, fmt.Errorf("REACH_TEST_OWNER is %q and should look like biz_entity:42", text)
}
