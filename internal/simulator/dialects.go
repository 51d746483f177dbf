package simulator

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Dialect is one reading of an open question about one of the services.
type Dialect struct {
	Service  string // "7G" or "WhatCounts"
	Name     string
	Question string // the question, and the answer of the dialect
}

// Dialects returns the dialects of both services, those of 7G first, each
// sorted by name.
func Dialects() []Dialect {
	var list []Dialect
	for _, d := range seveng.Dialects() {
		list = append(list, Dialect{"7G", d.Name, d.Question})
	}
	for _, d := range whatcounts.Dialects() {
		list = append(list, Dialect{"WhatCounts", d.Name, d.Question})
	}
	return list
}

// Set switches dialects of either service on, in addition to those that are
// on. An unknown name is an error that names those that resemble it; then
// nothing is switched.
func (s *Simulator) Set(names ...string) error {
	forSevenG, forWhatCounts, err := byService(names)
	if err != nil {
		return err
	}
	if err := s.SevenG.Set(forSevenG...); err != nil {
		return err
	}
	return s.WhatCounts.Set(forWhatCounts...)
}

// Unset switches dialects of either service off. Names that are not on are
// passed over.
func (s *Simulator) Unset(names ...string) error {
	forSevenG, forWhatCounts, err := byService(names)
	if err != nil {
		return err
	}
	if len(forSevenG) > 0 {
		s.SevenG.Unset(forSevenG...)
	}
	s.WhatCounts.Unset(forWhatCounts...)
	return nil
}

func byService(names []string) (forSevenG, forWhatCounts []string, err error) {
	services := map[string]string{}
	for _, d := range Dialects() {
		services[d.Name] = d.Service
	}
	for _, name := range names {
		switch services[name] {
		case "7G":
			forSevenG = append(forSevenG, name)
		case "WhatCounts":
			forWhatCounts = append(forWhatCounts, name)
		default:
			return nil, nil, fmt.Errorf("unknown dialect %q%s", name, alike(name))
		}
	}
	return forSevenG, forWhatCounts, nil
}

// alike names the dialects that share a word with an unknown one, which a
// person probably meant.
func alike(name string) string {
	var found []string
	for _, d := range Dialects() {
		for word := range strings.SplitSeq(name, "-") {
			if len(word) > 3 && strings.Contains(d.Name, word) {
				found = append(found, d.Name)
				break
			}
		}
	}
	if len(found) == 0 {
		return "; -dialects lists those that there are"
	}
	return "; alike are " + strings.Join(found, ", ")
}
