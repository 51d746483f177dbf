// Package simulator runs both simulated services on one loopback port: 7G at
// the root and WhatCounts at its servlet path. They share a clock, a request
// log and the faults that tests ask for. Tests use it as a package; its
// command starts it for people.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// defaultAddress lets the system choose a port.
const defaultAddress = "127.0.0.1:0"

// patience is how long Close waits for requests that are under way. It also
// waits that long for a connection that a client opened and never used.
const patience = 250 * time.Millisecond

// Options say how a simulator starts. The zero value is ready for use.
type Options struct {
	Address               string        // host:port; empty is 127.0.0.1 with a free port
	AllowRemote           bool          // Address may be one that other machines reach, as in a container
	Hosts                 []string      // names under which it answers besides those of loopback, without ports
	Latency               time.Duration // added to every answer of the services
	Dialects              []string      // names of either service, see Dialects
	Seed                  *Seed         // the first state; nil is DefaultSeed
	StateFile             string        // loaded instead of the seed when it exists; written after every change and by Close
	LifetimeOfAccessToken time.Duration // of 7G tokens; zero is 20 minutes
}

// Simulator is both services, listening. It is safe for concurrent use.
type Simulator struct {
	*traffic.Exchange
	SevenG     *seveng.Service
	WhatCounts *whatcounts.Service

	hosts       []string
	page        *page.Page
	listener    net.Listener
	server      *http.Server
	connections atomic.Int64
	state       *stateFile // nil without one
}

// Start makes a simulator and lets it listen. It refuses addresses that other
// machines can reach, unless these are allowed, unknown dialects, seeds that do not fit together
// and a state file that cannot be read or written.
func Start(options Options) (*Simulator, error) {
	s := &Simulator{Exchange: &traffic.Exchange{Latency: options.Latency}, hosts: options.Hosts}
	s.SevenG = seveng.New(s.Exchange)
	s.SevenG.SetLifetimeOfAccessToken(options.LifetimeOfAccessToken)
	s.WhatCounts = whatcounts.New(s.Exchange)
	s.page = page.New(s.Exchange, s.SevenG, s.WhatCounts)
	if err := s.Set(options.Dialects...); err != nil {
		return nil, err
	}
	listener, err := listen(options.Address, options.AllowRemote)
	if err != nil {
		return nil, err
	}
	if err := s.load(options); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.listener = listener
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Printf("simulator: %v", err)
		}
	}()
	return s, nil
}

// load fills the services from the state file or the seed.
func (s *Simulator) load(options Options) error {
	seed := options.Seed
	if seed == nil {
		seed = DefaultSeed()
	}
	if options.StateFile != "" {
		saved, err := readStateFile(options.StateFile)
		if err != nil {
			return err
		}
		if saved != nil {
			seed = saved
		}
	}
	if err := s.restore(seed); err != nil {
		return err
	}
	if options.StateFile == "" {
		return nil
	}
	s.state = &stateFile{path: options.StateFile}
	return s.state.save(s)
}

// listen opens a port, one that only this machine can reach unless others are
// allowed to.
func listen(address string, allowRemote bool) (net.Listener, error) {
	if address == "" {
		address = defaultAddress
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("address %q: it has to be HOST:PORT, such as 127.0.0.1:8700", address)
	}
	if ip := net.ParseIP(host); !allowRemote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, notLoopback(address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w; with port 0 the system chooses one that is free", err)
	}
	// The name localhost is what the machine says it is.
	if bound, ok := listener.Addr().(*net.TCPAddr); !allowRemote && (!ok || !bound.IP.IsLoopback()) {
		return nil, errors.Join(notLoopback(address), listener.Close())
	}
	return listener, nil
}

func notLoopback(address string) error {
	return fmt.Errorf("address %q: the simulator has no security and listens on loopback alone; use 127.0.0.1, [::1] or localhost, or -allow-remote in a container", address)
}

// URL is where 7G answers, such as http://127.0.0.1:8700, without a slash at
// the end. One that listens on all addresses is reached at loopback.
func (s *Simulator) URL() string {
	bound := s.listener.Addr()
	if everywhere, ok := bound.(*net.TCPAddr); ok && everywhere.IP.IsUnspecified() {
		bound = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: everywhere.Port}
	}
	return "http://" + bound.String()
}

// PageURL is where a browser shows what both services hold.
func (s *Simulator) PageURL() string { return s.URL() + page.Path }

// WhatCountsURL is where WhatCounts answers.
func (s *Simulator) WhatCountsURL() string { return s.URL() + whatcounts.ServletPath }

// Connections is how many connections clients have opened so far.
func (s *Simulator) Connections() int { return int(s.connections.Load()) }

// Close ends the server and saves the state. It waits a moment for requests
// that are under way. The error is of the last attempt to save.
func (s *Simulator) Close() error {
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.server.Shutdown(limit); err != nil {
		// Requests that are still under way are cut.
		_ = s.server.Close()
	}
	if s.state == nil {
		return nil
	}
	return s.state.save(s)
}
