package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// command sends a WhatCounts command with these rows to the realm demo.
func command(t *testing.T, sim *simulator.Simulator, arguments, rows string) {
	t.Helper()
	form, err := url.ParseQuery("r=demo&p=demo-password&" + arguments)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("data", rows)
	answer, err := http.PostForm(sim.WhatCountsURL(), form)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
}

// row is the row of a table that contains a text.
func row(table, text string) string {
	return `[...document.querySelectorAll("#` + table + ` tr")].find(row => row.textContent.includes("` + text + `"))`
}

// keep writes a picture to where a variable of the environment says, for the
// documentation. It has to stay small enough for a repository.
func keep(b *browser, variable string) {
	b.t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		return
	}
	picture := b.picture()
	if len(picture) > 200<<10 {
		b.t.Errorf("the picture has %d bytes", len(picture))
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestPlanInTheBrowser watches the demo's configuration being applied,
// changed and destroyed: what the page is for.
func TestPlanInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	b := openBrowser(t)
	b.open(sim.PageURL(), 1360, 600, "light")
	b.await(`document.getElementById("connection").textContent === "Live"`)
	b.await(`document.body.innerText.includes("Nothing yet.")`)

	w := acctest.NewWorkspace(t, t.TempDir(), sim)
	write := func(name string) {
		content, err := os.ReadFile(filepath.Join("..", "..", "demo", "configuration", name))
		if err != nil {
			t.Fatal(err)
		}
		w.Write("main.tf", string(content))
	}
	write("1-create.tf")
	w.MustRun("init", "-input=false")
	w.MustRun("apply", "-auto-approve", "-input=false")
	for _, shown := range []string{
		row("communications", "billing@example.com") + `.textContent.includes("biz_entity 42, Smith Family Trust")`,
		row("communications", "billing@example.com") + `.classList.contains("new")`,
		row("contacts", "jane@example.com") + `.textContent.includes("5 Newsletter (html)")`,
		row("contacts", "jane@example.com") + `.textContent.includes("custom_plan=gold")`,
		row("requests", "POST /communication"),
		row("requests", "POST /user/login") + `.textContent.includes("done")`,
		`document.querySelector("#events").textContent.includes("Contact added jane@example.com, Jane")`,
		`document.querySelector("#contacts-count").textContent === "1"`,
		`document.querySelector("#optouts").children.length === 0`,
	} {
		b.await(shown)
	}

	write("2-change.tf")
	w.MustRun("apply", "-auto-approve", "-input=false")
	b.await(row("contacts", "6 Product news (text)") + `.classList.contains("changed")`)
	b.await(row("communications", "accounts@example.com") + `.textContent.includes("person 7, Jane Smith")`)

	w.MustRun("apply", "-destroy", "-auto-approve", "-input=false")
	b.await(row("contacts", "jane@example.com") + `.matches(".gone")`)
	b.await(`getComputedStyle(` + row("contacts", "jane@example.com") + `.cells[1]).textDecorationLine === "line-through"`)
	b.await(row("contacts", "jane@example.com") + `.textContent.includes("deleted")`)
	b.await(row("communications", "accounts@example.com") + `.matches(".gone")`)
	b.await(row("optouts", "jane@example.com") + `.textContent.includes("global: every list")`)
	b.await(row("requests", "SUCCESS: 1 record(s) procesed. 1 users deleted") + `.matches(".done")`)
	b.await(`document.querySelector("#events").textContent.includes("Opt-out recorded jane@example.com, global: every list")`)
	evaluate[any](b, `document.getElementById("only-writes").click()`)
	b.await(`document.getAnimations().length === 0`)
	keep(b, "SCREENSHOT")
	// In the end the rows go, and what stays behind stays.
	b.await(`!` + row("contacts", "jane@example.com") + ` && !` + row("communications", "accounts@example.com"))
	b.await(row("optouts", "jane@example.com"))

	shown := evaluate[string](b, `document.documentElement.outerHTML`)
	for _, secret := range []string{"demo-password", "eyJ"} { // tokens begin so
		if strings.Contains(shown, secret) {
			t.Errorf("the page shows %s", secret)
		}
	}
	for _, entry := range sim.Log.Entries() {
		if entry.Operation == "GET /favicon.ico" || entry.Service == "7g" && entry.Method == "GET" && entry.Header.Get("Version") == "" {
			t.Errorf("the browser asked a service: %s", entry.Operation)
		}
	}
}

// TestActorsInTheBrowser changes the records behind the page's back.
func TestActorsInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	b := openBrowser(t)
	b.open(sim.PageURL(), 1280, 800, "dark")
	b.await(`document.getElementById("connection").textContent === "Live"`)
	command(t, sim, "c=sub&list_id=5", "email,first,last^jane@example.com,Jane,<b onclick=alert(1)>Doe</b>")
	b.await(row("contacts", "last=<b onclick=alert(1)>Doe</b>"))
	b.await(`!document.querySelector("b")`)
	command(t, sim, "c=delete", "email,first^jane@example.com,Jane")
	b.await(row("optouts", "jane@example.com"))
	command(t, sim, "c=sub&list_id=5&force_sub=1", "email,first^jane@example.com,Jane")
	b.await(row("optouts", "jane@example.com") + `.matches(".gone")`)
	b.await(row("optouts", "jane@example.com") + `.textContent.includes("lifted")`)
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	b.complaintsExpected.Store(true) // the browser logs that nobody answers
	b.await(`document.getElementById("connection").matches(".lost")`)
	b.await(row("contacts", "jane@example.com")) // as it was last
}

// TestKeyboardInTheBrowser uses the page without a mouse.
func TestKeyboardInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	command(t, sim, "c=show_lists", "")
	command(t, sim, "c=sub&list_id=5", "email^jane@example.com")
	command(t, sim, "c=frobnicate", "")
	b := openBrowser(t)
	b.open(sim.PageURL(), 1280, 800, "light")
	b.await(`document.querySelectorAll("#requests tr").length === 3`)
	var reached []string
	for range 8 {
		b.press(kb.Tab)
		id := evaluate[string](b, `document.activeElement.id || document.activeElement.getAttribute("aria-labelledby") || document.activeElement.className || document.activeElement.getAttribute("href") || ""`)
		reached = append(reached, id)
		switch id {
		case "only-writes":
			b.press(" ")
			b.await(`document.querySelectorAll("#requests tr").length === 1 && ` + row("requests", "jane@example.com"))
			b.press(" ")
			b.await(`document.querySelectorAll("#requests tr").length === 3`)
		case "only-errors":
			b.press(" ")
			b.await(`document.querySelectorAll("#requests tr").length === 1 && ` + row("requests", "frobnicate"))
		}
	}
	want := []string{"skip", "contacts-title", "only-writes", "only-errors", "paused", "requests-title", "state"}
	if !slices.Equal(reached[:len(want)], want) {
		t.Errorf("the keyboard reaches %q, want %q", reached, want)
	}
}

// TestAppearanceInTheBrowser measures what a reader needs: nothing beyond the
// edge of a narrow screen, and enough contrast, light and dark.
func TestAppearanceInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	long := seveng.Communication{TypeID: 1, Name: strings.Repeat("long", 50) + "@example.com", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}}
	if _, err := sim.SevenG.AddCommunication(long); err != nil {
		t.Fatal(err)
	}
	command(t, sim, "c=sub&list_id=5", "email,first^jane@example.com,Jane^"+strings.Repeat("long", 20)+"@example.com,Joe")
	command(t, sim, "c=delete", "email^jane@example.com")
	command(t, sim, "c=frobnicate", "")
	b := openBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{320, 700, 1280} {
			b.open(sim.PageURL(), width, 800, scheme)
			b.await(`document.querySelectorAll("#requests tr").length === 3`)
			wide := evaluate[[]string](b, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).map(e => e.outerHTML.slice(0, 80))`)
			overflows := evaluate[bool](b, `document.documentElement.scrollWidth > innerWidth`)
			if len(wide) > 0 || overflows {
				t.Errorf("%s, %d wide: beyond the edge: %q", scheme, width, wide)
			}
			faint := evaluate[[]string](b, contrast)
			if len(faint) > 0 {
				t.Errorf("%s, %d wide: too little contrast: %q", scheme, width, faint)
			}
		}
		b.open(sim.PageURL(), 320, 800, scheme)
		b.await(`document.querySelectorAll("#requests tr").length === 3`)
		keep(b, "SCREENSHOT_"+strings.ToUpper(scheme))
	}
	backgrounds := evaluate[[]string](b, `[getComputedStyle(document.body).backgroundColor]`)
	if backgrounds[0] != "rgb(20, 23, 26)" {
		t.Errorf("dark is %s", backgrounds[0])
	}
}

// contrast lists the texts whose contrast is below 4.5:1, the rows that are
// pointed at included.
const contrast = `(() => {
  for (const [i, row] of [...document.querySelectorAll("#contacts tr, #communications tr, #optouts tr")].entries()) row.className = ["new", "changed", "gone"][i % 3];
  document.querySelectorAll("td").forEach(td => td.style.transition = "none");
  const channels = color => color.match(/[\d.]+/g).map(Number);
  const light = color => channels(color).slice(0, 3).map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (channels(c)[3] !== 0) return c; } return "rgb(255,255,255)"; };
  return [...document.querySelectorAll("body *")].filter(e => e.textContent.trim() && !e.children.length).filter(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(back(e))].sort((x, y) => y - x);
    return (a + .05) / (b + .05) < 4.5;
  }).map(e => e.tagName + " " + e.textContent.slice(0, 30) + " " + getComputedStyle(e).color + " on " + back(e));
})()`

// TestLongListsInTheBrowser: the page is told of the newest 500 contacts. What
// moves in or out of these has neither come nor gone.
func TestLongListsInTheBrowser(t *testing.T) {
	seed := simulator.DefaultSeed()
	for id := int64(1); id <= 600; id++ {
		seed.WhatCounts.Realms[0].Contacts = append(seed.WhatCounts.Realms[0].Contacts, whatcounts.Contact{ID: id, Email: fmt.Sprintf("c%d@example.com", id)})
	}
	sim := simulatortest.Start(t, simulator.Options{Seed: seed})
	b := openBrowser(t)
	b.open(sim.PageURL(), 1280, 800, "light")
	b.await(`document.querySelectorAll("#contacts tr").length === 500 && document.getElementById("contacts-count").textContent === "600"`)
	command(t, sim, "c=delete", "email^c600@example.com")
	b.await(row("contacts", "c600@example.com") + `.matches(".gone")`)
	b.await(`document.querySelector("#contacts tr").textContent.includes("c100@example.com") && !document.querySelector("#contacts tr.new")`)
	command(t, sim, "c=sub&list_id=5", "email^new@example.com")
	b.await(row("contacts", "new@example.com") + `.matches(".new")`)
	b.await(`!` + row("contacts", "c100@example.com"))
	happened := evaluate[string](b, `[...document.querySelectorAll("#events li")].map(line => line.textContent.slice(9)).join("; ")`)
	if want := "Contact added new@example.com; Opt-out recorded c600@example.com, global: every list; Contact deleted c600@example.com"; happened != want {
		t.Errorf("the page tells of %q, want %q", happened, want)
	}
}
