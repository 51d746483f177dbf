package ledger

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// longestLoggedAnswer is how much of an answer the log keeps.
const longestLoggedAnswer = 64 << 10

// Answer is what a service says to one request.
type Answer struct {
	Status int // 0 counts as 200
	Header map[string]string
	Body   []byte
	Logged []byte // when not nil, what the log keeps instead of a Body that carries secrets
}

// Exchange is what the two services of one simulator have in common.
type Exchange struct {
	Log     Log
	Clock   Clock
	Faults  Faults
	Latency time.Duration // added to every answer; set it before the first request
}

// Serve runs one request: it takes the fault that is waiting for it, lets
// work happen or not, records the entry and sends the answer. The entry is
// recorded before the answer is sent, so that a caller that has its answer
// finds the request in the log.
func (x *Exchange) Serve(w http.ResponseWriter, e Entry, work func() Answer) {
	e.Time = x.Clock.Now()
	if x.Latency > 0 {
		time.Sleep(x.Latency)
	}
	fault, faulty := x.Faults.Next(e.Operation)
	if faulty {
		e.Fault = string(fault.Kind)
	}
	failure := Answer{Status: fault.Status, Header: fault.Header, Body: []byte(fault.Body)}
	switch fault.Kind {
	case StatusBefore, Replace:
		x.send(w, e, failure)
		return
	case CutBefore:
		x.cut(e)
	case Delay:
		time.Sleep(fault.For)
	case Act:
		fault.Do()
	}
	answer := work()
	switch fault.Kind {
	case StatusAfter:
		x.send(w, e, failure)
	case CutAfter:
		x.cut(e)
	case EmptyAfter:
		x.send(w, e, Answer{})
	case Truncate:
		x.truncate(w, e, answer)
	case ActAfter:
		fault.Do()
		x.send(w, e, answer)
	default:
		x.send(w, e, answer)
	}
}

func (x *Exchange) send(w http.ResponseWriter, e Entry, a Answer) {
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	e.Status = a.Status
	logged := a.Body
	if a.Logged != nil {
		logged = a.Logged
	}
	if len(logged) > longestLoggedAnswer {
		logged = logged[:longestLoggedAnswer]
	}
	e.Answer = string(logged)
	x.Log.Append(e)
	for k, v := range a.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.Status)
	// A client that went away before its answer is no fault of the service.
	_, _ = w.Write(a.Body)
}

// truncate sends half of an answer that announces its full length. An empty
// one has no half and is cut.
func (x *Exchange) truncate(w http.ResponseWriter, e Entry, a Answer) {
	whole := len(a.Body)
	if whole == 0 {
		x.cut(e)
	}
	header := map[string]string{"Content-Length": strconv.Itoa(whole)}
	maps.Copy(header, a.Header)
	x.send(w, e, Answer{Status: a.Status, Header: header, Body: a.Body[:whole/2], Logged: a.Logged})
	// Without this, an answer that fits the server's buffer would not leave at
	// all. A client that went away before it is no fault of the service.
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// cut closes the connection without an answer, the way net/http documents it.
func (x *Exchange) cut(e Entry) {
	x.Log.Append(e)
	panic(http.ErrAbortHandler)
}
