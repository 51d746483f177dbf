package ledger

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// This file is the answers that are no good: cut, reset, silent, of another
// length than they say, or endless.

// cut closes the connection without an answer, the way net/http documents it.
func (x *Exchange) cut(e Entry) {
	x.Log.Append(e)
	panic(http.ErrAbortHandler)
}

// silence answers nothing until the client has gone away.
func (x *Exchange) silence(r *http.Request, e Entry) {
	x.Log.Append(e)
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// truncate sends half of an answer that announces its full length. An empty
// one has no half and is cut.
func (x *Exchange) truncate(w http.ResponseWriter, e Entry, a Answer) {
	if len(a.Body) == 0 {
		x.cut(e)
	}
	half := a
	half.Body = a.Body[:len(a.Body)/2]
	x.announce(w, e, half, len(a.Body))
}

// overstate sends the whole of an answer that announces more.
func (x *Exchange) overstate(w http.ResponseWriter, e Entry, a Answer) {
	x.announce(w, e, a, 2*len(a.Body)+1)
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

// understate sends the whole of an answer that announces half of it. The
// server's own writer would hold back what is too much.
func (x *Exchange) understate(w http.ResponseWriter, e Entry, a Answer) {
	x.record(e, a.withStatus())
	x.raw(w, func(connection *net.TCPConn) {
		// A client that went away before it is no fault of the service.
		_, _ = connection.Write(onTheWire(a, len(a.Body)/2, len(a.Body)))
	})
}

// reset ends the connection the hard way, after half of the answer when there
// is one.
func (x *Exchange) reset(w http.ResponseWriter, e Entry, a *Answer) {
	if a == nil {
		x.Log.Append(e)
	} else {
		x.record(e, a.withStatus())
	}
	x.raw(w, func(connection *net.TCPConn) {
		// Each of these may fail when the client went away, which is no fault of
		// the service.
		if a != nil {
			_, _ = connection.Write(onTheWire(*a, len(a.Body), len(a.Body)/2))
		}
		_ = connection.SetLinger(0)
	})
}

// raw hands the connection itself to a function, and closes it. Where the
// server does not give it away, it is cut.
func (x *Exchange) raw(w http.ResponseWriter, use func(*net.TCPConn)) {
	if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if plain, ok := connection.(*net.TCPConn); ok {
			use(plain)
		}
		_ = connection.Close() // there is nobody to tell
	}
	panic(http.ErrAbortHandler)
}

// onTheWire is the first part of an answer as HTTP/1.1 sends it, with a
// Content-Length that need not be its own.
func onTheWire(a Answer, announced, sent int) []byte {
	a = a.withStatus()
	var text bytes.Buffer
	fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", a.Status, http.StatusText(a.Status), announced)
	for name, value := range a.Header {
		fmt.Fprintf(&text, "%s: %s\r\n", name, value)
	}
	text.WriteString("\r\n")
	text.Write(a.Body[:sent])
	return text.Bytes()
}

func (a Answer) withStatus() Answer {
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	return a
}

// floodLine is what a flood is made of, unless the fault has a text.
var floodLine = strings.Repeat("0123456789", 6) + "\n"

// flood answers with a text over and over, which is made as it is sent.
func (x *Exchange) flood(w http.ResponseWriter, e Entry, fault Fault) {
	text, size := fault.Body, fault.Size
	if text == "" {
		text = floodLine
	}
	if size == 0 {
		size = DefaultFlood
	}
	x.send(w, e, Answer{Status: fault.Status, Header: fault.Header, Logged: fmt.Appendf(nil, "(a flood of %d bytes)", size)})
	chunk := []byte(strings.Repeat(text, 1+(64<<10)/len(text)))
	for left := size; left > 0; left -= int64(len(chunk)) {
		// A client that has had enough goes away.
		if _, err := io.Copy(w, bytes.NewReader(chunk[:min(left, int64(len(chunk)))])); err != nil {
			return
		}
	}
}
