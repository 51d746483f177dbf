package usage_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/bench/usage"
)

func TestTake(t *testing.T) {
	file := filepath.Join(t.TempDir(), "usage")
	if err := os.WriteFile(file, []byte("{\"cpu\":1000,\"peak\":5}\n{\"cpu\":2000,\"peak\":3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	used, err := usage.Take(file)
	if want := (usage.Process{CPU: 3 * time.Microsecond, Peak: 5}); err != nil || used != want {
		t.Errorf("got %v and %v, want %v", used, err, want)
	}
	if _, err := usage.Take(file); err == nil {
		t.Error("what was taken is there again")
	}
}
