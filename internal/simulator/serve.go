package simulator

import (
	"encoding/json"
	"log"
	"net/http"

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
	switch r.URL.Path {
	case StatePath:
		s.own(w, r, http.MethodGet, s.serveState)
	case LogPath:
		s.own(w, r, http.MethodGet, s.serveLog)
	case ResetLogPath:
		s.own(w, r, http.MethodPost, s.serveResetLog)
	case whatcounts.ServletPath:
		defer s.saveIfChanged(nil)
		s.WhatCounts.ServeHTTP(w, r)
	default:
		before := s.SevenG.Revision()
		defer s.saveIfChanged(&before)
		s.SevenG.ServeHTTP(w, r)
	}
}

// saveIfChanged saves the state before a small answer leaves, so that a
// caller who has it finds it saved. It runs deferred, for cut connections
// too. A revision spares the work after requests to 7G that only read.
func (s *Simulator) saveIfChanged(before *uint64) {
	if s.state == nil || before != nil && *before == s.SevenG.Revision() {
		return
	}
	if err := s.state.save(s); err != nil {
		log.Printf("simulator: %v", err)
	}
}

func (s *Simulator) own(w http.ResponseWriter, r *http.Request, method string, serve http.HandlerFunc) {
	if r.Method != method {
		w.Header().Set("Allow", method)
		http.Error(w, "only "+method, http.StatusMethodNotAllowed)
		return
	}
	serve(w, r)
}

func (s *Simulator) serveState(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A reader that went away needs no state.
	_ = s.WriteDump(w)
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
