package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	byOldCLI = "testcase.go:1: Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test."
	source   = `package contact_test

// Lists contacts.
//
// Covered in-process by TestList.
func TestAccList(t *testing.T) {}

func TestAccAct(t *testing.T) {}

func TestList(t *testing.T) {}
`
)

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		results [][3]string // test, action, what it printed
		want    string      // in the error; empty for none
	}{
		"all pass":                            {[][3]string{{"TestList", "pass", ""}}, ""},
		"a skip that is covered":              {[][3]string{{"TestAccList", "skip", byOldCLI}, {"TestList", "pass", ""}}, ""},
		"a skipped part that is covered":      {[][3]string{{"TestAccList/all", "skip", byOldCLI}, {"TestList", "pass", ""}}, ""},
		"a skip that names no test":           {[][3]string{{"TestAccAct", "skip", byOldCLI}, {"TestList", "pass", ""}}, "TestAccAct was skipped, and no comment"},
		"a skip whose cover fails":            {[][3]string{{"TestAccList", "skip", byOldCLI}, {"TestList", "fail", ""}, {"TestA", "pass", ""}}, "TestList, which is to cover it, did not pass"},
		"a skip whose cover is skipped":       {[][3]string{{"TestAccList", "skip", byOldCLI}, {"TestList", "skip", byOldCLI}, {"TestA", "pass", ""}}, "did not pass"},
		"a skip whose cover does not run":     {[][3]string{{"TestAccList", "skip", byOldCLI}, {"TestA", "pass", ""}}, "did not pass"},
		"a skip for another reason":           {[][3]string{{"TestList", "skip", "main_test.go:3: not today"}, {"TestA", "pass", ""}}, "another reason"},
		"a skipped part, for another reason":  {[][3]string{{"TestList/all", "skip", "not today"}, {"TestA", "pass", ""}}, "not today"},
		"a skip without a reason":             {[][3]string{{"TestList", "skip", ""}, {"TestA", "pass", ""}}, "another reason"},
		"a test whose source cannot be found": {[][3]string{{"TestElsewhere", "skip", byOldCLI}}, "no source of TestElsewhere"},
		"no test":                             {nil, "no test passed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var events strings.Builder
			write := func(event map[string]string) {
				event["Package"] = module + "internal/contact"
				if err := json.NewEncoder(&events).Encode(event); err != nil {
					t.Fatal(err)
				}
			}
			for _, result := range c.results {
				write(map[string]string{"Action": "run", "Test": result[0]})
				for _, line := range []string{"=== RUN   " + result[0], "    " + result[2], "--- SKIP: " + result[0]} {
					write(map[string]string{"Action": "output", "Test": result[0], "Output": line + "\n"})
				}
				write(map[string]string{"Action": result[1], "Test": result[0]})
			}
			write(map[string]string{"Action": "pass"})
			err := check(strings.NewReader(events.String()), fstest.MapFS{"internal/contact/list_test.go": {Data: []byte(source)}})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, not %q", err, c.want)
			}
		})
	}
}

func TestFileThatIsNoJSON(t *testing.T) {
	t.Parallel()
	if err := check(strings.NewReader("ok  \tinternal/contact\n"), fstest.MapFS{}); err == nil {
		t.Error("it was read")
	}
}
