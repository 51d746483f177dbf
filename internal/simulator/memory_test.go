package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// TestMemoryStaysFlat sends 100,000 requests, as a simulator receives that
// serves the tests of a team. Its memory is that of the first 15,000, and the
// counts are those of all.
func TestMemoryStaysFlat(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	ask := func(method, address, body string) {
		r := httptest.NewRequest(method, address, strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Version", "2.0")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	const all, before = 100_000, 15_000
	var early uint64
	for i := range all {
		switch contact := fmt.Sprintf("email,first,last^c%d@example.com,Jane,Doe", i%100); i % 4 {
		case 0:
			ask(http.MethodPost, s.WhatCountsURL(), "r=demo&p=demo-password&c=sub&list_id=5&data="+contact)
		case 1:
			ask(http.MethodPost, s.WhatCountsURL(), "r=demo&p=demo-password&c=find&email=c1@example.com")
		case 2:
			ask(http.MethodPost, s.WhatCountsURL(), "r=demo&p=demo-password&c=update&list_id=5&identity_field=email&data="+contact)
		case 3:
			ask(http.MethodGet, s.URL()+"/communication?CommunicationID=1", "")
		}
		if i == before {
			early = heap()
		}
	}
	if late := heap(); late > early+early/4 {
		t.Errorf("the heap has %d kB after %d requests, and had %d kB after %d", late>>10, all, early>>10, before)
	}
	if s.Log.Len() != all || s.Log.Count("find") != all/4 || s.Log.Count("GET /communication") != all/4 {
		t.Errorf("%d requests: %v", s.Log.Len(), s.Log.Counts())
	}
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
