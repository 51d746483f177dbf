package browser

import (
	"errors"
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
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
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

// keep writes a picture of the page into the file or folder that a variable of the
// environment names: for the documentation, or to look at. It has to stay small
// enough for a repository.
func keep(b *browser, variable string, name ...string) {
	b.t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		return
	}
	path = filepath.Join(append([]string{path}, name...)...)
	picture := b.picture()
	if len(picture) > 200<<10 {
		b.t.Errorf("the picture has %d bytes", len(picture))
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, picture, 0o644)); err != nil {
		b.t.Fatal(err)
	}
}

// shownRequests are the rows of requests that no filter hides.
const shownRequests = `[...document.querySelectorAll("#requests tr")].filter(row => row.checkVisibility())`

// TestPlanInTheBrowser watches the demo's configuration being applied,
// changed and destroyed: what the page is for.
func TestPlanInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	b := openBrowser(t)
	b.open(sim.URL(), 1280, 600, "light") // the root leads to the page
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
	b.await(shownRequests + `.length === 3`)
	var reached []string
	for range 8 {
		b.press(kb.Tab)
		id := evaluate[string](b, `document.activeElement.id || document.activeElement.getAttribute("aria-labelledby") || document.activeElement.className || document.activeElement.getAttribute("href") || ""`)
		reached = append(reached, id)
		switch id {
		case "only-writes":
			b.press(" ")
			b.await(shownRequests + `.length === 1 && ` + row("requests", "jane@example.com") + `.checkVisibility()`)
			b.press(" ")
			b.await(shownRequests + `.length === 3`)
		case "only-errors":
			b.press(" ")
			b.await(shownRequests + `.length === 1 && ` + row("requests", "frobnicate") + `.checkVisibility()`)
		}
	}
	want := []string{"skip", "events-title", "contacts-title", "only-writes", "only-errors", "paused", "requests-title", "state"}
	if !slices.Equal(reached, want) {
		t.Errorf("the keyboard reaches %q, want %q", reached, want)
	}
	if names := evaluate[string](b, `[...document.querySelectorAll(".choices label")].map(label => label.textContent.trim()).join(", ")`); names != "Writes only, Errors only, Pause" {
		t.Errorf("the filters are named %s", names)
	}
	evaluate[any](b, `document.getElementById("only-writes").click()`)
	b.await(`document.querySelector(".requests").innerText.includes("No request matches the filters.")`)
}

// TestOpenedLateInTheBrowser: what happened before the page was opened is there,
// and what comes later is added to it.
func TestOpenedLateInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	command(t, sim, "c=sub&list_id=5", "email,first^jane@example.com,Jane")
	command(t, sim, "c=delete", "email,first^jane@example.com,Jane")
	b := openBrowser(t)
	b.open(sim.PageURL(), 1280, 800, "light")
	events := `[...document.querySelectorAll("#events li")].map(line => line.textContent.slice(9)).join("; ")`
	want := "Opt-out recorded jane@example.com, global: every list; Contact deleted jane@example.com, Jane; Contact added jane@example.com, Jane"
	b.await(events + ` === "` + want + `"`)
	b.await(shownRequests + `.length === 2`)
	// Nothing of it is pointed at: it is no news.
	if evaluate[bool](b, `!!document.querySelector(".new, .changed, .gone")`) {
		t.Error("a row is pointed at")
	}
	command(t, sim, "c=sub&list_id=5", "email^joe@example.com")
	b.await(events + ` === "Contact added joe@example.com; ` + want + `"`)

	evaluate[any](b, `document.getElementById("paused").click()`)
	b.await(`document.getElementById("connection").textContent === "Paused"`)
	command(t, sim, "c=sub&list_id=5", "email^late@example.com")
	evaluate[any](b, `new Promise(resolve => setTimeout(resolve, 1200))`)
	if evaluate[bool](b, `document.body.innerText.includes("late@example.com")`) {
		t.Error("the page moves on while it is paused")
	}
	evaluate[any](b, `document.getElementById("paused").click()`)
	b.await(row("contacts", "late@example.com"))

	sim.Log.Reset() // its numbers begin anew
	command(t, sim, "c=show_lists", "")
	b.await(shownRequests + `.length === 1 && ` + row("requests", "show_lists"))
}

// TestBatchInTheBrowser opens a request of many rows, and it stays open while
// others come.
func TestBatchInTheBrowser(t *testing.T) {
	sim := simulatortest.Start(t, simulator.Options{})
	b := openBrowser(t)
	b.open(sim.PageURL(), 1280, 800, "light")
	rows := "email"
	for i := range 120 {
		rows += fmt.Sprintf("^c%d@example.com", i)
	}
	command(t, sim, "c=sub&list_id=5", rows)
	b.await(row("requests", "120 rows"))
	if evaluate[bool](b, row("requests", "120 rows")+`.innerText.includes("c99@example.com")`) {
		t.Error("all addresses are shown before anybody asks")
	}
	evaluate[any](b, row("requests", "120 rows")+`.querySelector("summary").click()`)
	b.await(row("requests", "120 rows") + `.innerText.includes("c99@example.com")`)
	b.await(row("requests", "120 rows") + `.innerText.includes("and 20 more")`)
	command(t, sim, "c=show_lists", "")
	b.await(shownRequests + `.length === 2 && ` + row("requests", "120 rows") + `.querySelector("details").open`)
}

// populate fills a simulator with what makes a page hard to lay out: many records,
// long addresses, one that is longer than anything, batches and refusals. Nobody
// has an external id, nor is there a field.
func populate(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	names := []string{strings.Repeat("long", 50) + "@example.com"}
	for i := range 12 {
		names = append(names, fmt.Sprintf("billing.department-%d@subsidiary.test.example.com", i))
	}
	for _, name := range names {
		if _, err := sim.SevenG.AddCommunication(seveng.Communication{TypeID: 1, Name: name, Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}}); err != nil {
			t.Fatal(err)
		}
	}
	rows := "email,first"
	for i := range 30 {
		rows += fmt.Sprintf("^customer.number-%d@test.example.com,Jane%d", i, i)
	}
	command(t, sim, "c=sub&list_id=5&format=2", rows)
	command(t, sim, "c=sub&list_id=6&format=1", "email,first^customer.number-29@test.example.com,Jane29")
	command(t, sim, "c=sub&list_id=5", "email,first^"+strings.Repeat("long", 20)+"@example.com,Joe")
	command(t, sim, "c=delete", "email^customer.number-3@test.example.com")
	command(t, sim, "c=sub&list_id=5", "email^customer.number-3@test.example.com")
	command(t, sim, "c=frobnicate", "")
	sim.Faults.Add(traffic.Fault{Operation: "show_lists", Kind: traffic.StatusBefore, Status: 503})
	command(t, sim, "c=show_lists", "")
}

// TestAppearanceInTheBrowser measures what a reader needs: nothing beyond the
// edge of a narrow screen, addresses in one piece, no empty column, and enough
// contrast, light and dark.
func TestAppearanceInTheBrowser(t *testing.T) {
	sim, empty := simulatortest.Start(t, simulator.Options{}), simulatortest.Start(t, simulator.Options{})
	populate(t, sim)
	b := openBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		for width, device := range map[int64]string{320: "", 390: "phone", 700: "", 1280: "desk"} {
			b.open(sim.PageURL(), width, 800, scheme)
			b.await(shownRequests + `.length === 7`)
			if device != "" {
				keep(b, "PICTURES", device+"-"+scheme+".png")
			}
			wide := evaluate[[]string](b, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).map(e => e.outerHTML.slice(0, 80))`)
			overflows := evaluate[bool](b, `document.documentElement.scrollWidth > innerWidth`)
			if len(wide) > 0 || overflows {
				t.Errorf("%s, %d wide: beyond the edge: %q", scheme, width, wide)
			}
			// On a narrow screen an address may break behind its @.
			for _, piece := range []string{".part", map[bool]string{true: ".part", false: "td .whole"}[width <= 640]} {
				if broken := evaluate[[]string](b, `[...document.querySelectorAll("`+piece+`")].filter(e => new Set([...e.getClientRects()].map(r => r.top)).size > 1).map(e => e.textContent)`); len(broken) > 0 {
					t.Errorf("%d wide: these %s are broken: %q", width, piece, broken)
				}
			}
			void := evaluate[[]string](b, `[...document.querySelectorAll("th")].filter(th => !th.hidden && ![...th.closest("table").tBodies[0].rows].some(row => row.cells[th.cellIndex].textContent)).map(th => th.textContent)`)
			if len(void) > 0 {
				t.Errorf("columns without a value: %q", void)
			}
			evaluate[any](b, `document.getElementById("paused").click()`)
			if faint := evaluate[[]string](b, contrast); len(faint) > 0 {
				t.Errorf("%s, %d wide: too little contrast: %q", scheme, width, faint)
			}
		}
		for width, device := range map[int64]string{390: "phone", 1280: "desk"} {
			b.open(empty.PageURL(), width, 800, scheme)
			b.await(`document.body.innerText.includes("No contacts.")`)
			keep(b, "PICTURES", "empty-"+device+"-"+scheme+".png")
			if faint := evaluate[[]string](b, contrast); len(faint) > 0 {
				t.Errorf("%s, empty: too little contrast: %q", scheme, faint)
			}
		}
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
  return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && [...e.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())).filter(e => {
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
