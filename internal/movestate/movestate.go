// Package movestate takes over the state of records that were managed with a
// generic provider, by a moved block that names another type of resource. Such
// a state holds the native id of the record, and little else that is of use: the
// record is read in full right afterwards, as after an import.
package movestate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Sources are the types of resources whose state can be taken over, with the
// end of their provider's address: "Mastercard/restapi" of whatever registry.
var Sources = map[string]string{
	"restapi_object":   "/mastercard/restapi",
	"restful_resource": "/magodo/restful",
	"terraform_data":   "terraform.io/builtin/terraform",
}

// IsSource reports whether a request comes from a resource of [Sources].
func IsSource(req resource.MoveStateRequest) bool {
	provider, known := Sources[req.SourceTypeName]
	return known && strings.HasSuffix(strings.ToLower(req.SourceProviderAddress), provider)
}

// NativeID is the native id that the state of one of [Sources] holds. names are
// what the service calls it, without regard to case and underscores; they are
// looked for in what the service answered, in what was sent, and in what the
// user stored. An id without a name is taken from restapi_object and
// restful_resource, whose own id ends with it, and from a terraform_data that
// stores a number alone. The error says why there is none: two that differ
// are none.
func NativeID(req resource.MoveStateRequest, names ...string) (int64, error) {
	if req.SourceRawState == nil {
		return 0, fmt.Errorf("the state of %s is empty", req.SourceTypeName)
	}
	var state map[string]any
	if err := json.Unmarshal(req.SourceRawState.JSON, &state); err != nil {
		return 0, fmt.Errorf("the state of %s cannot be read: %w", req.SourceTypeName, err)
	}
	search := search{names: names}
	for _, attribute := range []string{"api_data", "api_response", "output", "input", "data", "body"} {
		search.in(state[attribute], 0)
	}
	switch {
	case len(search.found) > 0:
	case req.SourceTypeName == "terraform_data":
		search.add(unwrapped(state["output"]))
	default:
		search.add(state["id"])
	}
	switch found := search.found; len(found) {
	case 0:
		return 0, fmt.Errorf("the state of %s holds no %s", req.SourceTypeName, names[0])
	case 1:
		return found[0], nil
	default:
		return 0, fmt.Errorf("the state of %s holds several: %d", req.SourceTypeName, found)
	}
}

// search collects native ids.
type search struct {
	names []string
	found []int64
}

// deepest is how far answers are looked into.
const deepest = 4

// in looks for the names in a value, and in text that is JSON.
func (s *search) in(value any, depth int) {
	if depth > deepest {
		return
	}
	switch value := value.(type) {
	case string:
		var parsed map[string]any
		if json.Unmarshal([]byte(value), &parsed) == nil {
			s.in(parsed, depth+1)
		}
	case map[string]any:
		for name, held := range value {
			if slices.ContainsFunc(s.names, func(wanted string) bool { return plainName(wanted) == plainName(name) }) {
				s.add(held)
			} else {
				s.in(held, depth+1)
			}
		}
	}
}

func plainName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// atEnd is the last number of an id that is a path: /communication/1001.
var atEnd = regexp.MustCompile(`(?:^|[/=])(\d+)$`)

// add notes an id, once.
func (s *search) add(value any) {
	text := ""
	switch value := value.(type) {
	case string:
		if number := atEnd.FindStringSubmatch(strings.TrimSpace(value)); number != nil {
			text = number[1]
		}
	case float64:
		text = strconv.FormatFloat(value, 'f', -1, 64)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err == nil && id > 0 && !slices.Contains(s.found, id) {
		s.found = append(s.found, id)
	}
}

// unwrapped is a value of a dynamic attribute, which a state holds together with
// its type.
func unwrapped(value any) any {
	if wrapped, is := value.(map[string]any); is && wrapped["type"] != nil && len(wrapped) == 2 {
		return wrapped["value"]
	}
	return value
}
