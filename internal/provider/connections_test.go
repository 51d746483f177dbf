package provider_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// TestConnectionsAreKept works on many records at once, and counts the
// connections at the other end: about as many as there were callers, and not
// one for every request.
func TestConnectionsAreKept(t *testing.T) {
	const records = 500
	for _, concurrency := range []int{10, 100} {
		t.Run(fmt.Sprintf("seveng, %d at once", concurrency), func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			sim.Latency = 2 * time.Millisecond
			client, err := seveng.New(seveng.Config{
				Endpoint: sim.URL(), Username: acctest.Username, Password: acctest.PasswordOf(acctest.Username),
				Transport: httpclient.Config{Service: "7G"},
			})
			if err != nil {
				t.Fatal(err)
			}
			atOnce(concurrency, records, func(number int) {
				created, err := client.Create(t.Context(), seveng.Spec{
					TypeID: 1, Value: fmt.Sprintf("person%d@test.example.com", number), Owner: seveng.Owner{Kind: seveng.BizEntity, ID: 42},
				})
				if err == nil {
					_, err = client.Read(t.Context(), seveng.ByID(created.ID))
				}
				if err == nil {
					err = client.Delete(t.Context(), seveng.ByID(created.ID))
				}
				if err != nil {
					t.Error(err)
				}
			})
			expectFew(t, sim.Connections(), concurrency)
		})
		t.Run(fmt.Sprintf("whatcounts, %d at once", concurrency), func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			sim.Latency = 2 * time.Millisecond
			client, err := whatcounts.New(whatcounts.Config{
				Endpoint: sim.WhatCountsURL(), Realm: acctest.Realm, Password: acctest.PasswordOf(acctest.Realm),
				Transport: httpclient.Config{Service: "WhatCounts"},
			})
			if err != nil {
				t.Fatal(err)
			}
			atOnce(concurrency, records, func(number int) {
				added := client.AddOne(t.Context(), whatcounts.NewContact{Managed: whatcounts.Managed{
					Identity:      whatcounts.Identity{Email: fmt.Sprintf("person%d@test.example.com", number)},
					Subscriptions: []whatcounts.Subscription{{ListID: 5}},
				}})
				if added.Err != nil {
					t.Error(added.Err)
				}
			})
			expectFew(t, sim.Connections(), concurrency)
		})
	}
}

// expectFew allows for connections that were asked for while another one
// became free: a few more than callers.
func expectFew(t *testing.T, connections, concurrency int) {
	t.Helper()
	if most := concurrency + max(concurrency/2, 10); connections > most {
		t.Errorf("%d callers at once opened %d connections, expected at most %d", concurrency, connections, most)
	}
}

// atOnce calls act for every number, so many at a time.
func atOnce(concurrency, numbers int, act func(number int)) {
	todo := make(chan int)
	var callers sync.WaitGroup
	for range concurrency {
		callers.Go(func() {
			for number := range todo {
				act(number)
			}
		})
	}
	for number := range numbers {
		todo <- number
	}
	close(todo)
	callers.Wait()
}
