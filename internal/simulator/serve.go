package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// The simulator's own paths, which neither service has. They are not logged.
const (
	StatePath    = "/_simulator/state"     // GET: the records as text tables
	LogPath      = "/_simulator/log"       // GET: the request log as JSON lines
	ResetLogPath = "/_simulator/reset-log" // POST: empties the log
)

// ServeHTTP hands a request to the service that it is for.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.isHost(r.Host) {
		http.Error(w, fmt.Sprintf("The simulator does not answer under the name %q, so that no website can reach it by a name of its own. "+
			"Use 127.0.0.1, [::1] or localhost, or start it with -host NAME.", r.Host), http.StatusForbidden)
		return
	}
	if page.Has(r.URL.Path) {
		s.own(w, r, http.MethodGet, s.page.ServeHTTP)
		return
	}
	switch r.URL.Path {
	case StatePath:
		s.own(w, r, http.MethodGet, s.serveState)
	case LogPath:
		s.own(w, r, http.MethodGet, s.serveLog)
	case ResetLogPath:
		s.own(w, r, http.MethodPost, s.serveResetLog)
	case whatcounts.ServletPath:
		s.service(w, r, s.WhatCounts)
	default:
		s.service(w, r, s.SevenG)
	}
}

// own runs a request for one of the simulator's own paths. Reading them from a
// link is fine; a website cannot see what it gets, and cannot post.
func (s *Simulator) own(w http.ResponseWriter, r *http.Request, method string, serve http.HandlerFunc) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		refuseWebsite(w)
		return
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		http.Error(w, "only "+method, http.StatusMethodNotAllowed)
		return
	}
	serve(w, r)
}

// service runs a request for one of the services, where even a GET may delete:
// none that a website makes a browser send gets there.
func (s *Simulator) service(w http.ResponseWriter, r *http.Request, service http.Handler) {
	writing := *r
	writing.Method = http.MethodPost // the check lets any GET pass
	if err := http.NewCrossOriginProtection().Check(&writing); err != nil {
		refuseWebsite(w)
		return
	}
	defer s.save()
	service.ServeHTTP(w, r)
}

func refuseWebsite(w http.ResponseWriter) {
	http.Error(w, "The simulator takes no requests that a website sends: this one came with the Origin or Sec-Fetch-Site of another site.", http.StatusForbidden)
}

// isHost says whether a Host header, with or without a port, has a name under
// which the simulator answers. A website that has its own name resolved to this
// machine still sends that name.
func (s *Simulator) isHost(header string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.Trim(header, "[]")
	}
	ip := net.ParseIP(host)
	isNamed := func(name string) bool { return strings.EqualFold(host, name) }
	return isNamed("localhost") || ip != nil && ip.IsLoopback() || slices.ContainsFunc(s.hosts, isNamed)
}

// save saves the state before a small answer leaves, so that a caller who has
// it finds it saved. It runs deferred, for cut connections too.
func (s *Simulator) save() {
	if s.state == nil {
		return
	}
	if err := s.state.save(s); err != nil {
		log.Printf("simulator: %v", err)
	}
}

func (s *Simulator) serveState(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A reader that went away needs no state.
	_, _ = io.WriteString(w, s.Dump())
}

func (s *Simulator) serveLog(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, entry := range s.Log.Entries() {
		if err := encoder.Encode(entry); err != nil {
			return
		}
	}
}

func (s *Simulator) serveResetLog(w http.ResponseWriter, _ *http.Request) {
	s.Log.Reset()
	w.WriteHeader(http.StatusNoContent)
}
