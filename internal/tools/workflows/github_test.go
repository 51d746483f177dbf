package workflows

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// TestGitHub runs actionlint over the workflows of the repository and those that
// pages show.
func TestGitHub(t *testing.T) {
	t.Parallel()
	workflows := shown(t, "GitHub")
	files, err := filepath.Glob(root + "/.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflow was found (%v)", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		workflows[file] = string(text)
	}
	for name, text := range workflows {
		if problems := actionlints(t, text); problems != "" {
			t.Errorf("%s:\n%s", name, problems)
		}
	}
}

// TestJournalIsUploadedAfterFailures: a journal that a run has written is needed
// most when the run has failed.
func TestJournalIsUploadedAfterFailures(t *testing.T) {
	t.Parallel()
	for name, text := range shown(t, "GitHub") {
		_, upload, found := strings.Cut(text, "uses: actions/upload-artifact@")
		if !found || !strings.Contains(upload, "if: always()") || !strings.Contains(upload, "deleted.jsonl") {
			t.Errorf("%s uploads no journal after a failure", name)
		}
	}
}

func TestActionlintFinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ secret.x }}\n":                                "secret",
		"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n        with: { brnch: main }\n": "brnch",
	} {
		if problems := actionlints(t, text); !strings.Contains(problems, want) {
			t.Errorf("%q is not in %q", want, problems)
		}
	}
}

func actionlints(t *testing.T, text string) string {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.Lint("workflow.yml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, problem := range problems {
		all = append(all, problem.Error())
	}
	return strings.Join(all, "\n")
}
