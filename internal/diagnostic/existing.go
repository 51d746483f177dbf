package diagnostic

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// AdviceToImport goes before the block that imports a record which a create has
// found in its place.
const AdviceToImport = "It was left as it is. To manage it with this resource, add the block below and apply again. " +
	"If another resource has it, remove one of the two. If this resource replaces that one, remove create_before_destroy."

// Existing are the records of one resource type that creates of this run
// have found in their place, each exactly as its configuration wants it: what an
// apply that was killed leaves behind. The zero value is ready.
type Existing struct {
	mu        sync.Mutex
	ids       map[string]string // by what Terraform may know the instance by
	collector Collector[string]
}

// Detail is the detail of the error for one more of them, of which a text says
// what is there. Creates that fail at about the same time share one list, in the
// error of one of them; the others point to it.
func (e *Existing) Detail(ctx context.Context, activity *Activity, text, resourceType, key, id string) string {
	e.mu.Lock()
	if e.ids == nil {
		e.ids = map[string]string{}
	}
	if other := e.ids[key]; other != "" && other != id {
		key += "," + id
	}
	e.ids[key] = id
	e.mu.Unlock()

	if e.collector.Collect(ctx, activity, id) == nil {
		return fmt.Sprintf("%s %s is there already, exactly as this configuration wants it. The import block in another error of this apply, the one with for_each, has it too.", resourceType, quoted(key))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	text += "\n\n" + ImportBlock(resourceType, id)
	if len(e.ids) < 2 {
		return text
	}
	return fmt.Sprintf("%s\n\nThis apply has found %d such records. One block imports all of them (Terraform 1.7):\n\n%s\n\n"+
		"Put the resource's name for NAME, and its own keys in for_each. With count, write { id = \"…\", index = 0 } and NAME[each.value.index].",
		text, len(e.ids), importBlocks(resourceType, e.ids))
}

// Clear forgets what an earlier apply has found.
func (e *Existing) Clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ids = nil
}

// importBlocks is the configuration that adopts many records at once.
func importBlocks(resourceType string, ids map[string]string) string {
	var b strings.Builder
	b.WriteString("import {\n  for_each = {\n")
	for _, key := range slices.Sorted(maps.Keys(ids)) {
		fmt.Fprintf(&b, "    %s = { id = %s }\n", quoted(key), quoted(ids[key]))
	}
	fmt.Fprintf(&b, "  }\n  to = %s.NAME[each.key]\n  id = each.value.id\n}", resourceType)
	return b.String()
}
