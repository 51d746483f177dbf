package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/redaction"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// sevenG makes the client of 7G, or none when it has no credentials or they
// are wrong.
func (c configuration) sevenG(m sevengModel) *seveng.Client {
	token := setting{block: "seveng", name: "access_token", variable: "SEVENG_ACCESS_TOKEN", configured: m.AccessToken}
	username := setting{block: "seveng", name: "username", variable: "SEVENG_USERNAME", configured: m.Username}
	password := setting{block: "seveng", name: "password", variable: "SEVENG_PASSWORD", configured: m.Password, blanks: true}
	endpoint, usable := c.endpoint(setting{block: "seveng", name: "endpoint", variable: "SEVENG_ENDPOINT", configured: m.Endpoint}, m.AllowInsecureHTTP, defaultSevenGEndpoint)
	connection, complete := c.transport("seveng", "7G", m.connectionModel)
	if refuseUnknown(c.diagnostics, token, username, password) || !usable || !complete {
		return nil
	}

	config := seveng.Config{Endpoint: endpoint, Transport: connection, Consistency: c.pace.Consistency, Seen: c.seen(deletion.KindCommunication)}
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
		refuseBroken(c.diagnostics, token)
		config.AccessToken = token.resolved()
	case username.resolved() == "" && password.resolved() == "":
		refuseEmptied(c.diagnostics, token, username, password)
		return nil
	default:
		requireTogether(c.diagnostics, username, password)
		refuseBroken(c.diagnostics, username, password)
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

// seen learns what a service shows of a record, where that is kept out of messages.
func (c configuration) seen(kind string) func(id int64, attribute, text string) {
	if !c.texts.IsOn() {
		return nil
	}
	return func(id int64, attribute, text string) {
		c.texts.Learn(redaction.Record{Kind: kind, ID: id}, attribute, text)
	}
}

// whatCounts makes the client of WhatCounts, or none when it has no
// credentials or they are wrong.
func (c configuration) whatCounts(m whatcountsModel) *whatcounts.Client {
	realm := setting{block: "whatcounts", name: "realm", variable: "WHATCOUNTS_REALM", configured: m.Realm}
	password := setting{block: "whatcounts", name: "password", variable: "WHATCOUNTS_PASSWORD", configured: m.Password, blanks: true}
	apiClient := setting{block: "whatcounts", name: "api_client", variable: "WHATCOUNTS_API_CLIENT", configured: m.APIClient}
	clientAuth := setting{block: "whatcounts", name: "client_auth", variable: "WHATCOUNTS_CLIENT_AUTH", configured: m.ClientAuth, blanks: true}
	endpoint, usable := c.endpoint(setting{block: "whatcounts", name: "endpoint", variable: "WHATCOUNTS_ENDPOINT", configured: m.Endpoint}, m.AllowInsecureHTTP, defaultWhatCountsEndpoint)
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
	refuseBroken(c.diagnostics, realm, password, apiClient, clientAuth)
	if c.diagnostics.HasError() {
		return nil
	}
	client, err := whatcounts.New(whatcounts.Config{
		Endpoint: endpoint, Realm: realm.resolved(), Password: password.resolved(),
		APIClient: apiClient.resolved(), ClientAuth: clientAuth.resolved(),
		Transport: connection, Consistency: c.pace.Consistency, BatchSize: int(m.BatchSize.ValueInt64()), QuietPeriod: c.pace.Quiet,
		Seen: c.seen(deletion.KindContact),
	})
	if err != nil {
		c.diagnostics.AddAttributeError(path.Root("whatcounts"), SummaryIncomplete, fmt.Sprintf("The client of WhatCounts cannot be made: %s.", err))
		return nil
	}
	return client
}
