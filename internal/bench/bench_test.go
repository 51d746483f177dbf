//go:build unix

package main

import (
	"io"
	"slices"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/cli"
)

// TestEveryLaneDoesItsWork takes two records of each kind through all lanes,
// with a real CLI. That the records are there and go is checked by measure.
func TestEveryLaneDoesItsWork(t *testing.T) {
	terraform, err := cli.Path()
	if err != nil {
		t.Fatal(err)
	}
	shop, err := newWorkshop(t.Context(), terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shop.close(); err != nil {
			t.Error(err)
		}
	})
	chosen := choices{work: matrix(false, numbers{2}, numbers{0}, numbers{10}, nil, nil)}
	chosen.withoutCurl()
	for _, todo := range chosen.work {
		for _, lane := range todo.lanes {
			t.Run(string(todo.Kind)+", "+string(lane), func(t *testing.T) {
				taken, err := shop.measure(t.Context(), todo.Case, lane)
				if err != nil {
					t.Fatal(err)
				}
				if len(taken) != len(figures.Steps(todo.Kind)) {
					t.Fatalf("%d steps were taken", len(taken))
				}
				for _, one := range taken {
					if sends := len(one.Requests) > 0; sends == (lane == figures.Floor || lane == figures.Curl && one.Step == figures.Plan) {
						t.Errorf("%s sent %v", one.Step, one.Requests)
					}
					if lane != figures.Curl && (one.CPU[0] <= 0 || one.Peak[0] < 1e6) {
						t.Errorf("%s used %g s and %g bytes", one.Step, one.CPU[0], one.Peak[0])
					}
				}
			})
		}
	}
}

func TestSelection(t *testing.T) {
	for name, test := range map[string]struct {
		arguments []string
		cases     int
		records   []int // that occur
		guide     bool
		aside     bool
	}{
		"what is judged":     {nil, 7, []int{100, 500, 1000, 10_000}, true, true},
		"everything":         {[]string{"-all"}, 27, []int{100, 500, 1000, 2000, 10_000, 50_000}, true, true},
		"a subset":           {[]string{"-records", "20,30", "-kinds", "contact"}, 2, []int{20, 30}, false, false},
		"a subset of all":    {[]string{"-all", "-records", "20"}, 9, []int{20}, false, false},
		"a subset, kept":     {[]string{"-parallelism", "1", "-guide"}, 3, []int{500, 10_000}, true, false},
		"judged, not kept":   {[]string{"-no-guide"}, 7, []int{100, 500, 1000, 10_000}, false, true},
		"one lane, in turns": {[]string{"-lanes", "reach", "-repeat", "3"}, 3, []int{500, 10_000}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			chosen, err := parse(test.arguments, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			var records []int
			for _, todo := range chosen.work {
				if !slices.Contains(records, todo.Records) {
					records = append(records, todo.Records)
				}
			}
			slices.Sort(records)
			if len(chosen.work) != test.cases || !slices.Equal(records, test.records) || chosen.guide != test.guide || chosen.aside != test.aside {
				t.Errorf("chosen are %+v", chosen)
			}
			if chosen.estimate() <= 0 {
				t.Errorf("it is said to take %s", chosen.estimate())
			}
		})
	}
	for _, arguments := range [][]string{{"-kinds", "person"}, {"-lanes", "wget"}, {"-records", "many"}, {"-repeat", "0"}, {"500"}} {
		if _, err := parse(arguments, io.Discard); err == nil {
			t.Errorf("%q is accepted", arguments)
		}
	}
}
