package workflows

import (
	"path"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"
)

// atlantis is the part of an atlantis.yaml that the pages use, by the names in
// Atlantis' reference of it.
type atlantis struct {
	Version  int `yaml:"version"`
	Projects []struct {
		Name              string   `yaml:"name"`
		Dir               string   `yaml:"dir"`
		Workflow          string   `yaml:"workflow"`
		ApplyRequirements []string `yaml:"apply_requirements"`
	} `yaml:"projects"`
	Workflows map[string]struct {
		Plan  atlantisStage `yaml:"plan"`
		Apply atlantisStage `yaml:"apply"`
	} `yaml:"workflows"`
}

type atlantisStage struct {
	Steps []yaml.Node `yaml:"steps"`
}

// TestAtlantis holds a file to what Atlantis takes, and to what a guide has to
// show: the journal is outside of the clone, and the same for plan and apply.
func TestAtlantis(t *testing.T) {
	t.Parallel()
	for name, text := range shown(t, "Atlantis") {
		var file atlantis
		strictly(t, name, text, &file)
		if file.Version != 3 || len(file.Projects) == 0 {
			t.Errorf("%s has the version %d and %d projects", name, file.Version, len(file.Projects))
		}
		for _, project := range file.Projects {
			if _, there := file.Workflows[project.Workflow]; !there || project.Dir == "" {
				t.Errorf("%s: %s is in the folder %q, with the workflow %q", name, project.Name, project.Dir, project.Workflow)
			}
			for _, requirement := range project.ApplyRequirements {
				among(t, name+": apply_requirements", requirement, "approved", "mergeable", "undiverged")
			}
		}
		for named, workflow := range file.Workflows {
			plan, apply := stepsOf(t, name, workflow.Plan, "init", "plan"), stepsOf(t, name, workflow.Apply, "apply")
			if !path.IsAbs(plan) || plan != apply {
				t.Errorf("%s: %s has the journal %q in the plan and %q in the apply", name, named, plan, apply)
			}
		}
	}
}

// stepsOf finds that a stage has these steps of Atlantis' own, and returns the
// journal that its environment names.
func stepsOf(t *testing.T, name string, stage atlantisStage, want ...string) (journal string) {
	t.Helper()
	var own []string
	for _, step := range stage.Steps {
		if step.Kind == yaml.ScalarNode {
			own = append(own, step.Value)
			continue
		}
		var set struct {
			Env struct {
				Name  string `yaml:"name"`
				Value string `yaml:"value"`
			} `yaml:"env"`
		}
		text, err := yaml.Marshal(&step)
		if err != nil {
			t.Fatal(err)
		}
		strictly(t, name, string(text), &set)
		if set.Env.Name == "TF_VAR_journal" {
			journal = set.Env.Value
		}
	}
	if !slices.Equal(own, want) {
		t.Errorf("%s has the steps %q, want %q", name, own, want)
	}
	return journal
}
