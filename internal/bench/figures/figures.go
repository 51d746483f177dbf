// Package figures is what the bench has measured, as it is kept in a file, and
// what follows from it.
package figures

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// Lane is one way of working on the same records.
type Lane string

// The lanes: a provider that does nothing, this one, and a script for every
// record.
const (
	Floor    Lane = "floor"
	Provider Lane = "reach"
	Curl     Lane = "curl"
)

// Kind is a kind of record.
type Kind string

// The kinds of record. A row is a contact too, of one reach_contacts that holds
// all of them.
const (
	Communication Kind = "communication"
	Contact       Kind = "contact"
	Row           Kind = "row"
)

// Kinds are all kinds of record.
func Kinds() []Kind { return []Kind{Communication, Contact, Row} }

// Resource is the resource that has such records.
func (k Kind) Resource() string {
	if k == Row {
		return "reach_contacts"
	}
	return "reach_" + string(k)
}

// Step is one command of Terraform.
type Step string

// The steps in the order in which they are taken.
const (
	Apply   Step = "apply"
	Plan    Step = "plan"
	Change  Step = "change" // an apply after one of many rows has changed
	Destroy Step = "destroy"
)

// Steps are all steps for a kind of record, in order.
func Steps(kind Kind) []Step {
	if kind == Row {
		return []Step{Apply, Plan, Change, Destroy}
	}
	return []Step{Apply, Plan, Destroy}
}

// Case is what is done in every lane.
type Case struct {
	Kind        Kind `json:"kind"`
	Records     int  `json:"records"`
	Latency     int  `json:"latency_ms"`
	Parallelism int  `json:"parallelism"`
}

// Measurement is one step of one case in one lane. What was measured several
// times has one element for each.
type Measurement struct {
	Case
	Lane     Lane           `json:"lane"`
	Step     Step           `json:"step"`
	Wall     []float64      `json:"wall_s"`
	CPU      []float64      `json:"cpu_s,omitempty"`  // of the provider's processes
	Peak     []float64      `json:"peak_b,omitempty"` // of the largest of them
	Requests map[string]int `json:"requests"`         // by operation, of the last time
}

// Aside is what is measured apart from the cases. A value that was not
// measured is nil.
type Aside struct {
	OptoutRequests   *int      `json:"optout_requests,omitempty"`   // for a plan of [OptoutSources] data sources
	MillionPeak      *float64  `json:"million_peak_b,omitempty"`    // memory for one of them, in a realm with a million opt-outs
	MillionWall      *float64  `json:"million_wall_s,omitempty"`    // of that plan
	SingleBatched    []float64 `json:"single_batched_ms,omitempty"` // for the client to add one contact
	SingleUnbatched  []float64 `json:"single_unbatched_ms,omitempty"`
	Handshake        []float64 `json:"handshake_ms,omitempty"` // from exec to the line that Terraform waits for
	HandshakeOfFloor []float64 `json:"handshake_floor_ms,omitempty"`
}

// OptoutSources is how many reach_optout there are in one plan.
const OptoutSources = 100

// Results are all that the bench has measured on one machine, in one run or
// several.
type Results struct {
	Started      time.Time     `json:"started"`
	CPUs         int           `json:"cpus"`
	System       string        `json:"system"`
	CLI          string        `json:"cli"`
	Measurements []Measurement `json:"measurements"`
	Aside        Aside         `json:"aside"`
}

// Load reads results from a file.
func Load(path string) (*Results, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	results := &Results{}
	return results, json.Unmarshal(text, results)
}

// Continue takes over the measurements of an earlier run. One of another
// machine or CLI, as far as the results tell, is refused: it would be compared
// with what it cannot be compared with.
func (r *Results) Continue(path string) error {
	earlier, err := Load(path)
	if err != nil {
		return err
	}
	if earlier.CPUs != r.CPUs || earlier.System != r.System || earlier.CLI != r.CLI {
		return fmt.Errorf("%s was measured with %s on %s, %d cores; this is %s on %s, %d cores", path, earlier.CLI, earlier.System, earlier.CPUs, r.CLI, r.System, r.CPUs)
	}
	r.Started, r.Measurements, r.Aside = earlier.Started, earlier.Measurements, earlier.Aside
	return nil
}

// Save writes the results to a file.
func (r *Results) Save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// Cases are the cases that were measured, in order.
func (r *Results) Cases() []Case {
	var cases []Case
	for _, m := range r.Measurements {
		if !slices.Contains(cases, m.Case) {
			cases = append(cases, m.Case)
		}
	}
	return cases
}

// Find is one measurement, or nil.
func (r *Results) Find(c Case, lane Lane, step Step) *Measurement {
	for i := range r.Measurements {
		if m := &r.Measurements[i]; m.Case == c && m.Lane == lane && m.Step == step {
			return m
		}
	}
	return nil
}

// Add notes one more measurement of a step.
func (r *Results) Add(one Measurement) {
	found := r.Find(one.Case, one.Lane, one.Step)
	if found == nil {
		r.Measurements = append(r.Measurements, one)
		return
	}
	found.Wall = append(found.Wall, one.Wall...)
	found.CPU = append(found.CPU, one.CPU...)
	found.Peak = append(found.Peak, one.Peak...)
	found.Requests = one.Requests
}

// Median is the value in the middle, or 0 of none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// PerRecord is how many requests one record has cost, of some operations or,
// when none is named, of all.
func (m *Measurement) PerRecord(operations ...string) float64 {
	return float64(m.Total(operations...)) / float64(m.Records)
}

// Total is how many requests all records have cost.
func (m *Measurement) Total(operations ...string) int {
	total := 0
	for operation, number := range m.Requests {
		if len(operations) == 0 || slices.Contains(operations, operation) {
			total += number
		}
	}
	return total
}
