package acctest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// StateBackend starts a server that keeps a state and locks it for one at a time.
// It returns the block for the http backend of the CLI, so that the state of a test
// is not on the disk of its runs.
func StateBackend(t testing.TB) string {
	t.Helper()
	var mu sync.Mutex
	var state []byte
	isLocked := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == "LOCK" && isLocked:
			w.WriteHeader(http.StatusLocked)
		case r.Method == "LOCK" || r.Method == "UNLOCK":
			isLocked = r.Method == "LOCK"
		case r.Method == http.MethodPost:
			state, _ = io.ReadAll(r.Body)
		case state == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			_, _ = w.Write(state)
		}
	}))
	t.Cleanup(server.Close)
	return fmt.Sprintf(`
terraform {
  backend "http" {
    address        = %[1]q
    lock_address   = %[1]q
    unlock_address = %[1]q
  }
}
`, server.URL)
}
