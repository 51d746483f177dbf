package whatcounts

import (
	"context"
	"regexp"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// credentialTexts are the known ways of refusing the realm, the password, the
// API client or the address of the caller. Client practice 2009 and 2016, test
// double 2026.
var credentialTexts = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^invalid credentials\.?$`),
	regexp.MustCompile(`(?i)^unable to determine customer account`),
	regexp.MustCompile(`(?i)^unable to acquire api user credentials`),
	regexp.MustCompile(`(?is)^password \(.*\) doesn.t match entry for api user`),
	regexp.MustCompile(`(?is)^password \(.*\) doesn.t match.* isn.t an approved ip`),
}

// refusesCredentials reports whether the answer is a refusal of who asks. One
// form comes without the word FAILURE and is then the whole answer.
func (r reply) refusesCredentials() bool {
	if r.said == saidData {
		return credentialTexts[0].MatchString(r.text)
	}
	if r.said != saidFailure {
		return false
	}
	// The password in the text may hold the character that separates messages.
	for _, message := range append(r.messages(), r.rest) {
		for _, text := range credentialTexts {
			if text.MatchString(message) {
				return true
			}
		}
	}
	return false
}

const credentialAdvice = "Check whatcounts.realm (WHATCOUNTS_REALM), whatcounts.password (WHATCOUNTS_PASSWORD) and, " +
	"when an additional API client is used, whatcounts.api_client (WHATCOUNTS_API_CLIENT) and whatcounts.client_auth (WHATCOUNTS_CLIENT_AUTH). " +
	"WhatCounts may also accept commands from approved addresses only, or not have the API switched on for the realm."

// credentialRefusal is what the service said about the credentials.
type credentialRefusal struct{ reason string }

// refuseFromNowOn remembers that the credentials are refused. More attempts
// with the same ones cannot succeed and may lock the account.
func (c *Client) refuseFromNowOn(attempt, reason string) error {
	c.refusal.CompareAndSwap(nil, &credentialRefusal{reason})
	return c.refusedBefore(attempt)
}

// refusedBefore is the error for every command after the credentials were
// refused once.
func (c *Client) refusedBefore(attempt string) error {
	refusal := c.refusal.Load()
	if refusal == nil {
		return nil
	}
	return &apierror.Error{Kind: apierror.Unauthenticated, Attempt: attempt, Reason: refusal.reason, Advice: credentialAdvice}
}

// enter lets a command through to the service. Until an answer has shown that
// the credentials are accepted it lets one through at a time, so that wrong
// ones are tried once, however many callers there are.
func (c *Client) enter(ctx context.Context, attempt string) (leave func(), err error) {
	leave = func() {}
	if !c.accepted.Load() {
		if leave, err = c.unaccepted.hold(ctx, ""); err != nil {
			return nil, withVerdict(attempt, err)
		}
		if c.accepted.Load() {
			leave()
			leave = func() {}
		}
	}
	if err := c.refusedBefore(attempt); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}
