package figures_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

// results are those of a run in which a lane took what is given.
func results(c figures.Case, step figures.Step, floor, provider float64, requests map[string]int) *figures.Results {
	r := &figures.Results{}
	r.Add(figures.Measurement{Case: c, Lane: figures.Floor, Step: step, Wall: []float64{floor}})
	r.Add(figures.Measurement{Case: c, Lane: figures.Provider, Step: step, Wall: []float64{provider}, Requests: requests})
	return r
}

func TestRatios(t *testing.T) {
	communication, contact := figures.JudgedCase(figures.Communication), figures.JudgedCase(figures.Contact)
	for name, test := range map[string]struct {
		of       figures.Case
		step     figures.Step
		floor    float64
		provider float64
		want     float64
	}{
		// 500 records, 50 ms, 10 at once: 2.5 s for every round trip.
		"one round trip":    {communication, figures.Apply, 3.9, 6.4, 1},
		"three round trips": {communication, figures.Destroy, 6, 27, 2},
		"a contact's apply": {contact, figures.Apply, 2.5, 15, 1.5},
		"a contact's plan":  {contact, figures.Plan, 1.5, 4, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := results(test.of, test.step, test.floor, test.provider, nil)
			if got := r.Ratio(test.of, figures.Provider, test.step); got != test.want {
				t.Errorf("ratio is %g, not %g", got, test.want)
			}
			if got := r.Ratio(test.of, figures.Curl, test.step); got != 0 {
				t.Errorf("a lane that was not measured has the ratio %g", got)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	contact := figures.JudgedCase(figures.Contact)
	requests, million := 2, 90e6
	for name, test := range map[string]struct {
		measured *figures.Results
		failures []string
		passes   int
	}{
		"nothing measured": {&figures.Results{}, nil, 0},
		"slow": {
			results(figures.JudgedCase(figures.Communication), figures.Plan, 2.5, 6.3, nil),
			[]string{"communication, plan: time over floor and network"}, 0,
		},
		"fast enough": {results(figures.JudgedCase(figures.Communication), figures.Plan, 2.5, 6.2, nil), nil, 1},
		"batched": {
			results(contact, figures.Apply, 10, 10, map[string]int{"sub": 50, "find": 1000}), nil, 3,
		},
		"not batched": {
			results(contact, figures.Apply, 10, 10, map[string]int{"sub": 500, "find": 1000}),
			[]string{"contact, apply with -parallelism=10: commands sub for one", "contact, apply: requests for one"}, 1,
		},
		"small batches": {
			results(figures.WideCase(), figures.Destroy, 10, 10, map[string]int{"delete": 45}),
			[]string{"contact, destroy with -parallelism=100: commands delete for one"}, 0,
		},
		"rows": {
			results(figures.JudgedCase(figures.Row), figures.Apply, 1, 59, map[string]int{"find": 10_000, "sub": 20}), nil, 2,
		},
		"rows, read one by one": {
			results(figures.JudgedCase(figures.Row), figures.Plan, 1, 5, map[string]int{"detail": 10_000}),
			[]string{"10000 rows, plan: time", "10000 rows, plan: requests"}, 0,
		},
		"many rows": {
			results(figures.MostRows(), figures.Plan, 1, 21, nil),
			[]string{"50000 rows, plan: time"}, 0,
		},
		"asked twice": {
			&figures.Results{Aside: figures.Aside{OptoutRequests: &requests, MillionPeak: &million, SingleBatched: []float64{15}, SingleUnbatched: []float64{6}}},
			[]string{"a plan with 100 reach_optout: requests"}, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var failures []string
			passes := 0
			for _, j := range test.measured.Judge() {
				if j.Passed() {
					passes++
				} else {
					failures = append(failures, j.Name)
				}
			}
			if !reflect.DeepEqual(failures, test.failures) || passes != test.passes {
				t.Errorf("%d passed and %q failed; want %d and %q", passes, failures, test.passes, test.failures)
			}
		})
	}
}

// Memory is judged by what grows, in the step in which it grows most.
func TestMemoryPerRecord(t *testing.T) {
	r := &figures.Results{}
	for records, peaks := range map[int][2]float64{100: {30e6, 30e6}, 500: {32e6, 50e6}} {
		c := figures.JudgedCase(figures.Contact)
		c.Records = records
		r.Add(figures.Measurement{Case: c, Lane: figures.Provider, Step: figures.Plan, Peak: []float64{peaks[0]}})
		r.Add(figures.Measurement{Case: c, Lane: figures.Provider, Step: figures.Destroy, Peak: []float64{peaks[1]}})
	}
	for _, j := range r.Judge() {
		if j.Name == "contact: memory for one more record" {
			if j.Value != 50 || j.Passed() {
				t.Errorf("it is %g KB, not 50, of at most %g", j.Value, j.Limit)
			}
			return
		}
	}
	t.Error("memory is not judged")
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{0: nil, 2: {9, 1, 2}, 3: {4, 2, 1, 9}} {
		if got := figures.Median(values); got != want {
			t.Errorf("the median of %v is %g, not %g", values, got, want)
		}
	}
}

func TestResultsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bench.json")
	written := results(figures.WideCase(), figures.Apply, 1, 2, map[string]int{"sub": 5})
	written.Add(figures.Measurement{Case: figures.WideCase(), Lane: figures.Floor, Step: figures.Apply, Wall: []float64{3}})
	if err := written.Save(path); err != nil {
		t.Fatal(err)
	}
	read, err := figures.Load(path)
	if err != nil || !reflect.DeepEqual(read, written) {
		t.Errorf("read %+v (%v), not %+v", read, err, written)
	}
	if floor := read.Find(figures.WideCase(), figures.Floor, figures.Apply); floor == nil || len(floor.Wall) != 2 {
		t.Errorf("what was measured twice is %+v", floor)
	}
}

// TestContinue adds to what an earlier run on the same machine has measured, and
// to nothing else.
func TestContinue(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	c := figures.JudgedCase(figures.Contact)
	earlier := &figures.Results{CPUs: 2, System: "linux/amd64", CLI: "Terraform v1.11.4"}
	earlier.Add(figures.Measurement{Case: c, Lane: figures.Floor, Step: figures.Plan, Wall: []float64{3}})
	if err := earlier.Save(file); err != nil {
		t.Fatal(err)
	}
	again := &figures.Results{CPUs: 2, System: "linux/amd64", CLI: "Terraform v1.11.4"}
	if err := again.Continue(file); err != nil {
		t.Fatal(err)
	}
	again.Add(figures.Measurement{Case: c, Lane: figures.Floor, Step: figures.Plan, Wall: []float64{5}})
	if ideal := again.Ideal(c, figures.Plan); ideal != 4+figures.Network(c, figures.Plan) {
		t.Errorf("the ideal of 3 s and 5 s is %g s", ideal)
	}
	if err := (&figures.Results{CPUs: 8, System: "linux/amd64", CLI: "Terraform v1.11.4"}).Continue(file); err == nil {
		t.Error("figures of two cores are taken for those of eight")
	}
}
