package cmd

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// TestReadyFile: the file is there as long as the simulator answers, whatever an
// earlier run has left.
func TestReadyFile(t *testing.T) {
	for name, left := range map[string]string{"no file": "", "an empty file": "empty", "a file of a run that was killed": "http://127.0.0.1:1\n"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "simulator.url")
			if left != "" {
				if err := os.WriteFile(path, []byte(strings.TrimPrefix(left, "empty")), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ctx, stop := context.WithCancel(t.Context())
			out, problems, code := &simulatortest.Screen{}, &simulatortest.Screen{}, make(chan int)
			go func() {
				code <- run(ctx, []string{"-address", "127.0.0.1:0", "-ready-file", path, "-quiet"}, out, problems)
			}()
			printed := out.Await(t, `export SEVENG_ENDPOINT=(\S+)\n`)
			if written, err := os.ReadFile(path); err != nil || string(written) != printed+"\n" {
				t.Errorf("the file holds %q, %v", written, err)
			}
			answer, err := http.Get(printed + "/_simulator/state")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			stop()
			if got := <-code; got != succeeded || problems.String() != "" {
				t.Errorf("exit code %d, %s", got, problems)
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
				t.Errorf("left are %v, %v", left, err)
			}
		})
	}
}

// TestNotReady: nothing says that the simulator is ready when it is not.
func TestNotReady(t *testing.T) {
	folder := t.TempDir()
	old, other := filepath.Join(folder, "old.url"), filepath.Join(folder, "main.tf")
	for path, content := range map[string]string{old: "http://127.0.0.1:1\n", other: "terraform {}\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ address, file, problem string }{
		{inUse(t), old, "address already in use"},
		{inUse(t), filepath.Join(folder, "new.url"), "address already in use"},
		{"127.0.0.1:0", filepath.Join(folder, "no", "such.url"), "writing the ready file"},
		{"127.0.0.1:0", folder, "ready file"},
		{"127.0.0.1:0", other, "name another one"},
	} {
		var out, problems bytes.Buffer
		code := run(t.Context(), []string{"-address", test.address, "-ready-file", test.file}, &out, &problems)
		if code != failed || !strings.Contains(problems.String(), test.problem) {
			t.Errorf("%s: exit code %d, %s", test.file, code, &problems)
		}
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of an earlier run is still there: %v", err)
	}
	if content, err := os.ReadFile(other); err != nil || string(content) != "terraform {}\n" {
		t.Errorf("another file was written: %v %s", err, content)
	}
}
