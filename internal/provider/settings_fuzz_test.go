package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// FuzzSettings: any setting is accepted or refused with words, never with the
// value of a secret; what is accepted can be used.
func FuzzSettings(f *testing.F) {
	f.Add("https://api.7g.com.au", "30s", "demo", "demo-password", "*@test.example.com", "deleted.jsonl", 4.0, int64(4))
	f.Add("http://127.0.0.1", "-1s", "", "p@ss w^rd", "[a-", "", 0.0, int64(-1))
	f.Add("http://elsewhere", "1e9h", "r", "x\x00", "{a,b}", "/", -1.5, int64(1000))
	f.Add("", "", "", "", "", "", 1e300, int64(0))
	f.Add("https://u:secret@h", "9999999h", "r", "secretsecret", "**", ".", 1e-300, int64(1))
	f.Fuzz(func(t *testing.T, endpoint, timeout, name, password, pattern, journal string, rate float64, retries int64) {
		for _, text := range []*string{&endpoint, &timeout, &name, &password, &pattern, &journal} {
			*text = strings.ToValidUTF8(*text, "?") // Terraform has no other texts
		}
		if rate != rate || rate > 1e308 || rate < -1e308 {
			return // nor such numbers
		}
		connection := func(more map[string]any) map[string]any {
			more["endpoint"], more["request_timeout"], more["requests_per_second"], more["max_retries"] = endpoint, timeout, rate, retries
			return more
		}
		diagnostics := acctest.NewServer(t).Configure(map[string]any{
			"seveng":     connection(map[string]any{"username": name, "password": password}),
			"whatcounts": connection(map[string]any{"realm": name, "password": password}),
			"safeguards": map[string]any{"deletable": []any{pattern}, "journal_path": journal},
		})
		told := acctest.Texts(diagnostics)
		if len(password) > 8 && !strings.Contains(endpoint+timeout+name+pattern+journal, password) && strings.Contains(told, password) {
			t.Fatalf("the password is told: %s", told)
		}
		if len(acctest.Errors(diagnostics)) > 0 {
			return
		}
		if d, err := time.ParseDuration(timeout); timeout != "" && (err != nil || d <= 0) {
			t.Fatalf("%q is accepted as a timeout", timeout)
		}
		if (name == "") != (password == "") || rate < 0 || retries < 0 {
			t.Fatalf("accepted: name %q, password %q, rate %v, retries %d", name, password, rate, retries)
		}
	})
}
