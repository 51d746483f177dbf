package simulator

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
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
		defer s.save()
		s.WhatCounts.ServeHTTP(w, r)
	default:
		defer s.save()
		s.SevenG.ServeHTTP(w, r)
	}
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

// own runs what only this machine may ask for. A page of another site that has
// its name resolved to this machine still sends that name, and a page that
// posts across sites says where it is from.
func (s *Simulator) own(w http.ResponseWriter, r *http.Request, method string, serve http.HandlerFunc) {
	if !loopbackHost(r.Host) || http.NewCrossOriginProtection().Check(r) != nil {
		http.Error(w, "the simulator shows this under 127.0.0.1, [::1] or localhost, and to no other site", http.StatusForbidden)
		return
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		http.Error(w, "only "+method, http.StatusMethodNotAllowed)
		return
	}
	serve(w, r)
}

// loopbackHost says whether a Host header, with or without a port, names this
// machine and nothing else.
func loopbackHost(header string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.Trim(header, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
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
