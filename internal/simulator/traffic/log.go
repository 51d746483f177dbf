package traffic

import (
	"maps"
	"slices"
	"sync"
)

// How much a log keeps: a simulator that runs for weeks needs no more memory
// than one that ran for an hour.
const (
	MostEntries = 10_000
	mostText    = 64 << 20 // bytes of bodies, answers and rows
)

// Log counts all requests in the order in which they were answered, and keeps
// the latest of them: at most [MostEntries], fewer when they are long. It is safe
// for concurrent use.
type Log struct {
	mu     sync.Mutex
	kept   []Entry
	text   int            // bytes of what is kept
	counts map[string]int // of all requests, by operation
	count  int            // of all requests
	follow []func(Entry)
}

// Append numbers and records one entry.
func (l *Log) Append(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[e.Operation]++
	l.count++
	e.Number = l.count
	l.kept = append(l.kept, e)
	l.text += e.size()
	for len(l.kept) > MostEntries || l.text > mostText && len(l.kept) > 1 {
		l.text -= l.kept[0].size()
		l.kept[0] = Entry{} // its text is free before the slice is moved
		l.kept = l.kept[1:]
	}
	for _, f := range l.follow {
		f(e)
	}
}

// size is about how many bytes of text an entry holds.
func (e Entry) size() int {
	size := len(e.Body) + len(e.Answer)
	for _, argument := range e.Arguments {
		size += len(argument.Name) + len(argument.Value)
	}
	for _, row := range e.Rows {
		for name, value := range row {
			size += len(name) + len(value)
		}
	}
	return size
}

// Follow calls f with every entry recorded from now on, one at a time. The log
// waits for f, which must not use it.
func (l *Log) Follow(f func(Entry)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.follow = append(l.follow, f)
}

// Entries returns a copy of the entries that are kept.
func (l *Log) Entries() []Entry { return l.Since(0) }

// Since returns the entries after the first n, as far as they are kept.
func (l *Log) Since(n int) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	dropped := l.count - len(l.kept)
	return slices.Clone(l.kept[min(max(0, n-dropped), len(l.kept)):])
}

// Len is the number of requests so far.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// Count returns how many requests so far had this operation.
func (l *Log) Count(operation string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[operation]
}

// Counts returns how many requests so far had each operation.
func (l *Log) Counts() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// Reset forgets all requests.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept, l.text, l.counts, l.count = nil, 0, nil, 0
}
