package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// longestName keeps names readable: a value may have 255 characters.
const longestName = 60

// names hands out the names of resource blocks, each once for a type.
type names map[string]bool

// of is the name for a record: its address or value, where needed with what
// else tells it from others, in the last resort with its former id.
func (n names) of(line deletion.Line) string {
	var base, longer string
	switch record := line.Record.(type) {
	case deletion.ContactEntry:
		base = identifier(line.Kind, record.Email)
		longer = identifier(base + "_" + record.FirstName + "_" + record.CustomerKey)
	case deletion.CommunicationEntry:
		base = identifier(line.Kind, record.Type, record.Value)
		longer = identifier(base + "_" + record.ExternalID)
	}
	return n.first(line.Kind, base, longer, fmt.Sprintf("%s_%d", base, line.ID))
}

// first is the first of some names that is free, in the last resort the last one
// with a number.
func (n names) first(kind string, some ...string) string {
	for _, name := range some {
		if n.take(kind, name) {
			return name
		}
	}
	for attempt := 2; ; attempt++ {
		if name := fmt.Sprintf("%s_%d", some[len(some)-1], attempt); n.take(kind, name) {
			return name
		}
	}
}

func (n names) take(kind, name string) bool {
	key := kind + " " + name
	if n[key] {
		return false
	}
	n[key] = true
	return true
}

// identifier is what a person would make of the last text as a name: lower
// case, everything but letters and digits an underscore. Letters outside of
// ASCII are none here, so that names can be typed anywhere. A name begins with
// a letter; where that needs it, the texts before it stand before it.
func identifier(texts ...string) string {
	name := ""
	for _, text := range slices.Backward(texts) {
		words := strings.FieldsFunc(strings.ToLower(text+"_"+name), func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < '0' || c > '9')
		})
		name = strings.Join(words, "_")
		if name != "" && name[0] >= 'a' {
			break
		}
	}
	return strings.TrimSuffix(name[:min(len(name), longestName)], "_")
}
