package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// state is what a state or a plan holds of this provider's resources. Of a plan,
// that is what it deletes.
type state struct {
	instances []instance
	isPlan    bool
}

// instance is an object of a resource instance.
type instance struct {
	Module     string          // the address of its module; empty for the root module
	Type, Name string          // of the resource
	Key        json.RawMessage // of count or for_each; empty where there is neither
	Attributes map[string]json.RawMessage
	Sensitive  []string // the attributes that the configuration marks as sensitive
	Tainted    bool     // its create has failed in part, or a person has marked it
	Deposed    bool     // its successor was made, and its own delete is left
	Replaced   bool     // the plan makes a successor
	Place      deletion.Place
}

// resource is the address of the resource within its module.
func (i instance) resource() string { return i.Type + "." + i.Name }

// isPlain reports whether a block of the root module has the instance's address.
func (i instance) isPlain() bool { return i.Module == "" && i.key() == "" && !i.Deposed }

// key is the instance key as an address has it, without its brackets.
func (i instance) key() string {
	var name string
	switch err := json.Unmarshal(i.Key, &name); {
	case err == nil && string(i.Key) != "null":
		return string(text(name).Bytes())
	case string(i.Key) == "null":
		return ""
	}
	return string(i.Key)
}

// address is the instance's whole address.
func (i instance) address() string {
	address := i.resource()
	if i.Module != "" {
		address = i.Module + "." + address
	}
	if key := i.key(); key != "" {
		address += "[" + key + "]"
	}
	return address
}

// calls are the names of the module blocks on the way to the instance, and false
// where its address cannot be understood.
func (i instance) calls() (names []string, isClear bool) {
	if i.Module == "" {
		return nil, true
	}
	steps, problems := hclsyntax.ParseTraversalAbs([]byte(i.Module), "", hcl.InitialPos)
	if problems.HasErrors() {
		return nil, false
	}
	isName := false // every other step, keys aside
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			isName = true
		case hcl.TraverseAttr:
			if isName {
				names = append(names, step.Name)
			}
			isName = !isName
		}
	}
	return names, true
}

// takes reports whether an object is one of this provider's records.
func takes(mode, resourceType string) bool { return mode == "managed" && kinds[resourceType] != "" }

// readState reads a state file of version 4, which Terraform and OpenTofu share.
func readState(content []byte) (*state, error) {
	var file struct {
		Version   int `json:"version"`
		Resources []struct {
			Module    string `json:"module"`
			Mode      string `json:"mode"`
			Type      string `json:"type"`
			Name      string `json:"name"`
			Instances []struct {
				Key        json.RawMessage            `json:"index_key"`
				Status     string                     `json:"status"`
				Deposed    string                     `json:"deposed"`
				Attributes map[string]json.RawMessage `json:"attributes"`
				Sensitive  json.RawMessage            `json:"sensitive_attributes"`
				Private    []byte                     `json:"private"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("the state cannot be read: %w", err)
	}
	if file.Version != 4 {
		return nil, fmt.Errorf("the state is of version %d, and version 4 can be read; terraform state pull of a newer CLI writes it", file.Version)
	}
	found := &state{}
	for _, r := range file.Resources {
		if !takes(r.Mode, r.Type) {
			continue
		}
		for _, i := range r.Instances {
			found.instances = append(found.instances, instance{
				Module: r.Module, Type: r.Type, Name: r.Name, Key: i.Key, Attributes: i.Attributes, Sensitive: sensitivePaths(i.Sensitive),
				Tainted: i.Status == "tainted", Deposed: i.Deposed != "", Place: placeOf(r.Type, i.Private),
			})
		}
	}
	return found, nil
}

// sensitivePaths are the attributes at the beginning of the paths of a state file.
func sensitivePaths(text json.RawMessage) (names []string) {
	var paths [][]struct {
		Value any `json:"value"`
	}
	if json.Unmarshal(text, &paths) != nil {
		return nil
	}
	for _, path := range paths {
		if len(path) > 0 {
			names = append(names, fmt.Sprint(path[0].Value))
		}
	}
	return names
}

// placeOf is where the provider has last seen the record, as it notes it in
// private state.
func placeOf(resourceType string, private []byte) deletion.Place {
	var notes map[string][]byte
	var note struct{ Origin, Realm string }
	if json.Unmarshal(private, &notes) != nil || json.Unmarshal(notes["note"], &note) != nil {
		return deletion.Place{}
	}
	if resourceType != communicationType && note.Realm == "" {
		return deletion.Place{Realm: note.Origin}
	}
	return deletion.Place{Endpoint: note.Origin, Realm: note.Realm}
}

// shownModule is a module of what terraform show -json prints.
type shownModule struct {
	Address   string `json:"address"`
	Resources []struct {
		Mode      string                     `json:"mode"`
		Type      string                     `json:"type"`
		Name      string                     `json:"name"`
		Key       json.RawMessage            `json:"index"`
		Values    map[string]json.RawMessage `json:"values"`
		Sensitive json.RawMessage            `json:"sensitive_values"`
		Tainted   bool                       `json:"tainted"`
		Deposed   string                     `json:"deposed_key"`
	} `json:"resources"`
	Modules []shownModule `json:"child_modules"`
}

// readShown reads what terraform show -json prints: the records of a state, or
// those that a plan deletes.
func readShown(content []byte) (*state, error) {
	var shown struct {
		Values struct {
			Root shownModule `json:"root_module"`
		} `json:"values"`
		Planned json.RawMessage `json:"planned_values"`
		Changes []struct {
			Module  string          `json:"module_address"`
			Mode    string          `json:"mode"`
			Type    string          `json:"type"`
			Name    string          `json:"name"`
			Key     json.RawMessage `json:"index"`
			Deposed string          `json:"deposed"`
			Reason  string          `json:"action_reason"`
			Change  struct {
				Actions   []string                   `json:"actions"`
				Before    map[string]json.RawMessage `json:"before"`
				Sensitive json.RawMessage            `json:"before_sensitive"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(content, &shown); err != nil {
		return nil, fmt.Errorf("what terraform show -json printed cannot be read: %w", err)
	}
	found := &state{isPlan: len(shown.Planned) > 0 || len(shown.Changes) > 0}
	found.addModule(shown.Values.Root)
	for _, c := range shown.Changes {
		if takes(c.Mode, c.Type) && slices.Contains(c.Change.Actions, "delete") {
			found.instances = append(found.instances, instance{
				Module: c.Module, Type: c.Type, Name: c.Name, Key: c.Key, Attributes: c.Change.Before, Sensitive: sensitiveNames(c.Change.Sensitive),
				Tainted: strings.Contains(c.Reason, "tainted"), Deposed: c.Deposed != "", Replaced: slices.Contains(c.Change.Actions, "create"),
			})
		}
	}
	return found, nil
}

func (s *state) addModule(m shownModule) {
	for _, r := range m.Resources {
		if takes(r.Mode, r.Type) {
			s.instances = append(s.instances, instance{
				Module: m.Address, Type: r.Type, Name: r.Name, Key: r.Key, Attributes: r.Values, Sensitive: sensitiveNames(r.Sensitive),
				Tainted: r.Tainted, Deposed: r.Deposed != "",
			})
		}
	}
	for _, child := range m.Modules {
		s.addModule(child)
	}
}

// sensitiveNames are the attributes of which a mask has anything.
func sensitiveNames(text json.RawMessage) (names []string) {
	var mask map[string]json.RawMessage
	if json.Unmarshal(text, &mask) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(mask)) {
		if strings.Contains(string(mask[name]), "true") {
			names = append(names, name)
		}
	}
	return names
}
