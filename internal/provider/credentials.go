package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// sevenG makes the client of 7G, or none when it has no credentials or they
// are wrong.
func (c configuration) sevenG(m sevengModel) *seveng.Client {
	token := setting{"seveng", "access_token", "SEVENG_ACCESS_TOKEN", m.AccessToken}
	username := setting{"seveng", "username", "SEVENG_USERNAME", m.Username}
	password := setting{"seveng", "password", "SEVENG_PASSWORD", m.Password}
	endpoint, usable := c.endpoint(setting{"seveng", "endpoint", "SEVENG_ENDPOINT", m.Endpoint}, m.AllowInsecureHTTP, defaultSevenGEndpoint)
	connection, complete := c.transport("seveng", "7G", m.connectionModel)
	if refuseUnknown(c.diagnostics, token, username, password) || !usable || !complete {
		return nil
	}

	config := seveng.Config{Endpoint: endpoint, Transport: connection, Settle: c.pace.Settle}
	tokenInBlock, loginInBlock := token.inBlock() != "", username.inBlock() != "" || password.inBlock() != ""
	switch {
	case tokenInBlock && loginInBlock:
		c.diagnostics.AddAttributeError(token.path(), SummaryTwoCredentials,
			"seveng.access_token is set together with seveng.username or seveng.password, and it is not clear which should count. Keep one kind and remove the other.")
		return nil
	case !tokenInBlock && !loginInBlock && bothInEnvironment(token, username):
		c.diagnostics.AddAttributeError(token.path(), SummaryTwoCredentials,
			"The environment variables SEVENG_ACCESS_TOKEN and SEVENG_USERNAME are both set, and it is not clear which should count. Unset one, or choose in the provider block with seveng.access_token, or seveng.username and seveng.password.")
		return nil
	case tokenInBlock, !loginInBlock && token.resolved() != "":
		// The kind chosen in the block counts; the environment may hold the other.
		config.AccessToken = token.resolved()
	case username.resolved() == "" && password.resolved() == "":
		refuseEmptied(c.diagnostics, token, username, password)
		return nil
	default:
		requireTogether(c.diagnostics, username, password)
		config.Username, config.Password = username.resolved(), password.resolved()
	}
	if c.diagnostics.HasError() {
		return nil
	}
	client, err := seveng.New(config)
	if err != nil {
		c.diagnostics.AddAttributeError(path.Root("seveng"), SummaryIncomplete, fmt.Sprintf("The client of 7G cannot be made: %s.", err))
		return nil
	}
	return client
}

// whatCounts makes the client of WhatCounts, or none when it has no
// credentials or they are wrong.
func (c configuration) whatCounts(m whatcountsModel) *whatcounts.Client {
	realm := setting{"whatcounts", "realm", "WHATCOUNTS_REALM", m.Realm}
	password := setting{"whatcounts", "password", "WHATCOUNTS_PASSWORD", m.Password}
	apiClient := setting{"whatcounts", "api_client", "WHATCOUNTS_API_CLIENT", m.APIClient}
	clientAuth := setting{"whatcounts", "client_auth", "WHATCOUNTS_CLIENT_AUTH", m.ClientAuth}
	endpoint, usable := c.endpoint(setting{"whatcounts", "endpoint", "WHATCOUNTS_ENDPOINT", m.Endpoint}, m.AllowInsecureHTTP, defaultWhatCountsEndpoint)
	connection, complete := c.transport("whatcounts", "WhatCounts", m.connectionModel)
	if refuseUnknown(c.diagnostics, realm, password, apiClient, clientAuth) || c.unknown("whatcounts", "batch_size", m.BatchSize) || !usable || !complete {
		return nil
	}
	if realm.resolved() == "" && password.resolved() == "" {
		if refuseEmptied(c.diagnostics, realm, password); apiClient.inBlock() != "" || clientAuth.inBlock() != "" {
			requireTogether(c.diagnostics, realm, password, apiClient, clientAuth)
		}
		return nil
	}
	requireTogether(c.diagnostics, realm, password)
	requireTogether(c.diagnostics, apiClient, clientAuth)
	if c.diagnostics.HasError() {
		return nil
	}
	client, err := whatcounts.New(whatcounts.Config{
		Endpoint: endpoint, Realm: realm.resolved(), Password: password.resolved(),
		APIClient: apiClient.resolved(), ClientAuth: clientAuth.resolved(),
		Transport: connection, Settle: c.pace.Settle, BatchSize: int(m.BatchSize.ValueInt64()),
	})
	if err != nil {
		c.diagnostics.AddAttributeError(path.Root("whatcounts"), SummaryIncomplete, fmt.Sprintf("The client of WhatCounts cannot be made: %s.", err))
		return nil
	}
	return client
}
