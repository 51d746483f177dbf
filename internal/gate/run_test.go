package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A module whose tests stand in for those of plugin-testing: the package has
// its import path, and skips with its words.
const (
	module114  = "module github.com/hashicorp/terraform-plugin-testing\n\ngo 1.26\n"
	tfversion  = "package tfversion\n\nimport \"testing\"\n\nfunc SkipBelow(t *testing.T) { t.Skip(\"Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test\") }\n"
	testHeader = "package p\n\nimport (\n\t\"testing\"\n\n\t\"github.com/hashicorp/terraform-plugin-testing/tfversion\"\n)\n\nvar _ = tfversion.SkipBelow\n\n"
)

func TestRun(t *testing.T) {
	cases := map[string]struct {
		source  string
		fails   string   // in the error; empty for none
		printed []string // what a person has to see
		hidden  string
	}{
		"all pass": {
			"func TestA(t *testing.T) { t.Log(\"a detail\"); t.Run(\"b\", func(t *testing.T) {}) }",
			"", []string{"ok  \tgithub.com/hashicorp/terraform-plugin-testing/p", "[no test files]", "1 tests passed, none was skipped"}, "a detail",
		},
		"a skip with a twin that passes": {
			"// Twin: TestList\nfunc TestAccList(t *testing.T) { tfversion.SkipBelow(t) }\nfunc TestList(t *testing.T) {}",
			"", []string{"1 tests passed, 1 skipped", "p: TestAccList: Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test (twin: TestList)"}, "gate:",
		},
		"a skipped part": {
			"// Twin: TestList\nfunc TestAccList(t *testing.T) { t.Run(\"part\", func(t *testing.T) { tfversion.SkipBelow(t) }) }\nfunc TestList(t *testing.T) {}",
			"", []string{"2 tests passed, 1 skipped", "TestAccList/part"}, "gate:",
		},
		"a skip without a twin": {
			"func TestAccList(t *testing.T) { tfversion.SkipBelow(t) }\nfunc TestList(t *testing.T) {}",
			"skipped", []string{"gate: p/p_test.go:11:1: TestAccList", "has no twin"}, "",
		},
		"a twin that fails": {
			"// Twin: TestList\nfunc TestAccList(t *testing.T) { tfversion.SkipBelow(t) }\nfunc TestList(t *testing.T) { t.Error(\"broken\") }\nfunc TestA(t *testing.T) {}",
			"go test", []string{"--- FAIL: TestList", "broken", "its twin TestList did not pass"}, "--- PASS",
		},
		"a skip for another reason": {
			"func TestA(t *testing.T) { t.Skip(\"not today\") }\nfunc TestB(t *testing.T) {}",
			"skipped", []string{"gate:", "TestA was skipped: not today", "build constraint"}, "",
		},
		"a skip without a reason": {
			"func TestA(t *testing.T) { t.SkipNow() }\nfunc TestB(t *testing.T) {}",
			"skipped", []string{"TestA was skipped: without a reason"}, "",
		},
		"a skipped part, for another reason": {
			"func TestA(t *testing.T) { t.Run(\"part\", func(t *testing.T) { t.Skip(\"not today\") }) }",
			"skipped", []string{"TestA/part was skipped: not today"}, "",
		},
		"the words alone": {
			"func TestA(t *testing.T) { t.Skip(\"Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test\") }\nfunc TestB(t *testing.T) {}",
			"skipped", []string{"Nothing in its source says so"}, "",
		},
		"a failure": {
			"func TestA(t *testing.T) { t.Run(\"good\", func(t *testing.T) { t.Log(\"fine\") }); t.Run(\"bad\", func(t *testing.T) { t.Error(\"broken\") }) }\nfunc TestB(t *testing.T) {}",
			"go test", []string{"--- FAIL: TestA/bad", "broken", "FAIL\tgithub.com/hashicorp/terraform-plugin-testing/p"}, "fine",
		},
		"a panic": {
			"func TestA(t *testing.T) { t.Log(\"before it\"); panic(\"at the disco\") }",
			"go test", []string{"before it", "at the disco"}, "",
		},
		"an exit": {
			"func TestB(t *testing.T) {}\nfunc TestMain(m *testing.M) { m.Run(); panic(\"at the end\") }",
			"go test", []string{"at the end"}, "",
		},
		"no compilation": {"func TestA(t *testing.T) { undefined() }", "go test", []string{"undefined: undefined"}, ""},
		"no test":        {"var _ *testing.T", "no test ran", nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "go.mod"), module114)
			write(t, filepath.Join(folder, "tfversion", "tfversion.go"), tfversion)
			write(t, filepath.Join(folder, "p", "p_test.go"), testHeader+c.source+"\n")
			var printed, errors bytes.Buffer
			err := run(folder, []string{"./..."}, &printed, &errors)
			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
				t.Errorf("the run ended with %v, not with %q", err, c.fails)
			}
			for _, want := range c.printed {
				if !strings.Contains(printed.String()+errors.String(), want) {
					t.Errorf("%q was not printed", want)
				}
			}
			if c.hidden != "" && strings.Contains(printed.String(), c.hidden) {
				t.Errorf("%q was printed", c.hidden)
			}
			if t.Failed() {
				t.Logf("printed:\n%s%s", &printed, &errors)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
