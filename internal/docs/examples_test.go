package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

const examplesFolder = "../../examples"

// exampleFiles are all files under examples/ whose name ends so.
func exampleFiles(t *testing.T, ending string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(examplesFolder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ending) {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no file under %s ends in %q (%v)", examplesFolder, ending, err)
	}
	return files
}

// TestExamples runs every file that a page shows as it is written, with the
// credentials in the environment. Whole examples, which have a folder with a
// README, are run by internal/examples.
func TestExamples(t *testing.T) {
	for _, file := range exampleFiles(t, "") {
		folder, _, _ := strings.Cut(strings.TrimPrefix(filepath.ToSlash(file), examplesFolder+"/"), "/")
		if _, err := os.Stat(filepath.Join(examplesFolder, folder, "README.md")); err == nil {
			continue
		}
		t.Run(strings.TrimPrefix(filepath.ToSlash(file), examplesFolder+"/"), func(t *testing.T) {
			content := read(t, file)
			if folder, err := filepath.Abs(filepath.Dir(file)); err == nil {
				content = strings.ReplaceAll(content, "${path.module}", filepath.ToSlash(folder))
			}
			switch filepath.Base(file) {
			case "contacts.csv", "versions.tf": // run with what is beside them
			case "provider.tf":
				runsWithCLI(t, simulator.DefaultSeed(), nil, resource.TestStep{Config: content})
			case "resource.tf":
				runsWithCLI(t, simulator.DefaultSeed(), nil, resource.TestStep{Config: beside(t, file, "versions.tf") + content})
			case "data-source.tf":
				runsWithCLI(t, inhabited(), nil, resource.TestStep{Config: beside(t, file, "versions.tf") + content})
			case "function.tf": // the test framework takes no state with keys of for_each
				runsWithCLI(t, inhabited(), nil, resource.TestStep{Config: beside(t, file, "versions.tf") + content, PlanOnly: true, ExpectNonEmptyPlan: true})
			case "ephemeral-resource.tf", "list-resource.tfquery.hcl":
				runsInProcess(t, populated(), content)
			case "action.tf":
				if deleted := runsInProcess(t, inhabited(), content); deleted != 1 {
					t.Errorf("%d records were deleted", deleted)
				}
			case "import-by-string-id.tf", "import-by-identity.tf":
				importsByBlock(t, content, beside(t, file, "resource.tf"))
			case "import.sh":
				importsByCommand(t, content, beside(t, file, "resource.tf"))
			default:
				t.Error("no test knows what to do with this file")
			}
		})
	}
}

// TestExamplesAreComplete looks for an example of everything that has a page.
func TestExamplesAreComplete(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	var wanted []string
	want := func(folder string, names []string, files ...string) {
		for _, name := range names {
			for _, file := range files {
				wanted = append(wanted, filepath.Join(folder, name, file))
			}
		}
	}
	want("resources", names(provider.ResourceSchemas), "versions.tf", "resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf")
	want("data-sources", names(provider.DataSourceSchemas), "versions.tf", "data-source.tf")
	want("list-resources", names(provider.ListResourceSchemas), "versions.tf", "list-resource.tfquery.hcl")
	want("actions", names(provider.ActionSchemas), "versions.tf", "action.tf")
	want("ephemeral-resources", names(provider.EphemeralResourceSchemas), "versions.tf", "ephemeral-resource.tf")
	want("functions", names(provider.Functions), "versions.tf", "function.tf")
	for _, file := range wanted {
		if _, err := os.Stat(filepath.Join(examplesFolder, file)); err != nil {
			t.Error(err)
		}
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	for _, file := range append(exampleFiles(t, ".tf"), exampleFiles(t, ".hcl")...) {
		if content := read(t, file); string(hclwrite.Format([]byte(content))) != content {
			t.Errorf("%s: run make fmt", file)
		}
	}
}

// beside is another file of the same folder.
func beside(t *testing.T, file, name string) string {
	t.Helper()
	return read(t, filepath.Join(filepath.Dir(file), name))
}

// surroundings give a test what a person has around an example: credentials
// in the environment, the provider under its own address, a folder to run in.
func surroundings(t *testing.T, seed *simulator.Seed) {
	t.Helper()
	started := simulatortest.Start(t, simulator.Options{Seed: seed})
	for name, value := range map[string]string{
		"SEVENG_ENDPOINT":           started.URL(),
		"SEVENG_USERNAME":           acctest.Username,
		"SEVENG_PASSWORD":           acctest.PasswordOf(acctest.Username),
		"WHATCOUNTS_ENDPOINT":       started.WhatCountsURL(),
		"WHATCOUNTS_REALM":          acctest.Realm,
		"WHATCOUNTS_PASSWORD":       acctest.PasswordOf(acctest.Realm),
		"TF_ACC_PROVIDER_NAMESPACE": "reachops",
	} {
		t.Setenv(name, value)
	}
	t.Chdir(t.TempDir())
}

// withProvider is an example below the block that says where the provider
// comes from, which every configuration has once.
func withProvider(example string) string {
	if strings.Contains(example, "required_providers") {
		return example
	}
	return fmt.Sprintf("terraform {\n  required_providers {\n    reach = { source = %q }\n  }\n}\n\n%s", "reachops/reach", example)
}

// runsWithCLI plans and applies each step, finds no further change, and
// destroys what it made.
func runsWithCLI(t *testing.T, seed *simulator.Seed, versions []tfversion.TerraformVersionCheck, steps ...resource.TestStep) {
	t.Helper()
	surroundings(t, seed)
	resource.UnitTest(t, resource.TestCase{TerraformVersionChecks: versions, ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}
