package cmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// choices is what the flags say.
type choices struct {
	options      simulator.Options
	seedFile     string
	readyFile    string
	faults       []traffic.Fault
	listDialects bool
	listFaults   bool
	printSeed    bool
	quiet        bool
}

const usage = `Usage: reach-simulator [flags]

Runs a simulated 7G and a simulated WhatCounts on one port of this machine.
Nothing leaves the machine and no account is needed. At start it prints the
environment variables that point the provider at it, and the address of its
page, which shows records, opt-outs and requests in a browser. Ctrl-C ends it.

Flags:
  -address HOST:PORT   where to listen, loopback only (default 127.0.0.1:8700)
  -allow-remote        let -address be one that other machines reach, as the
                       container image does: there is no security
  -host NAME,...       answer under these names too, and not only under
                       127.0.0.1, [::1] and localhost; may be repeated
  -seed FILE           start from this state, JSON as -print-seed prints it
  -state FILE          keep the state in this file: it is loaded when it exists,
                       in place of the seed, and written after every change
  -dialect NAME,...    answer open questions about the services in another way;
                       may be repeated
  -fault OPERATION:KIND[:VALUE][:COUNT]
                       let the next COUNT requests of an operation go wrong, 1
                       if left out, "always" for all of them, or skip=N to
                       spare the first N; may be repeated. An operation is a
                       method and path of 7G, a command of WhatCounts, or *
  -ready-file FILE     write the URL into this file once requests are answered,
                       and remove it at the end, for scripts that wait
  -latency DURATION    wait this long before every answer, for example 50ms
  -token-lifetime DURATION
                       how long 7G access tokens live (default 20m)
  -quiet               print no line per request
  -dialects            list the dialects and what they mean, and end
  -faults              list the kinds of fault and what they mean, and end
  -print-seed          print the built-in seed as JSON, and end
  -help                print this text, and end

It prints these variables, ready for a shell:
  SEVENG_ENDPOINT, SEVENG_USERNAME, SEVENG_PASSWORD
  WHATCOUNTS_ENDPOINT, WHATCOUNTS_REALM, WHATCOUNTS_PASSWORD

Besides the services it answers:
  /simulator/                 the page for a browser; / leads there
  /simulator/state            the same as JSON, for scripts
  /_simulator/state           all records as text
  /_simulator/log             the requests as JSON lines, without credentials:
                              the latest 10,000
  /_simulator/reset-log       forgets the requests so far (POST)

The state files, the dialects and the use in tests of modules are described in
internal/simulator/README.md.

Examples:
  reach-simulator
  reach-simulator -state demo.json -latency 100ms
  reach-simulator -dialect 7g-not-found-404,7g-stale-reads
  reach-simulator -fault sub:status-after:500:2 -fault "POST /communication:cut-after"
  reach-simulator -print-seed > seed.json && reach-simulator -seed seed.json
`

// parse reads the flags.
func parse(arguments []string) (choices, error) {
	var c choices
	flags := flag.NewFlagSet("reach-simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run prints what is wrong, where it belongs
	flags.StringVar(&c.options.Address, "address", "127.0.0.1:8700", "")
	flags.BoolVar(&c.options.AllowRemote, "allow-remote", false, "")
	flags.Func("host", "", list(&c.options.Hosts))
	flags.StringVar(&c.seedFile, "seed", "", "")
	flags.StringVar(&c.options.StateFile, "state", "", "")
	flags.StringVar(&c.readyFile, "ready-file", "", "")
	flags.Func("latency", "", duration(&c.options.Latency))
	flags.Func("token-lifetime", "", duration(&c.options.LifetimeOfAccessToken))
	flags.BoolVar(&c.listDialects, "dialects", false, "")
	flags.BoolVar(&c.listFaults, "faults", false, "")
	flags.BoolVar(&c.printSeed, "print-seed", false, "")
	flags.BoolVar(&c.quiet, "quiet", false, "")
	flags.Func("dialect", "", list(&c.options.Dialects))
	flags.Func("fault", "", func(text string) error {
		fault, err := traffic.ParseFault(text)
		if err == nil && fault.Operation != "" {
			fault.Operation, err = simulator.Operation(fault.Operation)
		}
		c.faults = append(c.faults, fault)
		return err
	})
	if err := flags.Parse(arguments); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return c, nil
}

// list adds names with commas between them to a variable.
func list(into *[]string) func(string) error {
	return func(names string) error {
		for name := range strings.SplitSeq(names, ",") {
			if name = strings.TrimSpace(name); name != "" {
				*into = append(*into, name)
			}
		}
		return nil
	}
}

// duration reads a length of time into a variable.
func duration(into *time.Duration) func(string) error {
	return func(text string) (err error) {
		*into, err = time.ParseDuration(text)
		if err != nil || *into <= 0 {
			return errors.New("it has to be a number above zero and its unit, such as 50ms or 20m")
		}
		return nil
	}
}
