package cmd

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// printWelcome tells a person how to use the simulator that is running.
func printWelcome(out io.Writer, running *simulator.Simulator, c choices) {
	options := c.options
	fmt.Fprintf(out, "The simulator is running.\n\n")
	fmt.Fprintf(out, "  7G          %s\n", running.URL())
	fmt.Fprintf(out, "  WhatCounts  %s\n", running.WhatCountsURL())
	if len(options.Dialects) > 0 {
		fmt.Fprintf(out, "  dialects    %s\n", strings.Join(options.Dialects, ", "))
	}
	for _, fault := range c.faults {
		operation := fault.Operation
		if operation == "" {
			operation = "every request"
		}
		fmt.Fprintf(out, "  fault       %s of %s\n", fault.Kind, operation)
	}
	if options.StateFile != "" {
		fmt.Fprintf(out, "  state file  %s\n", options.StateFile)
	}
	fmt.Fprintf(out, "\nPoint the provider at it:\n\n%s\n", exports(running))
	fmt.Fprintf(out, "Watch it in a browser:\n\n  %s\n\n", running.PageURL())
	fmt.Fprintf(out, "Look inside:\n\n")
	fmt.Fprintf(out, "  curl %s%s\n", running.URL(), simulator.StatePath)
	fmt.Fprintf(out, "  curl %s%s\n", running.URL(), simulator.LogPath)
	fmt.Fprintf(out, "  curl -X POST %s%s\n", running.URL(), simulator.ResetLogPath)
	fmt.Fprintf(out, "\nCtrl-C ends it.\n\n")
}

// exports are the lines to paste into a shell: the first user and the first
// realm, and the other realms as comments.
func exports(running *simulator.Simulator) string {
	var text strings.Builder
	set := func(name, value string) { fmt.Fprintf(&text, "  export %s=%s\n", name, quoted(value)) }
	set("SEVENG_ENDPOINT", running.URL())
	for _, user := range running.SevenG.Snapshot().Users {
		if !user.Disabled && !user.AddressBlocked {
			set("SEVENG_USERNAME", user.Name)
			set("SEVENG_PASSWORD", user.Password)
			break
		}
	}
	set("WHATCOUNTS_ENDPOINT", running.WhatCountsURL())
	for i, realm := range running.WhatCounts.Snapshot().Realms {
		if i == 0 {
			set("WHATCOUNTS_REALM", realm.Realm.Name)
			set("WHATCOUNTS_PASSWORD", realm.Realm.Password)
			continue
		}
		kind := ""
		if realm.Realm.CustomerKeys {
			kind = " (customer keys)"
		}
		fmt.Fprintf(&text, "  # or WHATCOUNTS_REALM=%s WHATCOUNTS_PASSWORD=%s%s\n",
			quoted(realm.Realm.Name), quoted(realm.Realm.Password), kind)
	}
	return text.String()
}

// quoted makes a value one word of a shell.
func quoted(value string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./:@%+,", c)
	}
	if value != "" && strings.TrimFunc(value, plain) == "" {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// printDialects lists both services' dialects.
func printDialects(out io.Writer) {
	aligned := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	service := ""
	for _, d := range simulator.Dialects() {
		if d.Service != service {
			service = d.Service
			fmt.Fprintf(aligned, "%s\n", service)
		}
		fmt.Fprintf(aligned, "  %s\t%s\n", d.Name, d.Question)
	}
	// A terminal that went away needs no list.
	_ = aligned.Flush()
}

// printFaults lists the kinds of fault.
func printFaults(out io.Writer) {
	aligned := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, kind := range traffic.Kinds() {
		name := kind.Name
		if kind.Value != "" {
			name += ":" + strings.ToUpper(kind.Value)
		}
		fmt.Fprintf(aligned, "  %s\t%s\n", name, kind.Meaning)
	}
	// A terminal that went away needs no list.
	_ = aligned.Flush()
}
