package traffic

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestLoggedAnswer is how much of an answer the log keeps.
const longestLoggedAnswer = 64 << 10

// Answer is what a service says to one request.
type Answer struct {
	Status  int // 0 counts as 200
	Header  map[string]string
	Body    []byte
	Logged  []byte  // when not nil, what the log keeps instead of a Body that carries secrets
	Outcome Outcome // empty counts as Done
	Said    string  // as in Entry.Said, without secrets
}

// Exchange is what the two services of one simulator have in common.
type Exchange struct {
	Log     Log
	Events  Events
	Clock   Clock
	Faults  Faults
	Latency time.Duration // added to every answer; set it before the first request
}

// Serve runs one request: it takes the fault that is waiting for it, lets
// work happen or not, records the entry and sends the answer. The entry is
// recorded before the answer is sent, so that a caller that has its answer
// finds the request in the log. Work is told the fault, which may be none, for
// what only the service itself can do wrong.
func (x *Exchange) Serve(w http.ResponseWriter, r *http.Request, e Entry, work func(Fault) Answer) {
	e.Time = x.Clock.Now()
	time.Sleep(x.Latency)
	fault, _ := x.Faults.Next(e.Operation)
	e.Fault = string(fault.Kind)
	switch fault.Kind {
	case StatusBefore, Replace:
		x.send(w, e, fault.answer())
		return
	case CutBefore, ResetBefore, SilentBefore:
		x.leaveUnanswered(w, r, e, fault.Kind)
	case Delay:
		time.Sleep(fault.For)
	case Act:
		fault.Do()
	}
	answer := work(fault)
	switch fault.Kind {
	case StatusAfter:
		x.send(w, e, fault.answer())
	case CutAfter, ResetAfter, SilentAfter:
		x.leaveUnanswered(w, r, e, fault.Kind)
	case EmptyAfter:
		x.send(w, e, Answer{Outcome: Failed, Said: "empty answer"})
	case ResetDuring:
		x.sendRaw(w, e, answer, len(answer.Body), len(answer.Body)/2)
	case TooShort:
		x.sendRaw(w, e, answer, len(answer.Body)/2, len(answer.Body))
	case TooLong:
		x.announce(w, e, answer, 2*len(answer.Body)+1)
	case Truncate:
		if len(answer.Body) == 0 { // it has no half
			x.leaveUnanswered(w, r, e, CutAfter)
		}
		half := answer
		half.Body = answer.Body[:len(answer.Body)/2]
		x.announce(w, e, half, len(answer.Body))
	case Flood:
		x.flood(w, e, fault)
	case ActAfter:
		fault.Do()
		x.send(w, e, answer)
	default:
		x.send(w, e, answer)
	}
}

// answer is what a fault answers in place of the service.
func (f Fault) answer() Answer {
	said, _, _ := strings.Cut(f.Body, "\n")
	if f.Status != 0 && f.Status != http.StatusOK {
		said = http.StatusText(f.Status)
	}
	return Answer{Status: f.Status, Header: f.Header, Body: []byte(f.Body), Outcome: Failed, Said: said}
}

func (x *Exchange) send(w http.ResponseWriter, e Entry, a Answer) {
	x.record(e, a)
	w.Header().Set("Date", x.Clock.Now().Format(http.TimeFormat))
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status())
	// A client that went away before its answer is no fault of the service.
	_, _ = w.Write(a.Body)
}

func (a Answer) status() int { return cmp.Or(a.Status, http.StatusOK) }

// record logs a request with the answer that it is about to get.
func (x *Exchange) record(e Entry, a Answer) {
	logged := a.Body
	if a.Logged != nil {
		logged = a.Logged
	}
	e.Answer = string(logged[:min(len(logged), longestLoggedAnswer)])
	e.Status, e.Outcome, e.Said = a.status(), cmp.Or(a.Outcome, Done), a.Said
	if e.Said == "" && e.Status != http.StatusOK {
		e.Said = http.StatusText(e.Status)
	}
	x.Log.Append(e)
}

// leaveUnanswered ends the connection without an answer: it closes it, resets
// it, or says nothing until the client has gone away. It does not return.
func (x *Exchange) leaveUnanswered(w http.ResponseWriter, r *http.Request, e Entry, kind FaultKind) {
	e.Outcome, e.Said = Failed, "connection cut"
	x.Log.Append(e)
	switch kind {
	case ResetBefore, ResetAfter:
		onConnection(w, func(connection *net.TCPConn) { reset(connection) })
	case SilentBefore, SilentAfter:
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

// announce sends an answer with a Content-Length above its own, and closes
// the connection.
func (x *Exchange) announce(w http.ResponseWriter, e Entry, a Answer, length int) {
	header := map[string]string{"Content-Length": strconv.Itoa(length)}
	maps.Copy(header, a.Header)
	a.Header = header
	x.send(w, e, a)
	// Without this, an answer that fits the server's buffer would not leave at
	// all. A client that went away before it is no fault of the service.
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// sendRaw writes so many bytes of an answer with this Content-Length, which the
// server's own writer would not do, and resets the connection if they are less
// than all.
func (x *Exchange) sendRaw(w http.ResponseWriter, e Entry, a Answer, length, bytesSent int) {
	x.record(e, a)
	onConnection(w, func(connection *net.TCPConn) {
		var text bytes.Buffer
		fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", a.status(), http.StatusText(a.status()), length)
		for name, value := range a.Header {
			fmt.Fprintf(&text, "%s: %s\r\n", name, value)
		}
		text.WriteString("\r\n")
		text.Write(a.Body[:bytesSent])
		// A client that went away before it is no fault of the service.
		_, _ = connection.Write(text.Bytes())
		if bytesSent < len(a.Body) {
			reset(connection)
		}
	})
}

// reset makes closing a connection a reset.
func reset(connection *net.TCPConn) {
	// It fails on a connection that has ended already.
	_ = connection.SetLinger(0)
}

// onConnection hands the connection itself to a function, and closes it. Where
// the server does not give it away, it is cut. It does not return.
func onConnection(w http.ResponseWriter, use func(*net.TCPConn)) {
	if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if plain, ok := connection.(*net.TCPConn); ok {
			use(plain)
		}
		_ = connection.Close() // there is nobody to tell
	}
	panic(http.ErrAbortHandler)
}

// floodLine is what a flood is made of, unless the fault has a text.
var floodLine = strings.Repeat("0123456789", 6) + "\n"

// flood answers with a text over and over, which is made as it is sent.
func (x *Exchange) flood(w http.ResponseWriter, e Entry, fault Fault) {
	text, size := cmp.Or(fault.Body, floodLine), cmp.Or(fault.Size, DefaultFlood)
	note := fmt.Sprintf("(a flood of %d bytes)", size)
	x.send(w, e, Answer{Status: fault.Status, Header: fault.Header, Logged: []byte(note), Outcome: Failed, Said: note})
	chunk := []byte(strings.Repeat(text, 1+(64<<10)/len(text)))
	for left := size; left > 0; left -= int64(len(chunk)) {
		// A client that has had enough goes away.
		if _, err := io.Copy(w, bytes.NewReader(chunk[:min(left, int64(len(chunk)))])); err != nil {
			return
		}
	}
}
