package whatcounts

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// BenchmarkSet takes a set through its life: added as a whole, read, one and then
// all of it changed, deleted. It reports seconds and requests of each step; a
// latency in milliseconds can be set by LATENCY.
func BenchmarkSet(b *testing.B) {
	latency, err := strconv.Atoi(os.Getenv("LATENCY"))
	if err != nil {
		latency = 0
	}
	for _, many := range []int{1000, 10000, 50000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			for b.Loop() {
				s := newSimulated(b, "plain")
				s.exchange.Latency = time.Duration(latency) * time.Millisecond
				step := func(name string, do func()) {
					s.exchange.Log.Reset()
					started := time.Now()
					do()
					b.ReportMetric(time.Since(started).Seconds(), name+"-s")
					b.ReportMetric(float64(s.exchange.Log.Len()), name+"-requests")
					s.exchange.Log.Reset()
					var memory runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&memory)
					b.ReportMetric(float64(memory.HeapAlloc>>20), name+"-MB")
				}
				contacts := people(many, "plain")
				var added []Outcome
				step("add", func() { added = s.client.Add(b.Context(), contacts, AllOrNothing()) })
				expectDone(b, "add", added)
				step("read", func() {
					if members, err := s.client.ManyMembers(b.Context(), 5, many, 0); err != nil || len(members.Rows) != many {
						b.Fatal(len(members.Rows), err)
					}
				})
				changes := make([]Change, many)
				for i := range changes {
					from := contacts[i].Managed
					from.SubscriberID = added[i].Contact.SubscriberID
					to := clone(from)
					to.Values["last"] = "Smith"
					changes[i] = Change{From: from, To: to}
				}
				step("update-one", func() { expectDone(b, "update", s.client.Update(b.Context(), changes[:1])) })
				contacts, changes = nil, nil
				var deleted []Outcome
				step("delete", func() {
					deleted = s.client.Delete(b.Context(), deletions(identities(added), Deletion{Verify: true}), nil, OnLists(5))
				})
				expectDone(b, "delete", deleted)
			}
		})
	}
}
