package traffic

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLogKeepsTheLatest: what is not kept is counted all the same.
func TestLogKeepsTheLatest(t *testing.T) {
	var log Log
	const all = MostEntries + 500
	for i := range all {
		log.Append(Entry{Operation: []string{"find", "sub"}[i%2]})
	}
	entries := log.Entries()
	if len(entries) != MostEntries || entries[0].Number != 501 || entries[MostEntries-1].Number != all {
		t.Errorf("%d entries from %d to %d", len(entries), entries[0].Number, entries[len(entries)-1].Number)
	}
	if log.Len() != all || log.Count("find") != all/2 || log.Counts()["sub"] != all/2 {
		t.Errorf("%d requests, %v", log.Len(), log.Counts())
	}
	expectOperations(t, log.Since(all-1), fmt.Sprint(all, " sub"))
	expectOperations(t, log.Since(all))
	if late := log.Since(10); len(late) != MostEntries {
		t.Errorf("%d entries after the tenth", len(late))
	}
	log.Reset()
	if log.Len() != 0 || log.Count("find") != 0 || len(log.Entries()) != 0 {
		t.Errorf("after the reset: %d requests, %v", log.Len(), log.Counts())
	}
}

// TestLogIsBoundByItsText: long requests count for more than short ones. The
// latest is kept, however long.
func TestLogIsBoundByItsText(t *testing.T) {
	for name, entry := range map[string]func(text string) Entry{
		"body":     func(text string) Entry { return Entry{Body: text} },
		"answer":   func(text string) Entry { return Entry{Answer: text} },
		"argument": func(text string) Entry { return Entry{Arguments: []Argument{{"data", text}}} },
		"row":      func(text string) Entry { return Entry{Rows: []map[string]string{{"email": text}}} },
	} {
		var log Log
		text := strings.Repeat("x", mostText/4)
		for range 20 {
			log.Append(entry(text))
		}
		if kept := len(log.Entries()); kept < 3 || kept > 4 {
			t.Errorf("%s: %d entries are kept", name, kept)
		}
		log.Append(entry(strings.Repeat("x", 2*mostText)))
		if kept := log.Entries(); len(kept) != 1 || kept[0].Number != 21 {
			t.Errorf("%s: %d entries are kept", name, len(kept))
		}
	}
}

func TestEventsKeepTheLatest(t *testing.T) {
	var events Events
	for i := range mostEvents + 7 {
		events.Add(new(Clock).Now(), "Contact added", fmt.Sprint(i))
	}
	latest := events.Latest()
	if len(latest) != mostEvents || latest[0].Number != 8 || latest[mostEvents-1].Record != fmt.Sprint(mostEvents+6) {
		t.Errorf("%d events from %+v", len(latest), latest[0])
	}
	if !slices.IsSortedFunc(latest, func(a, b Event) int { return a.Number - b.Number }) {
		t.Error("they are out of order")
	}
}
