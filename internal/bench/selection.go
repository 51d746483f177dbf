package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

const usageText = `Usage: make bench [ARGS="flags"]

Runs a real Terraform CLI against the simulator of both services: with a
provider that does nothing, with this provider, and with curl in provisioners.
Without flags: 500 records of each kind with 50 ms of latency, which is what is
judged, and 100 beside them; 10,000 rows of one reach_contacts, and 1,000 beside
them.

Flags:
  -all                 100, 500 and 2,000 records, 0 and 50 ms, -parallelism 10 and 100;
                       1,000, 10,000 and 50,000 rows of one reach_contacts, 50 ms
  -records N,...       these numbers of records
  -latency MS,...      these latencies, in milliseconds
  -parallelism N,...   these values of Terraform's -parallelism
  -kinds NAME,...      communication, contact, row
  -lanes NAME,...      floor, reach, curl
  -aside               with a subset, measure what is no case as well: opt-outs, a
                       single contact, the start of the provider
  -repeat N            measure everything N times, in turns; the median counts
  -judge               exit with 1 when a figure misses its limit
  -add FILE            begin with the results of an earlier run, and add to them
  -from FILE           measure nothing, and make table, plot and guide from results
  -out FOLDER          where results and plot go (default bin)
  -guide               write the guide although a subset was chosen
  -no-guide            leave the guide as it is
`

// choices is what the flags say.
type choices struct {
	work   []work
	repeat int
	judge  bool
	add    string // earlier results
	from   string
	out    string
	guide  bool
	aside  bool // measure what is no case as well
}

// work is one case with the lanes that take it.
type work struct {
	figures.Case
	lanes []figures.Lane
}

func parse(arguments []string, problems io.Writer) (choices, error) {
	c := choices{}
	var all, noGuide bool
	var records, latency, parallelism numbers
	var kinds, lanes names
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() { fmt.Fprint(problems, usageText) }
	flags.BoolVar(&all, "all", false, "")
	flags.Var(&records, "records", "")
	flags.Var(&latency, "latency", "")
	flags.Var(&parallelism, "parallelism", "")
	flags.Var(&kinds, "kinds", "")
	flags.Var(&lanes, "lanes", "")
	flags.IntVar(&c.repeat, "repeat", 1, "")
	flags.BoolVar(&c.judge, "judge", false, "")
	flags.StringVar(&c.add, "add", "", "")
	flags.StringVar(&c.from, "from", "", "")
	flags.StringVar(&c.out, "out", "bin", "")
	flags.BoolVar(&c.aside, "aside", false, "")
	flags.BoolVar(&c.guide, "guide", false, "")
	flags.BoolVar(&noGuide, "no-guide", false, "")
	if err := flags.Parse(arguments); err != nil {
		return c, err
	}
	subset := records != nil || latency != nil || parallelism != nil || kinds != nil || lanes != nil
	switch {
	case flags.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.repeat < 1:
		return c, errors.New("-repeat must be 1 or more")
	}
	for _, kind := range kinds {
		if !slices.Contains(figures.Kinds(), figures.Kind(kind)) {
			return c, fmt.Errorf("-kinds: there is no kind %q", kind)
		}
	}
	for _, lane := range lanes {
		if !slices.Contains(everyLane, figures.Lane(lane)) {
			return c, fmt.Errorf("-lanes: there is no lane %q", lane)
		}
	}
	c.aside = c.aside || !subset
	c.guide = (c.guide || !subset) && !noGuide
	switch {
	case all || subset:
		c.work = matrix(all, records, latency, parallelism, kinds, lanes)
	default:
		c.work = judged()
	}
	return c, nil
}

var everyLane = []figures.Lane{figures.Floor, figures.Provider, figures.Curl}

// judged is what has limits, with a smaller number of records beside it.
func judged() []work {
	var chosen []work
	for _, kind := range figures.Kinds() {
		small := figures.JudgedCase(kind)
		small.Records = 100
		if kind == figures.Row {
			small.Records = 1000
		}
		chosen = append(chosen, work{small, lanesOf(kind, everyLane)}, work{figures.JudgedCase(kind), lanesOf(kind, everyLane)})
	}
	return append(chosen, work{figures.WideCase(), []figures.Lane{figures.Floor, figures.Provider}})
}

// lanesOf are those of the lanes that can take a kind of record. Nobody writes
// ten thousand rows with curl.
func lanesOf(kind figures.Kind, lanes []figures.Lane) []figures.Lane {
	if kind != figures.Row {
		return lanes
	}
	return slices.DeleteFunc(slices.Clone(lanes), func(lane figures.Lane) bool { return lane == figures.Curl })
}

// matrix is every combination of what is given. What is left out is that of the
// judged case or, with all, everything.
func matrix(all bool, records, latency, parallelism numbers, kinds, lanes names) []work {
	either := func(given numbers, every, one []int) []int {
		switch {
		case given != nil:
			return given
		case all:
			return every
		}
		return one
	}
	takes := everyLane
	if lanes != nil {
		takes = nil
		for _, lane := range lanes {
			takes = append(takes, figures.Lane(lane))
		}
	}
	var chosen []work
	for _, kind := range figures.Kinds() {
		if kinds != nil && !slices.Contains(kinds, string(kind)) {
			continue
		}
		judged := figures.JudgedCase(kind)
		every := [][]int{{100, 500, 2000}, {0, 50}, {10, 100}}
		if kind == figures.Row {
			every = [][]int{{1000, 10_000, 50_000}, {judged.Latency}, {judged.Parallelism}}
		}
		for _, number := range either(records, every[0], []int{judged.Records}) {
			for _, ms := range either(latency, every[1], []int{judged.Latency}) {
				for _, width := range either(parallelism, every[2], []int{judged.Parallelism}) {
					chosen = append(chosen, work{figures.Case{Kind: kind, Records: number, Latency: ms, Parallelism: width}, lanesOf(kind, takes)})
				}
			}
		}
	}
	return chosen
}

// withoutCurl takes that lane out where the machine has no curl.
func (c *choices) withoutCurl() (missing bool) {
	if _, err := exec.LookPath("curl"); err == nil {
		return false
	}
	for i := range c.work {
		c.work[i].lanes = slices.DeleteFunc(slices.Clone(c.work[i].lanes), func(lane figures.Lane) bool { return lane == figures.Curl })
	}
	return true
}

// estimate is about how long it all takes, from what Terraform by itself took
// on two cores: more than twice as long for twice as many records.
func (c *choices) estimate() time.Duration {
	seconds := 0.0
	for _, w := range c.work {
		n := float64(w.Records)
		floor := 2 + 0.016*n + 0.0000144*n*n
		if w.Kind == figures.Row {
			floor = 2 + 0.002*n
		}
		network := 0.0
		for _, step := range figures.Steps(w.Kind) {
			network += figures.Network(w.Case, step)
		}
		for _, lane := range w.lanes {
			switch lane {
			case figures.Floor:
				seconds += floor
			case figures.Provider:
				seconds += 1.2 * (floor + network)
			case figures.Curl:
				seconds += floor + network/2 + 0.03*n
			}
		}
	}
	seconds *= float64(c.repeat)
	if c.aside {
		seconds += 35
	}
	return time.Duration(math.Ceil(seconds/10)*10) * time.Second
}

// numbers is a flag of numbers with commas between.
type numbers []int

func (n *numbers) String() string { return "" }

func (n *numbers) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || number < 0 {
			return fmt.Errorf("%q is not a number", part)
		}
		*n = append(*n, number)
	}
	return nil
}

// names is a flag of words with commas between.
type names []string

func (n *names) String() string { return "" }

func (n *names) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		*n = append(*n, strings.TrimSpace(part))
	}
	return nil
}
