package workflows

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

const root = "../../.."

var (
	yamlBlock = regexp.MustCompile("(?ms)^```ya?ml\n(.*?)^```$")

	// kinds are the pipelines that are known, by a line that each of them has.
	kinds = map[string]*regexp.Regexp{
		"GitHub":   regexp.MustCompile(`(?m)^jobs:`),
		"GitLab":   regexp.MustCompile(`(?m)^stages:`),
		"Atlantis": regexp.MustCompile(`(?m)^projects:`),
	}
)

// blocks are the blocks of YAML in the pages of the registry, by page and number.
func blocks(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root+"/docs", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		for i, block := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			found[fmt.Sprintf("%s, block %d", filepath.Base(path), i+1)] = block[1]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// shown are the blocks of one kind.
func shown(t *testing.T, kind string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, text := range blocks(t) {
		if kinds[kind].MatchString(text) {
			found[name] = text
		}
	}
	if len(found) == 0 {
		t.Fatalf("no page shows one for %s", kind)
	}
	return found
}

// TestEveryBlockIsChecked finds YAML in a page that no test knows.
func TestEveryBlockIsChecked(t *testing.T) {
	t.Parallel()
	for name, text := range blocks(t) {
		known := 0
		for _, kind := range kinds {
			if kind.MatchString(text) {
				known++
			}
		}
		if known != 1 {
			t.Errorf("%s is of %d kinds:\n%s", name, known, text)
		}
	}
}
