package faults

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// A write that is repeated says so in the debug log, with the status that led
// to it and nothing about the person.
func TestRepeatedWriteIsLogged(t *testing.T) {
	t.Parallel()
	pace := httpclient.Consistency{First: time.Millisecond, Window: time.Millisecond}
	tests := map[string]func(context.Context, string, string, httpclient.Config) error{
		"POST /communication": func(ctx context.Context, url, _ string, wire httpclient.Config) error {
			client, err := seveng.New(seveng.Config{Endpoint: url, Username: acctest.Username, Password: acctest.PasswordOf(acctest.Username), Transport: wire, Consistency: pace})
			if err == nil {
				_, err = client.Create(ctx, seveng.Spec{TypeID: 1, Value: address, Owner: seveng.Owner{Kind: seveng.BizEntity, ID: 42}})
			}
			return err
		},
		"sub": func(ctx context.Context, _, url string, wire httpclient.Config) error {
			client, err := whatcounts.New(whatcounts.Config{Endpoint: url, Realm: acctest.Realm, Password: acctest.PasswordOf(acctest.Realm), Transport: wire, Consistency: pace})
			if err == nil {
				err = client.AddOne(ctx, whatcounts.NewContact{Managed: whatcounts.Managed{
					Identity:      whatcounts.Identity{Email: address, FirstName: "Jane"},
					Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: whatcounts.HTML}},
				}}).Err
			}
			return err
		},
	}
	for command, create := range tests {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			sim.Faults.Add(traffic.Fault{Operation: command, Kind: traffic.StatusBefore, Status: 503})
			var mu sync.Mutex
			var logged strings.Builder
			wire := httpclient.Config{MaxRetries: 2, RetryPause: time.Millisecond, Log: httpclient.Log{Debug: func(_ context.Context, message string, fields map[string]any) {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintln(&logged, message, fields)
			}}}
			if err := create(t.Context(), sim.URL(), sim.WhatCountsURL(), wire); err != nil {
				t.Fatal(err)
			}
			if sim.Log.Count(command) != 2 {
				t.Errorf("it was sent %d times", sim.Log.Count(command))
			}
			if !strings.Contains(logged.String(), "request may be repeated map[reason:the last attempt") || !strings.Contains(logged.String(), "status:503") || strings.Contains(logged.String(), address) {
				t.Errorf("logged:\n%s", &logged)
			}
		})
	}
}
