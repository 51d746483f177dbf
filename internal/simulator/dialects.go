package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Dialect is one reading of an open question about one of the services.
type Dialect struct {
	Service string // "7G" or "WhatCounts"
	traffic.Dialect
}

// Dialects returns the dialects of both services, those of 7G first, each
// sorted by name.
func Dialects() []Dialect {
	var list []Dialect
	for _, d := range seveng.Dialects() {
		list = append(list, Dialect{"7G", d})
	}
	for _, d := range whatcounts.Dialects() {
		list = append(list, Dialect{"WhatCounts", d})
	}
	return list
}

// Set switches dialects of either service on, in addition to those that are
// on. An unknown name is an error that names those that resemble it; then
// nothing is switched.
func (s *Simulator) Set(names ...string) error {
	of, err := byService(names)
	if err != nil {
		return err
	}
	if err := s.SevenG.Set(of["7G"]...); err != nil {
		return err
	}
	return s.WhatCounts.Set(of["WhatCounts"]...)
}

// Unset switches dialects of either service off. Names that are not on are
// ignored.
func (s *Simulator) Unset(names ...string) error {
	of, err := byService(names)
	if len(of["7G"]) > 0 {
		s.SevenG.Unset(of["7G"]...)
	}
	if len(of["WhatCounts"]) > 0 {
		s.WhatCounts.Unset(of["WhatCounts"]...)
	}
	return err
}

func byService(names []string) (map[string][]string, error) {
	of := map[string][]string{}
	all := Dialects()
	for _, name := range names {
		i := slices.IndexFunc(all, func(d Dialect) bool { return d.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown dialect %q%s", name, alike(name))
		}
		of[all[i].Service] = append(of[all[i].Service], name)
	}
	return of, nil
}

// alike names the dialects that have a word in common with an unknown one,
// which a person probably meant.
func alike(name string) string {
	var found []string
	for _, d := range Dialects() {
		inName := func(word string) bool { return len(word) > 3 && strings.Contains(d.Name, word) }
		if slices.ContainsFunc(strings.Split(name, "-"), inName) {
			found = append(found, d.Name)
		}
	}
	if len(found) == 0 {
		return "; -dialects lists those that there are"
	}
	return "; alike are " + strings.Join(found, ", ")
}

// Operation is the name under which the log has an operation, from one that a
// person writes: a method and path of 7G, or a command of WhatCounts or an
// alias of one. A fault of any other would wait for ever, so that it is an
// error.
func Operation(text string) (string, error) {
	if name, known := whatcounts.Command(text); known {
		return name, nil
	}
	operations := append(seveng.Operations(), whatcounts.Commands()...)
	if !slices.Contains(operations, text) {
		return "", fmt.Errorf("no service has the operation %q; there are %s", text, strings.Join(operations, ", "))
	}
	return text, nil
}
