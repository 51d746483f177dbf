package acctest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/cli"
)

func TestFindCLI(t *testing.T) {
	cases := map[string]struct {
		onPath []string
		named  string // in TF_ACC_TERRAFORM_PATH, within the folder
		found  string // empty for an error
		tofu   bool   // is told to terraform-plugin-testing as OpenTofu
	}{
		"Terraform":                 {[]string{"terraform"}, "", "terraform", false},
		"OpenTofu alone":            {[]string{"tofu"}, "", "tofu", true},
		"both":                      {[]string{"terraform", "tofu"}, "", "terraform", false},
		"the one that is named":     {[]string{"terraform", "tofu"}, "tofu", "tofu", true},
		"one that is not there":     {[]string{"terraform"}, "tofu", "", false},
		"none":                      {nil, "", "", false},
		"Terraform, which is named": {[]string{"tofu", "terraform"}, "terraform", "terraform", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for _, file := range c.onPath {
				if err := os.WriteFile(executable(folder, file), nil, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", folder)
			t.Setenv(cli.PathVariable, "")
			if c.named != "" {
				t.Setenv(cli.PathVariable, executable(folder, c.named))
			}
			found, err := cli.Path()
			switch {
			case c.found == "" && err == nil:
				t.Errorf("found %s", found)
			case c.found != "" && (err != nil || found != executable(folder, c.found)):
				t.Errorf("found %s (%v)", found, err)
			}
			variables := cliVariables()
			if told := variables[cli.PathVariable] == found && strings.Contains(variables["TF_ACC_PROVIDER_HOST"], "opentofu"); told != c.tofu {
				t.Errorf("the variables are %v", variables)
			}
		})
	}
}

func executable(folder, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, name)
}
