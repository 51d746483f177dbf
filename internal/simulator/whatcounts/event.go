package whatcounts

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// tell records, for a person who watches, what became of the contacts and
// opt-outs of a realm since it was last called.
func (s *Service) tell(a *account) {
	now := s.exchange.Clock.Now()
	for _, id := range slices.Sorted(maps.Keys(a.contacts.before)) {
		before, after := a.contacts.before[id], a.contacts.byID[id]
		switch {
		case before == nil && after != nil:
			s.exchange.Events.Add(now, "Contact added", after.named())
		case before != nil && after == nil:
			s.exchange.Events.Add(now, "Contact deleted", before.named())
		case before != nil && !before.holdsSame(after):
			s.exchange.Events.Add(now, "Contact changed", after.named())
		}
	}
	for _, place := range a.optouts.touched {
		record := a.optouts.records[place]
		happened := "Opt-out recorded"
		if record.removed {
			happened = "Opt-out lifted"
		}
		s.exchange.Events.Add(now, happened, record.Email+", "+a.scope(record.ListID))
	}
	a.forgetTouched()
}

// forgetTouched leaves nothing to tell, as in a realm that was just loaded.
func (a *account) forgetTouched() {
	if len(a.contacts.before) > 0 {
		a.contacts.before = map[int64]*Contact{} // one that was large stays slow to walk through
	}
	a.optouts.touched = nil
}

// named is a contact for a person.
func (c *Contact) named() string {
	if c.First == "" {
		return c.Email
	}
	return c.Email + ", " + c.First
}

// holdsSame says whether two states of a contact differ in nothing but the time
// of the last write.
func (c *Contact) holdsSame(other *Contact) bool {
	one, another := *c, *other
	one.Updated, another.Updated = time.Time{}, time.Time{}
	return reflect.DeepEqual(one, another)
}

// scope is what an opt-out blocks, for a person.
func (a *account) scope(listID int64) string {
	if listID == 0 {
		return "global: every list"
	}
	list, _ := a.list(listID)
	return fmt.Sprintf("list %d %s", listID, list.Name)
}
