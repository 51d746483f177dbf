package workflows

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// gitLab is the part of a .gitlab-ci.yml that the pages use, by the names in
// GitLab's reference of its keywords. Anything else in one is an error.
type gitLab struct {
	Stages  []string             `yaml:"stages"`
	Default gitLabJob            `yaml:"default"`
	Jobs    map[string]gitLabJob `yaml:",inline"`
}

type gitLabJob struct {
	Stage string `yaml:"stage"`
	Image struct {
		Name       string   `yaml:"name"`
		Entrypoint []string `yaml:"entrypoint"`
	} `yaml:"image"`
	BeforeScript  []string `yaml:"before_script"`
	Script        []string `yaml:"script"`
	When          string   `yaml:"when"`
	Environment   string   `yaml:"environment"`
	ResourceGroup string   `yaml:"resource_group"`
	Artifacts     struct {
		Paths    []string `yaml:"paths"`
		When     string   `yaml:"when"`
		Access   string   `yaml:"access"`
		ExpireIn string   `yaml:"expire_in"`
	} `yaml:"artifacts"`
}

// TestGitLab holds a pipeline to what GitLab takes, and to what a guide has to
// show: jobs on one realm wait for each other, the plan gets to the job that
// applies it, and a journal is kept after a failure, too.
func TestGitLab(t *testing.T) {
	t.Parallel()
	for name, text := range shown(t, "GitLab") {
		var pipeline gitLab
		strictly(t, name, text, &pipeline)
		var group string
		planned := map[string]int{} // the stage of the job that keeps the file
		for named, job := range pipeline.Jobs {
			stage := slices.Index(pipeline.Stages, job.Stage)
			if stage < 0 || len(job.Script) == 0 {
				t.Errorf("%s: %s has no script, or is in no stage of %q", name, named, pipeline.Stages)
			}
			among(t, name+": "+named+": when", job.When, "", "on_success", "manual", "always")
			among(t, name+": "+named+": artifacts:when", job.Artifacts.When, "", "on_success", "on_failure", "always")
			among(t, name+": "+named+": artifacts:access", job.Artifacts.Access, "developer", "maintainer", "none")
			if group == "" {
				group = job.ResourceGroup
			}
			if job.ResourceGroup == "" || job.ResourceGroup != group {
				t.Errorf("%s: %s is in the resource group %q, another job in %q", name, named, job.ResourceGroup, group)
			}
			for _, path := range job.Artifacts.Paths {
				planned[path] = stage
			}
		}
		for named, job := range pipeline.Jobs {
			for _, command := range job.Script {
				file, applies := strings.CutPrefix(command, "terraform apply -input=false ")
				if !applies {
					continue
				}
				if stage, kept := planned[file]; !kept || stage >= slices.Index(pipeline.Stages, job.Stage) {
					t.Errorf("%s: no earlier job keeps %s for %s", name, file, named)
				}
				if job.Artifacts.When != "always" || !slices.Contains(job.Artifacts.Paths, "deleted.jsonl") {
					t.Errorf("%s: %s keeps no journal after a failure", name, named)
				}
			}
		}
	}
}

// strictly reads a file that has no keys but those that are known.
func strictly(t *testing.T, name, text string, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func among(t *testing.T, what, value string, allowed ...string) {
	t.Helper()
	if !slices.Contains(allowed, value) {
		t.Errorf("%s is %q, and may be one of %q", what, value, allowed)
	}
}
