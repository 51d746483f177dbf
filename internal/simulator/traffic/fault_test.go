package traffic

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Each fault has a letter as its body, so that a run of requests can be read
// as a word; a dot is a request without a fault.
func TestFaultsWaitForTheirRequests(t *testing.T) {
	tests := map[string]struct {
		faults   []Fault
		requests string // of the operations "f" and "s"
		want     string
	}{
		"none without a fault":                {nil, "ff", ".."},
		"one request by default":              {[]Fault{{Body: "a"}}, "ff", "a."},
		"as many as it counts":                {[]Fault{{Body: "a", Count: 2}}, "fff", "aa."},
		"always":                              {[]Fault{{Body: "a", Count: -1}}, "ffff", "aaaa"},
		"after those it skips":                {[]Fault{{Body: "a", Skip: 2}}, "ffff", "..a."},
		"as many as it counts, after a skip":  {[]Fault{{Body: "a", Skip: 1, Count: 2}}, "ffff", ".aa."},
		"always, after a skip":                {[]Fault{{Body: "a", Skip: 1, Count: -1}}, "ffff", ".aaa"},
		"of its operation alone":              {[]Fault{{Body: "a", Operation: "s"}}, "fsfs", ".a.."},
		"of every operation":                  {[]Fault{{Body: "a", Count: 3}}, "fsfs", "aaa."},
		"skipping those of its operation":     {[]Fault{{Body: "a", Operation: "s", Skip: 1}}, "sffs", "...a"},
		"one after the other":                 {[]Fault{{Body: "a"}, {Body: "b"}}, "fff", "ab."},
		"each for its own operation":          {[]Fault{{Body: "a", Operation: "s"}, {Body: "b", Operation: "f"}}, "fsf", "ba."},
		"a general one in line before others": {[]Fault{{Body: "a"}, {Body: "b", Operation: "s"}}, "sss", "ab."},
		"a second while the first one skips":  {[]Fault{{Body: "a", Skip: 1}, {Body: "b"}}, "fff", "ba."},
		"skips counted once it is first":      {[]Fault{{Body: "a"}, {Body: "b", Skip: 1}}, "fff", "a.b"},
		"none behind one that is for always":  {[]Fault{{Body: "a", Count: -1}, {Body: "b"}}, "fff", "aaa"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var faults Faults
			for _, fault := range test.faults {
				faults.Add(fault)
			}
			var got strings.Builder
			for _, operation := range test.requests {
				if fault, found := faults.Next(string(operation)); found {
					got.WriteString(fault.Body)
				} else {
					got.WriteString(".")
				}
			}
			if got.String() != test.want {
				t.Errorf("the faults came as %q, want %q", got.String(), test.want)
			}
		})
	}
}

func TestClearForgetsFaultsThatWait(t *testing.T) {
	var faults Faults
	faults.Add(Fault{Count: -1})
	faults.Add(Fault{Operation: "sub"})
	faults.Clear()
	if fault, found := faults.Next("sub"); found {
		t.Errorf("%v was still waiting", fault)
	}
}

func TestFaultIsTakenByOneOfManyRequests(t *testing.T) {
	var faults Faults
	faults.Add(Fault{Count: 3})
	var taken atomic.Int32
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			if _, found := faults.Next("find"); found {
				taken.Add(1)
			}
		})
	}
	callers.Wait()
	if taken.Load() != 3 {
		t.Errorf("%d requests took the fault, want 3", taken.Load())
	}
}

func TestFaultIsTakenAsItWasAdded(t *testing.T) {
	var faults Faults
	added := Fault{Operation: "find", Kind: Replace, Count: 1, Status: 418, Body: "x", Header: map[string]string{"A": "b"}}
	faults.Add(added)
	got, found := faults.Next("find")
	if !found || !reflect.DeepEqual(got, added) {
		t.Errorf("taken: %+v, added: %+v", got, added)
	}
}
