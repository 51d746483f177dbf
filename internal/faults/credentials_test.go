package faults

import (
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// A wrong password is tried once, however many resources there are: at 7G
// three failures lock the account for everybody who uses it.
func TestWrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	const resources = 20
	for _, o := range operations() {
		if o.name == login || o.name == renewal {
			continue
		}
		t.Run(o.service+", "+o.name, func(t *testing.T) {
			t.Parallel()
			x := newTrial(t, o, patient)
			o.setUp(x)
			attempts := attempted(x.sim)
			server := acctest.NewServer(t)
			acctest.NoErrors(t, server.Configure(map[string]any{
				"seveng":     map[string]any{"endpoint": x.sim.URL(), "username": acctest.Username, "password": "wrong"},
				"whatcounts": map[string]any{"endpoint": x.sim.WhatCountsURL(), "realm": acctest.Realm, "password": "wrong"},
			}))
			var all sync.WaitGroup
			for range resources {
				all.Go(func() {
					one := *x
					one.server = server
					if texts := acctest.Texts(acctest.Errors(o.run(&one))); !strings.Contains(texts, "credentials refused") && !strings.Contains(texts, "login was refused") || strings.Contains(texts, "wrong") {
						t.Errorf("the errors are:\n%s", texts)
					}
				})
			}
			all.Wait()
			if got := attempted(x.sim) - attempts; got != 1 {
				t.Errorf("the password was tried %d times by %d resources", got, resources)
			}
		})
	}
}

// attempted is how often a password was tried: at WhatCounts every command
// carries it.
func attempted(sim *simulator.Simulator) int {
	attempts := 0
	for _, e := range sim.Log.Entries() {
		if e.Operation == "POST /user/login" || e.Service == "whatcounts" {
			attempts++
		}
	}
	return attempts
}
