package model_test

import (
	"maps"
	"slices"
	"sync"
	"testing"
)

// tally counts what the walks of one kind have done, which make soak prints.
type tally struct {
	mu      sync.Mutex
	numbers map[string]int
}

func (c *tally) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.numbers == nil {
		c.numbers = map[string]int{}
	}
	c.numbers[what]++
}

func (c *tally) print(t *testing.T) {
	for _, what := range slices.Sorted(maps.Keys(c.numbers)) {
		t.Logf("%6d %s", c.numbers[what], what)
	}
}
