package traffic

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

func operations(entries []Entry) []string {
	var names []string
	for _, e := range entries {
		names = append(names, fmt.Sprintf("%d %s", e.Number, e.Operation))
	}
	return names
}

func expectOperations(t *testing.T, got []Entry, want ...string) {
	t.Helper()
	if !slices.Equal(operations(got), want) {
		t.Errorf("the entries are %q, want %q", operations(got), want)
	}
}

func TestLogNumbersItsEntriesInOrder(t *testing.T) {
	var log Log
	for _, operation := range []string{"find", "sub", "find"} {
		log.Append(Entry{Operation: operation, Number: 99})
	}
	expectOperations(t, log.Entries(), "1 find", "2 sub", "3 find")
	expectOperations(t, log.Since(0), "1 find", "2 sub", "3 find")
	expectOperations(t, log.Since(2), "3 find")
	expectOperations(t, log.Since(3))
	expectOperations(t, log.Since(7))
	if log.Len() != 3 || log.Count("find") != 2 || log.Count("detail") != 0 {
		t.Errorf("%d entries, %d of find, %d of detail", log.Len(), log.Count("find"), log.Count("detail"))
	}
	log.Reset()
	expectOperations(t, log.Entries())
	log.Append(Entry{Operation: "sub"})
	expectOperations(t, log.Entries(), "1 sub")
}

func TestLogHandsOutCopies(t *testing.T) {
	var log Log
	log.Append(Entry{Operation: "find"})
	log.Entries()[0].Operation = "changed"
	log.Since(0)[0].Operation = "changed"
	expectOperations(t, log.Entries(), "1 find")
}

func TestFollowersSeeEveryEntryOnceInOrder(t *testing.T) {
	var log Log
	log.Append(Entry{Operation: "before anybody followed"})
	var first, second []int // without a lock: followers are called one at a time
	log.Follow(func(e Entry) { first = append(first, e.Number) })
	log.Append(Entry{})
	log.Follow(func(e Entry) { second = append(second, e.Number) })
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() { log.Append(Entry{}) })
	}
	callers.Wait()
	for number := 2; number <= 52; number++ {
		if first[number-2] != number {
			t.Fatalf("the first follower saw %v", first)
		}
		if number > 2 && second[number-3] != number {
			t.Fatalf("the second follower saw %v", second)
		}
	}
}

func TestArgument(t *testing.T) {
	e := Entry{Arguments: []Argument{{"c", "sub"}, {"email", ""}, {"email", "second"}}}
	for name, want := range map[string]struct {
		value string
		sent  bool
	}{"c": {"sub", true}, "email": {"", true}, "first": {"", false}, "C": {"", false}} {
		if value, sent := e.Argument(name); value != want.value || sent != want.sent {
			t.Errorf("%s is %q, sent %v", name, value, sent)
		}
	}
}

func TestClockRunsAndIsMoved(t *testing.T) {
	var clock Clock
	if now := clock.Now(); time.Since(now).Abs() > time.Minute || now.Location() != time.UTC {
		t.Errorf("it begins at %v", now)
	}
	clock.Advance(48 * time.Hour)
	clock.Advance(-24 * time.Hour)
	if ahead := time.Until(clock.Now()); ahead < 24*time.Hour-time.Minute || ahead > 24*time.Hour {
		t.Errorf("it is %v ahead", ahead)
	}
	first := clock.Now()
	time.Sleep(time.Millisecond)
	if !clock.Now().After(first) {
		t.Error("it stands still")
	}
}
