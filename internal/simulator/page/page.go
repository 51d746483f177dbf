// Package page is the simulator's page in a browser: the records of both
// services, the opt-outs and the requests, live while a plan runs. Everything
// that the page needs is in this package, and nothing can be changed through
// it.
package page

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Path is where the page is, and what everything that it loads begins with.
// Neither service has a path like it.
const Path = "/simulator/"

// StatePath is where scripts, and the page itself, read the state as JSON.
const StatePath = Path + "state"

// Request is one request as the page lists it.
type Request struct {
	Number    int             `json:"number"`
	Time      time.Time       `json:"time"`
	Service   string          `json:"service"`   // 7g or whatcounts
	Operation string          `json:"operation"` // such as DELETE /communication, or a command such as sub
	Record    string          `json:"record"`    // what it was about
	Rows      int             `json:"rows,omitempty"`
	Addresses []string        `json:"addresses,omitempty"` // of several rows, the first 100
	Status    int             `json:"status"`              // 0 when the connection was cut
	Outcome   traffic.Outcome `json:"outcome"`
	Said      string          `json:"verdict"` // what the service said
	Fault     string          `json:"fault,omitempty"`
}

//go:embed files
var files embed.FS

// policy lets the page load its own files and nothing else. Text of records
// can never become markup: the script has no way to make any.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Page serves the page of one simulator.
type Page struct {
	exchange   *traffic.Exchange
	sevenG     *seveng.Service
	whatCounts *whatcounts.Service
	files      http.Handler
}

// New makes the page of these two services, which share the exchange.
func New(exchange *traffic.Exchange, sevenG *seveng.Service, whatCounts *whatcounts.Service) *Page {
	// The folder is there: it was embedded.
	content, _ := fs.Sub(files, "files")
	return &Page{
		exchange:   exchange,
		sevenG:     sevenG,
		whatCounts: whatCounts,
		files:      http.StripPrefix(Path, http.FileServerFS(content)),
	}
}

// Has says whether a request is for the page, and not for a service. Neither
// service answers at the root, so that it leads to the page.
func Has(path string) bool {
	return strings.HasPrefix(path, Path) || path+"/" == Path || path == "/"
}

// ServeHTTP answers requests whose path the page has. They only read.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	switch {
	case r.URL.Path == StatePath:
		p.serveState(w)
	case strings.HasPrefix(r.URL.Path, Path):
		p.files.ServeHTTP(w, r)
	default:
		http.Redirect(w, r, Path, http.StatusPermanentRedirect)
	}
}

func (p *Page) serveState(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// A reader that went away needs no state.
	_ = encoder.Encode(p.State())
}
