package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// command runs the command.
func command(arguments ...string) (code int, out, problems string) {
	var printed, complained bytes.Buffer
	code = run(arguments, &printed, &complained)
	return code, printed.String(), complained.String()
}

// journalFile is a journal on disk.
func journalFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func oneContact(t *testing.T) string {
	t.Helper()
	jane := named(1, "jane@example.com", "", "")
	jane.Subscriptions = []whatcounts.Subscription{{ListID: 5}}
	return journalOf(t, contactLine(1, "delete", jane))
}

func expect(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s lacks %q: %s", what, part, got)
		}
	}
}

func TestConfigurationIsPrinted(t *testing.T) {
	code, out, problems := command(journalFile(t, oneContact(t)))
	expect(t, "the configuration", out, `resource "reach_contact" "jane_example_com" {`, "the journal deleted.jsonl")
	if code != succeeded || problems != "" {
		t.Errorf("exit code %d, %q", code, problems)
	}
}

func TestConfigurationIsWrittenToANewFile(t *testing.T) {
	path := journalFile(t, oneContact(t))
	output := filepath.Join(t.TempDir(), "restored.tf")
	code, out, problems := command("-o", output, path)
	if code != succeeded || out != "" {
		t.Fatalf("exit code %d, %q, %q", code, out, problems)
	}
	expect(t, "the report", problems, "Wrote 1 contact to "+output, "terraform plan")
	written, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the file", string(written), `"jane_example_com"`)
	info, err := os.Stat(output)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("its mode is %o", mode)
	}
}

func TestFileThatExistsIsLeftAsItIs(t *testing.T) {
	path := journalFile(t, oneContact(t))
	for name, output := range map[string]string{"another file": journalFile(t, "mine"), "the journal itself": path, "a directory": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.ReadFile(output)
			code, _, problems := command("-o", output, path)
			expect(t, "the error", problems, output, "exists already")
			if after, _ := os.ReadFile(output); code != failed || string(after) != string(before) {
				t.Errorf("exit code %d, and the file holds %q", code, after)
			}
		})
	}
}

func TestTornLineIsReported(t *testing.T) {
	whole := oneContact(t)
	path := journalFile(t, whole+whole[:20])
	code, out, problems := command(path)
	expect(t, "the report", problems, "Line 2 of "+path+" is cut short")
	expect(t, "the configuration", out, "# - Line 2 of the journal is cut short", `"jane_example_com"`)
	if code != succeeded {
		t.Errorf("exit code %d", code)
	}
}

// A line that cannot be read costs that line, and half a journal does not pass
// for the whole of it.
func TestBrokenLineIsToldAndPassedOver(t *testing.T) {
	ann, bob := contactLine(1, "delete", named(1, "ann@example.com", "", "")), contactLine(2, "delete", named(2, "bob@example.com", "", ""))
	eve := journalOf(t, contactLine(3, "delete", named(3, "eve@example.com", "", "")))
	path := journalFile(t, journalOf(t, ann)+"broken\n"+eve[:90]+journalOf(t, bob))
	output := filepath.Join(t.TempDir(), "restored.tf")
	code, out, problems := command("-o", output, path)
	expect(t, "the report", problems, "Line 2 of "+path+" cannot be read", "Line 3 of "+path+" is cut short", "Wrote 2 contacts")
	written, err := os.ReadFile(output)
	expect(t, "the configuration", string(written), "# - Line 2 of the journal cannot be read", "# - Line 3 of the journal is cut short", `"ann_example_com"`, `"bob_example_com"`)
	if code != succeeded || out != "" || err != nil {
		t.Errorf("exit code %d, %q, %v", code, out, err)
	}
}

func TestJournalWithoutRecords(t *testing.T) {
	path := journalFile(t, "")
	output := filepath.Join(t.TempDir(), "restored.tf")
	code, out, problems := command("-o", output, path)
	expect(t, "the report", problems, path+" holds no deleted record")
	if _, err := os.Stat(output); code != succeeded || out != "" || !os.IsNotExist(err) {
		t.Errorf("exit code %d, %q, %v", code, out, err)
	}
}

func TestMisuse(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"no journal":               {nil, misused, "name the journal"},
		"an empty name":            {[]string{""}, misused, "name the journal"},
		"two journals":             {[]string{"a", "b"}, misused, `unexpected argument "b"`},
		"a flag behind":            {[]string{"a", "-o", "b"}, misused, `unexpected argument "-o"`},
		"an unknown flag":          {[]string{"-force", "a"}, misused, "-force"},
		"a journal that is none":   {[]string{t.TempDir()}, failed, "restore: "},
		"a journal that is absent": {[]string{filepath.Join(t.TempDir(), "none.jsonl")}, failed, "none.jsonl"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, problems := command(test.arguments...)
			expect(t, "the error", problems, test.says)
			if code != test.code || out != "" || strings.Contains(problems, "Usage:") != (test.code == misused) {
				t.Errorf("exit code %d, %q, %q", code, out, problems)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	code, out, problems := command("-help")
	expect(t, "the help", out, "Usage: reach-restore [-config FOLDER] [-policy POLICY] [-identity FILE]", "reach-restore -new-identity FILE", "safeguards.journal_path", "-o FILE", "force_sub", "personal data")
	if code != succeeded || problems != "" {
		t.Errorf("exit code %d, %q", code, problems)
	}
	for line := range strings.Lines(out) {
		if len(line) > 81 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
}
