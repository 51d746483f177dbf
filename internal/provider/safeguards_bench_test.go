//go:build unix

package provider_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

const benchmarked = 1000 // records

// patterns are a scope whose last one matches.
var patterns = []any{"*@test.example.com", "+61*", "*@example.com"}

// lane is one way of deleting the same records, with a simulator of its own.
type lane struct {
	name       string
	safeguards map[string]any
	sim        *simulator.Simulator
	server     *acctest.Server
	spent      time.Duration
}

// BenchmarkSafeguards plans and deletes 1,000 records in this process, without
// any safeguard, with those that decide, and with the journal besides. It
// reports the CPU time for one record, system calls and the simulator's few per
// cent included, and what the safeguards add to the lane without. The lanes
// take turns every few records, so that other work on the machine falls on all
// of them. For a contact the journal costs one more request, which reads it in
// full. What the decisions take is so little that it drowns in the rest, and is
// measured on its own as well. A real run takes many times more CPU for a
// record, since Terraform and the protocol between come on top, so that the
// percentages here are upper bounds.
//
//	go test -bench Safeguards -benchtime 5x -run ^$ ./internal/provider
func BenchmarkSafeguards(b *testing.B) {
	for _, kind := range []kind{communications, contacts} {
		b.Run(kind.typeName, func(b *testing.B) { benchmarkDeletes(b, kind) })
	}
	b.Run("decisions alone", benchmarkDecisions)
}

func benchmarkDeletes(b *testing.B, kind kind) {
	const turn = 20 // records
	deciding := map[string]any{"verify_before_delete": false, "deletion_policy": "delete", "max_deletes_per_run": benchmarked, "deletable": patterns}
	journal := with(map[string]any{"journal_path": filepath.Join(b.TempDir(), "deleted.jsonl")}, deciding)
	lanes := []*lane{
		{name: "none", safeguards: map[string]any{"verify_before_delete": false}},
		{name: "deciding", safeguards: deciding},
		{name: "journal", safeguards: journal},
	}
	for _, l := range lanes {
		l.sim = acctest.Simulator(b)
	}
	source := acctest.Simulator(b)
	open := acctest.NewConfigured(b, source, acctest.KeyedRealm, nil)
	var records []held
	for number := range benchmarked {
		records = append(records, kind.created(b, open, number, nil))
	}
	for b.Loop() {
		for _, l := range lanes {
			if err := l.sim.SevenG.Restore(source.SevenG.Snapshot()); err != nil {
				b.Fatal(err)
			}
			l.sim.WhatCounts.Restore(source.WhatCounts.Snapshot())
			l.sim.Log.Reset()
			l.server = acctest.NewConfigured(b, l.sim, acctest.KeyedRealm, l.safeguards)
		}
		for some := range slices.Chunk(records, turn) {
			for _, i := range rand.Perm(len(lanes)) {
				lanes[i].delete(b, some)
			}
		}
	}
	none := lanes[0].spent
	b.ReportMetric(0, "ns/op") // of all lanes together, which says nothing
	for _, l := range lanes {
		b.ReportMetric(float64(l.spent.Microseconds())/float64(b.N*benchmarked), l.name+"-µs/record")
		if l != lanes[0] {
			b.ReportMetric(100*float64(l.spent-none)/float64(none), l.name+"-%")
		}
	}
}

func (l *lane) delete(b *testing.B, records []held) {
	before := cpuTime(b)
	for _, record := range records {
		_, diagnostics := l.server.Change(record.typeName, record.state, nil)
		acctest.NoErrors(b, diagnostics)
	}
	l.spent += cpuTime(b) - before
}

func benchmarkDecisions(b *testing.B) {
	limit := int64(benchmarked)
	settings := deletion.Settings{MaxDeletesPerRun: &limit}
	for _, pattern := range patterns {
		settings.Deletable = append(settings.Deletable, pattern.(string))
	}
	var records []deletion.Record
	for number := range benchmarked {
		records = append(records, deletion.Record{Kind: "contact", ID: int64(number), Address: fmt.Sprintf("person%d@example.com", number)})
	}
	for b.Loop() {
		guard, err := deletion.New(settings)
		if err != nil {
			b.Fatal(err)
		}
		for _, record := range records {
			if refused, _ := guard.Plan(b.Context(), record); refused || guard.Admit(record).HasError() {
				b.Fatalf("the %s is refused", record)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N*benchmarked), "µs/record")
	b.ReportMetric(0, "ns/op")
}

// cpuTime is what this process has used so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
