package ledger

import (
	"net/http"
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
// finds the request in the log. Work is told the fault, which may be none, for
// what only the service itself can do wrong.
func (x *Exchange) Serve(w http.ResponseWriter, r *http.Request, e Entry, work func(Fault) Answer) {
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
	case ResetBefore:
		x.reset(w, e, nil)
	case SilentBefore:
		x.silence(r, e)
	case Delay:
		time.Sleep(fault.For)
	case Act:
		fault.Do()
	}
	answer := work(fault)
	switch fault.Kind {
	case StatusAfter:
		x.send(w, e, failure)
	case CutAfter:
		x.cut(e)
	case ResetAfter:
		x.reset(w, e, nil)
	case ResetDuring:
		x.reset(w, e, &answer)
	case SilentAfter:
		x.silence(r, e)
	case EmptyAfter:
		x.send(w, e, Answer{})
	case Truncate:
		x.truncate(w, e, answer)
	case TooLong:
		x.overstate(w, e, answer)
	case TooShort:
		x.understate(w, e, answer)
	case Flood:
		x.flood(w, e, fault)
	case ActAfter:
		fault.Do()
		x.send(w, e, answer)
	default:
		x.send(w, e, answer)
	}
}

func (x *Exchange) send(w http.ResponseWriter, e Entry, a Answer) {
	a = a.withStatus()
	x.record(e, a)
	for k, v := range a.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.Status)
	// A client that went away before its answer is no fault of the service.
	_, _ = w.Write(a.Body)
}

// record logs a request with the answer that it is about to get.
func (x *Exchange) record(e Entry, a Answer) {
	logged := a.Body
	if a.Logged != nil {
		logged = a.Logged
	}
	if len(logged) > longestLoggedAnswer {
		logged = logged[:longestLoggedAnswer]
	}
	e.Status, e.Answer = a.Status, string(logged)
	x.Log.Append(e)
}
