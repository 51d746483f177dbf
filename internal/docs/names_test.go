package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// TestPagesNameWhatExists finds what a page names and nobody knows.
func TestPagesNameWhatExists(t *testing.T) {
	t.Parallel()
	known := newVocabulary(t)
	for _, p := range pages(t) {
		for _, problem := range known.unknownIn(t, p) {
			t.Errorf("%s: %s", p.path, problem)
		}
	}
	for _, file := range configurationFiles(t) {
		for _, variable := range known.unknownVariables(read(t, file)) {
			t.Errorf("%s: no environment variable %s", file, variable)
		}
	}
}

// TestUnknownNamesInPages plants a mistake of each kind.
func TestUnknownNamesInPages(t *testing.T) {
	t.Parallel()
	known := newVocabulary(t)
	for text, want := range map[string]string{
		"Set force_subs.":                                                "force_subs",
		"See `reach_contracts`.":                                         "reach_contracts",
		"Use `normalise_email`.":                                         "normalise_email",
		"Set `emial`.":                                                   "emial",
		"Set `owner.name`.":                                              "owner.name",
		"Set `safeguards.journal`.":                                      "safeguards.journal",
		"Say `exakt = true`.":                                            "exakt",
		"Say `deletion_policy = \"keep\"`.":                              "keep",
		"Export SEVENG_TOKEN.":                                           "SEVENG_TOKEN",
		"Run `make simulate`.":                                           "simulate",
		"Run `make simulator PORT=1`.":                                   "PORT",
		"```sh\nmake simulator ARGS=\"-seeds x\"\n```":                   "-seeds",
		"```sh\nmake restore-plans JOURNAL=x # back\n```":                "restore-plans",
		"```sh\ngo run ./internal/restored x\n```":                       "./internal/restored",
		"```sh\ngo run ./internal/restore -out x y\n```":                 "-out",
		"```sh\nterraform destroyed\n```":                                "destroyed",
		"```sh\nterraform apply -invoked=x\n```":                         "-invoked",
		"Start with `-seeds`.":                                           "-seeds",
		"Look into `internal/contacts`.":                                 "internal/contacts",
		"Look into `modell.go`.":                                         "modell.go",
		"It says **Contact has been opted out**.":                        "Contact has been opted out",
		"Ask for `7g-not-found-405`.":                                    "7g-not-found-405",
		"```hcl\nresource \"reach_contact\" \"a\" {\n  mail = 1\n}\n```": "mail",
		"[See](https://github.com/reachops/terraform-provider-reach/tree/main/examples/none)": "examples/none",
	} {
		if found := known.unknownIn(t, newPage("docs/guides/planted.md", text+"\n")); len(found) != 1 || !strings.Contains(found[0], want) {
			t.Errorf("%s\nwant one problem with %q, got %q", text, want, found)
		}
	}
}

// vocabulary is everything that a page may name.
type vocabulary struct {
	provider   *tfjson.ProviderSchema
	words      map[string]bool // attributes, resources and the like, and words of Terraform
	paths      map[string]bool // attributes within others, with dots
	variables  []string        // of the environment
	targets    []string        // of make
	makefile   string
	summaries  map[string]string
	dialects   []string
	goFiles    map[string]bool
	simulation map[string]bool // what the simulator's JSON has
}

// What is neither the provider's nor wrong.
var (
	terraformWords = []string{
		"alias", "apply", "count", "create_before_destroy", "csvdecode", "error_message", "for_each", "identity", "import", "include_resource", "limit", "moved", "null",
		"prevent_destroy", "replace_triggered_by", "required_providers", "terraform_data",
	}
	terraformVariables = []string{"CHECKPOINT_DISABLE", "TF_CLI_CONFIG_FILE", "TF_LOG", "TF_LOG_PROVIDER", "TF_REATTACH_PROVIDERS", cli.PathVariable}
	terraformCommands  = []string{"apply", "destroy", "import", "init", "plan", "query", "taint", "test", "untaint"}
	terraformFlags     = []string{"generate-config-out", "invoke", "parallelism", "refresh", "replace", "target", "var"}

	// Values, commands, records of the simulator and parts of a journal.
	otherWords = []string{"curl", "demo", "export", "keyed", "policy", "yes", "biz_entity", "person", "organisation", "text", "html", "mime", "main"}

	// The secrets of the workflow that releases.
	secrets = []string{"GPG_PRIVATE_KEY"}

	// What a guide misspells to show what comes of it.
	misspelt = []string{"max_delete_per_run"}

	// Emphasis in the form of a summary: a capital letter, and several words.
	emphasis = []string{
		"Creates, updates, deletes", "Global Optout", "It cannot be undone", "Logins to 7G", "Opt-outs of single lists",
		"Rows in flat relational tables", "Terraform's time", "The provider's time", "WhatCounts' credentials",
	}
)

func newVocabulary(t *testing.T) *vocabulary {
	t.Helper()
	known := &vocabulary{
		provider: decoded(t), words: map[string]bool{}, paths: map[string]bool{}, makefile: read(t, filepath.Join(root, "GNUmakefile")),
		summaries: summaries(t), goFiles: map[string]bool{}, simulation: map[string]bool{},
	}
	for path, text := range descriptions(known.provider) {
		path = strings.TrimPrefix(path[strings.Index(path, " ")+1:], "provider.")
		steps := strings.Split(path, ".")
		for i, step := range steps {
			known.words[step] = true
			known.paths[strings.Join(steps[i:], ".")] = true
		}
		if found := variableInDescription.FindStringSubmatch(text); found != nil {
			known.variables = append(known.variables, found[1])
		}
	}
	for _, word := range slices.Concat(terraformWords, otherWords, misspelt, deletion.ContactPolicies()) {
		known.words[word] = true
	}
	known.variables = slices.Concat(known.variables, terraformVariables, secrets)
	for _, target := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(known.makefile, -1) {
		known.targets = append(known.targets, target[1])
	}
	for _, dialect := range simulator.Dialects() {
		known.dialects = append(known.dialects, dialect.Name)
	}
	for _, file := range filesUnder(t, "internal", ".go") {
		known.goFiles[filepath.Base(file)] = true
		if strings.Contains(file, "simulator") {
			for _, tag := range regexp.MustCompile("`json:\"([a-z_0-9]+)").FindAllStringSubmatch(read(t, file), -1) {
				known.simulation[tag[1]] = true
			}
		}
	}
	return known
}

// filesUnder are the files of a folder whose name ends so.
func filesUnder(t *testing.T, folder, ending string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ending) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	linkTarget  = regexp.MustCompile(`\]\([^)]*\)`)
	withSlash   = regexp.MustCompile(`\S*/\S*`)
	longWord    = regexp.MustCompile(`\b[a-z]+(?:_[a-z0-9]+)+\b`)
	anyWord     = regexp.MustCompile(`\b[a-z][a-z0-9_]*\b`)
	shortSpan   = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	dottedName  = regexp.MustCompile("`[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+`")
	dottedSpan  = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
	assignment  = regexp.MustCompile(`^([a-z][a-z0-9_]*) = (?:"([a-z_]+)"$)?`)
	variable    = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
	ownAddress  = regexp.MustCompile(`https://github\.com/reachops/terraform-provider-reach/(?:tree|blob)/main/([^)#\s]+)`)
	pathSpan    = regexp.MustCompile(`^\.?/?(internal|examples|docs|templates|\.ci|\.github|\.changes)(/[\w.-]+)+$`)
	goFile      = regexp.MustCompile(`^[a-z_]+\.go$`)
	dialectName = regexp.MustCompile(`\b(?:7g|wc)-[a-z0-9-]+`)
	fileName    = regexp.MustCompile(`\.(tf|go|md|csv|jsonl|hcl)$`)
)

// unknownIn are the names in a page that nobody knows.
func (v *vocabulary) unknownIn(t *testing.T, p page) []string {
	t.Helper()
	var problems []string
	problem := func(format string, arguments ...any) { problems = append(problems, fmt.Sprintf(format, arguments...)) }
	own := v.ownWords(t, p)
	isKnown := func(word string) bool { return v.words[word] || own[word] }

	commands := strings.Join(p.shell, "\n")
	plain := withSlash.ReplaceAllString(linkTarget.ReplaceAllString(p.prose, "]"), "")
	plain = dottedName.ReplaceAllString(plain, "") // as a whole, below
	for _, span := range p.spans {
		problems = append(problems, v.unknownInSpan(t, p, span, isKnown)...)
		problems = append(problems, v.unknownInCommand(t, span)...)
	}
	for _, command := range p.shell {
		problems = append(problems, v.unknownInCommand(t, command)...)
	}
	for _, word := range distinct(longWord.FindAllString(plain+commands, -1)) {
		if !isKnown(word) && !strings.Contains(commands, "/"+word) {
			problem("nothing is called %s", word)
		}
	}
	for _, name := range v.unknownVariables(p.prose + commands) {
		problem("no environment variable %s", name)
	}
	for _, path := range ownAddress.FindAllStringSubmatch(p.prose, -1) {
		problems = append(problems, missingPath(path[1])...)
	}
	for _, bold := range boldText.FindAllStringSubmatch(p.prose, -1) {
		if text := bold[1]; looksLikeSummary(text) && v.summaries[text] == "" && !slices.Contains(emphasis, text) {
			problem("no message is called %q", text)
		}
	}
	for _, name := range dialectName.FindAllString(p.prose+commands, -1) {
		if !slices.Contains(v.dialects, name) {
			problem("no dialect %s", name)
		}
	}
	for _, block := range p.hcl {
		problems = append(problems, unknownNames([]byte(block), v.provider)...)
	}
	return problems
}

// unknownInSpan is what nobody knows in one piece of code within the prose.
func (v *vocabulary) unknownInSpan(t *testing.T, p page, span string, isKnown func(string) bool) []string {
	t.Helper()
	switch {
	case shortSpan.MatchString(span):
		// In pages about the project such words are also commands, and parts of
		// the services.
		if strings.HasPrefix(p.path, "docs/") && !isKnown(span) {
			return []string{"nothing is called " + span}
		}
	case goFile.MatchString(span):
		if !v.goFiles[span] {
			return []string{"no file " + span}
		}
	case dottedSpan.MatchString(span) && !fileName.MatchString(span):
		if !v.paths[span] && !strings.HasPrefix(p.path, "internal/") {
			return []string{"no attribute " + span}
		}
	case assignment.MatchString(span):
		name, value := assignment.FindStringSubmatch(span)[1], assignment.FindStringSubmatch(span)[2]
		switch {
		case !strings.Contains(name, "_") && !isKnown(name): // others are found as words
			return []string{"nothing is called " + name}
		case name == "deletion_policy" && !slices.Contains(deletion.ContactPolicies(), value):
			return []string{"no deletion_policy " + value}
		}
	case pathSpan.MatchString(span):
		return missingPath(span)
	case strings.HasPrefix(span, "-"):
		return v.unknownFlags(t, span, "simulator", "terraform")
	}
	return nil
}

// ownWords are the words that a page makes known itself, in its configurations
// or those beside it. The attributes in those are held against the schemas.
func (v *vocabulary) ownWords(t *testing.T, p page) map[string]bool {
	t.Helper()
	own := map[string]bool{}
	text := p.code
	if folder := filepath.Dir(p.path); strings.HasPrefix(folder, "examples/") {
		for _, file := range filesUnder(t, folder, ".tf") {
			text += read(t, file)
		}
	}
	for _, word := range anyWord.FindAllString(text, -1) {
		own[word] = true
	}
	if strings.HasPrefix(p.path, "internal/simulator/") {
		maps.Copy(own, v.simulation)
	}
	return own
}

func (v *vocabulary) unknownVariables(text string) []string {
	return slices.DeleteFunc(distinct(variable.FindAllString(text, -1)), func(name string) bool { return slices.Contains(v.variables, name) })
}

func missingPath(path string) []string {
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		return []string{fmt.Sprintf("no file %s", path)}
	}
	return nil
}

func looksLikeSummary(text string) bool {
	return strings.Contains(text, " ") && !strings.HasSuffix(text, ".") && (text[0] >= 'A' && text[0] <= 'Z' || text[0] == '7')
}

func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
