// Package canary runs the released provider under a real Terraform CLI with
// secrets that can be told from everything else, lets the services repeat them
// in every way they could, and looks for them wherever a run leaves a trace.
package canary_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// kind is how the secrets of a run look and where they are given.
type kind struct {
	name string
	// tail is what every secret ends in.
	tail string
	// written puts them into the provider block; otherwise the environment has
	// them.
	written bool
}

var (
	simple  = kind{name: "simple", tail: "Kestrel7Plover"}
	special = kind{name: "special", tail: `p@ss w^rd,"ö%/+&=<>\`, written: true}
)

func (k kind) password(of string) string { return "canary-" + of + "-" + k.tail }

// world is one run with all that it leaves behind.
type world struct {
	*testing.T
	kind        kind
	sim         *simulator.Simulator
	terraform   *acctest.CLI
	folder      string // for what is not in Terraform's own
	processFile string // holds the id of the provider that runs now

	mu        sync.Mutex
	secrets   secrets
	traces    map[string]string // where a secret must not be, by name
	presented map[string]bool   // the secrets that arrived where they belong
	elsewhere []string          // requests that another host received
	// repeat makes answers of 7G in place of the simulator's, from the tokens
	// that this run of the provider holds; "" leaves the request to the
	// simulator. No provider can know the tokens of another run.
	repeat func(operation, access, refresh string) (status int, body string)
	held   struct{ access, refresh string }
}

const apiClient = "terraform"

func newWorld(t *testing.T, kind kind, level string) *world {
	t.Helper()
	w := &world{T: t, kind: kind, folder: t.TempDir(), traces: map[string]string{}, presented: map[string]bool{}}
	w.secrets = secrets{"7G password": kind.password("7g"), "WhatCounts password": kind.password("wc"), "client_auth": kind.password("auth")}
	seed := simulator.DefaultSeed()
	seed.SevenG.Users[0].Password = w.secrets["7G password"]
	seed.WhatCounts.Realms[0].Realm.Password = w.secrets["WhatCounts password"]
	seed.WhatCounts.Realms[0].Realm.APIClients = map[string]string{apiClient: w.secrets["client_auth"]}
	w.sim = simulatortest.Start(t, simulator.Options{Seed: seed})
	tapped := httptest.NewServer(http.HandlerFunc(w.tap))
	t.Cleanup(tapped.Close)

	settings := map[string][2]string{
		"SEVENG_USERNAME": {"username", acctest.Username}, "SEVENG_PASSWORD": {"password", w.secrets["7G password"]},
		"WHATCOUNTS_REALM": {"realm", acctest.Realm}, "WHATCOUNTS_PASSWORD": {"password", w.secrets["WhatCounts password"]},
		"WHATCOUNTS_API_CLIENT": {"api_client", apiClient}, "WHATCOUNTS_CLIENT_AUTH": {"client_auth", w.secrets["client_auth"]},
	}
	blocks := map[string]string{}
	for variable, setting := range settings {
		service, _, _ := strings.Cut(variable, "_")
		if kind.written {
			blocks[service] += fmt.Sprintf("    %s = %q\n", setting[0], setting[1])
		}
	}
	w.terraform = acctest.NewCLI(t, fmt.Sprintf(configuration, tapped.URL, blocks["SEVENG"], tapped.URL, blocks["WHATCOUNTS"], filepath.Join(w.folder, "deleted.jsonl")))
	if !kind.written {
		for variable, setting := range settings {
			w.terraform.Set(variable, setting[1])
		}
	}
	for _, variable := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_REACH", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		w.terraform.Set(variable, level)
	}
	w.terraform.Set("TF_LOG_PATH", filepath.Join(w.folder, "terraform.log"))
	return w
}

const configuration = `
variable "last_name" { default = "Doe" }
variable "value" { default = "billing@example.com" }

provider "reach" {
  seveng {
    endpoint    = %q
    max_retries = 1
%s  }
  whatcounts {
    endpoint    = "%s/bin/api_web"
    max_retries = 1
%s  }
  safeguards { journal_path = %q }
}

resource "reach_communication" "billing" {
  type  = "email"
  value = var.value
  owner = { type = "biz_entity", id = 42 }
}

resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  last_name     = var.last_name
  custom_fields = { plan = "gold, plated" }
  subscriptions = [{ list_id = 5 }]
}

data "reach_optout" "jane" { email = "jane@example.com" }

data "reach_lists" "all" {}

output "lists" { value = data.reach_lists.all.lists }
`

// tap stands before the simulator: it learns the tokens that are issued, and
// keeps of every request what must hold no secret.
func (w *world) tap(answer http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	header := r.Header.Clone()
	header.Del("Authorization")
	w.traces["the addresses of requests"] += r.Method + " " + r.RequestURI + "\n"
	w.traces["the headers of requests"] += fmt.Sprintln(header)
	login := strings.HasPrefix(strings.ToLower(r.URL.Path), "/user/")
	if r.URL.Path != "/bin/api_web" && !login {
		w.traces["the bodies of requests to 7G"] += string(body) + "\n"
	}
	for name, value := range w.secrets {
		for _, form := range forms(value) {
			if bytes.Contains(body, []byte(form)) || r.Header.Get("Authorization") == value {
				w.presented[name] = true
			}
		}
	}
	status, instead := 0, ""
	if w.repeat != nil && !login {
		status, instead = w.repeat(r.Method+" "+strings.ToLower(r.URL.Path), w.held.access, w.held.refresh)
	}
	w.mu.Unlock()
	if instead != "" {
		answer.WriteHeader(status)
		_, _ = io.WriteString(answer, instead) // a client that went away needs no answer
		return
	}
	if !login {
		w.sim.ServeHTTP(answer, r)
		return
	}
	recorded := httptest.NewRecorder()
	w.sim.ServeHTTP(recorded, r)
	var issued struct{ AccessToken, RefreshToken string }
	if json.Unmarshal(recorded.Body.Bytes(), &issued) == nil && issued.AccessToken != "" {
		w.mu.Lock()
		number := len(w.secrets)
		w.held.access, w.held.refresh = issued.AccessToken, issued.RefreshToken
		w.secrets[fmt.Sprintf("access token %d", number)] = issued.AccessToken
		w.secrets[fmt.Sprintf("refresh token %d", number)] = issued.RefreshToken
		w.mu.Unlock()
	}
	maps.Copy(answer.Header(), recorded.Header())
	answer.WriteHeader(recorded.Code)
	_, _ = answer.Write(recorded.Body.Bytes()) // a client that went away needs no answer
}

// run runs one command and keeps what it printed. What must come of it is for
// the caller to say.
func (w *world) run(what string, arguments ...string) (printed string, succeeded bool) {
	w.Helper()
	printed, err := w.terraform.Run(arguments...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traces["what "+what+" printed"] += printed
	return printed, err == nil
}

func (w *world) mustRun(what string, arguments ...string) {
	w.Helper()
	if printed, succeeded := w.run(what, arguments...); !succeeded {
		w.Fatalf("%s: %s", what, printed)
	}
}

func (w *world) mustFail(what string, says string, arguments ...string) {
	w.Helper()
	if printed, succeeded := w.run(what, arguments...); succeeded || !strings.Contains(strings.Join(strings.Fields(printed), " "), says) {
		w.Fatalf("%s did not fail with %q:\n%s", what, says, printed)
	}
}

// collect adds what lies on disk and in the simulator's log.
func (w *world) collect() {
	w.Helper()
	for _, root := range []string{w.terraform.Directory(), w.folder} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path == filepath.Join(w.terraform.Directory(), "main.tf") {
				return err // the user's own configuration is where they put secrets
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			w.traces["the file "+entry.Name()] += string(content)
			return w.unzip(entry.Name(), content)
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	entries := w.sim.Log.Entries()
	for i := range entries {
		if entries[i].Fault == string(traffic.Replace) {
			entries[i].Answer, entries[i].Said = "", "" // written by the test, which planted the secret
		}
	}
	logged, err := json.Marshal(entries)
	if err != nil {
		w.Fatal(err)
	}
	w.traces["the simulator's log"] = string(logged) + fmt.Sprintf("%+v", entries) + w.sim.Dump()
}

// unzip looks into a saved plan. Terraform puts a copy of the configuration
// into it, under tfconfig/, with whatever a user has written there: a literal
// password is in the plan because it is in main.tf. That copy alone is exempt.
// The plan's own parts hold the settings of resources and the values of
// variables, and none of the provider block.
func (w *world) unzip(name string, content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if errors.Is(err, zip.ErrFormat) {
		return nil // no plan
	}
	if err != nil {
		return err
	}
	for _, file := range archive.File {
		if strings.HasPrefix(file.Name, "tfconfig/") && w.kind.written {
			continue
		}
		reader, err := file.Open()
		if err != nil {
			return err
		}
		inside, err := io.ReadAll(reader)
		if err = errors.Join(err, reader.Close()); err != nil {
			return err
		}
		w.traces["the plan "+name+", "+file.Name] += string(inside)
	}
	return nil
}

// expectSilence looks for every secret everywhere.
func (w *world) expectSilence() {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for where, text := range w.traces {
		told := map[string]bool{}
		for _, found := range w.secrets.find(text) {
			if !told[found.secret] {
				w.Errorf("the %s (%s) is in %s: …%s…", found.secret, found.encoding, where, found.around)
			}
			told[found.secret] = true
		}
	}
	if len(w.elsewhere) > 0 {
		w.Errorf("another host received %q", w.elsewhere)
	}
}
