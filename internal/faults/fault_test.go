package faults

import (
	"net/http"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// fault is a row of the table: something that goes wrong, in one form or
// several that have the same effect.
type fault struct {
	name      string
	forms     map[string]form
	every     bool   // with every request, not only with the first
	done      bool   // the first request does its work all the same
	blind     bool   // what became of it cannot be read either
	uncounted bool   // how often the command is sent depends on more
	says      string // what every error about it mentions

	reads, writes outcome
	login         outcome            // empty counts as unchanged
	but           map[string]outcome // by service, or by service and name of the operation
	// refusal are the services to which it is a refusal: nothing was done, and
	// nothing is sent again.
	refusal []string
}

// form makes the fault for one trial.
type form func(o *operation, sim *simulator.Simulator) traffic.Fault

// plain is a form that is the same for every operation.
func plain(f traffic.Fault) form {
	return func(*operation, *simulator.Simulator) traffic.Fault { return f }
}

// bodies is a form whose text is that of the operation's service.
func bodies(kind traffic.FaultKind, status int, json, text string) form {
	return func(o *operation, _ *simulator.Simulator) traffic.Fault {
		f := traffic.Fault{Kind: kind, Status: status, Body: text}
		if o.service == sevenG {
			f.Body = json
		}
		return f
	}
}

func statuses(kind traffic.FaultKind) map[string]form {
	return map[string]form{
		"500": plain(traffic.Fault{Kind: kind, Status: 500}),
		"502": plain(traffic.Fault{Kind: kind, Status: 502}),
		"503": plain(traffic.Fault{Kind: kind, Status: 503}),
	}
}

func one(f traffic.Fault) map[string]form { return map[string]form{"": plain(f)} }

// nobodyKnows is a refusal in words that no reference has.
const nobodyKnows = "The moon is full"

var importableCreates = map[string]outcome{
	sevenG + " create": importable, sevenG + " create without `external_id`": importable, whatCounts + " create": importable,
}

func faults() []*fault {
	notFoundPage := traffic.WebPage(traffic.StatusBefore)
	notFoundPage.Status = http.StatusNotFound
	return []*fault{
		{name: "HTTP 500, 502 or 503 once; nothing was done", forms: statuses(traffic.StatusBefore), reads: succeeds, writes: succeeds},
		{name: "HTTP 500, 502 or 503 once; it was done", forms: statuses(traffic.StatusAfter), done: true, reads: succeeds, writes: succeeds},
		{name: "HTTP 503 every time", forms: one(traffic.Fault{Kind: traffic.StatusBefore, Status: 503}), every: true, says: "HTTP 503", reads: unchanged, writes: unchanged},
		{name: "The connection ends before anything was done", forms: map[string]form{
			"closed": plain(traffic.Fault{Kind: traffic.CutBefore}), "reset": plain(traffic.Fault{Kind: traffic.ResetBefore}),
		}, reads: succeeds, writes: succeeds},
		{name: "The connection ends in the middle of the answer", forms: map[string]form{
			"closed": plain(traffic.Fault{Kind: traffic.Truncate}), "reset": plain(traffic.Fault{Kind: traffic.ResetDuring}), "too long a Content-Length": plain(traffic.Fault{Kind: traffic.TooLong}),
		}, done: true, reads: succeeds, writes: succeeds},
		{name: "The connection ends after all was done", forms: map[string]form{
			"closed": plain(traffic.Fault{Kind: traffic.CutAfter}), "reset": plain(traffic.Fault{Kind: traffic.ResetAfter}),
		}, done: true, reads: succeeds, writes: succeeds},
		{name: "No answer within `request_timeout`; nothing was done", forms: one(traffic.Fault{Kind: traffic.SilentBefore}), reads: succeeds, writes: succeeds, says: "request_timeout"},
		{name: "No answer within `request_timeout`; it was done", forms: one(traffic.Fault{Kind: traffic.SilentAfter}), done: true, reads: succeeds, writes: succeeds, says: "request_timeout"},
		{name: "HTTP 429 once, with or without Retry-After", forms: map[string]form{
			"without": plain(traffic.Busy("")), "seconds": plain(traffic.Busy("1")),
			"date": func(_ *operation, _ *simulator.Simulator) traffic.Fault {
				return traffic.Busy(time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat))
			},
		}, reads: succeeds, writes: succeeds},
		{name: "HTTP 429 every time", forms: one(traffic.Busy("")), every: true, says: "HTTP 429", reads: unchanged, writes: unchanged},
		{name: "A web page with HTTP 200 once; nothing was done", forms: one(traffic.WebPage(traffic.StatusBefore)), reads: succeeds, writes: succeeds},
		{name: "A web page with HTTP 200 once; it was done", forms: one(traffic.WebPage(traffic.StatusAfter)), done: true, reads: succeeds, writes: succeeds},
		{name: "A web page with HTTP 404 every time", forms: one(notFoundPage), every: true, says: "HTTP 404", refusal: []string{sevenG}, reads: unchanged, writes: unchanged},
		{name: "An answer that is malformed, or half of one, every time; it was done", forms: map[string]form{
			"too short a Content-Length": plain(traffic.Fault{Kind: traffic.TooShort}),
			"malformed":                  bodies(traffic.StatusAfter, 200, `{"result":true,"data":{"communicationID":`, `"subscriber_id","email`),
		}, every: true, done: true, reads: unchanged, writes: succeeds},
		{name: "An empty answer every time; it was done", forms: one(traffic.Fault{Kind: traffic.EmptyAfter}), every: true, done: true, reads: unchanged, writes: succeeds,
			but: map[string]outcome{whatCounts + " opt-out query": believed}},
		{name: "An answer of 100 MB every time; it was done", forms: one(traffic.Fault{Kind: traffic.Flood}), every: true, done: true, reads: unchanged, writes: succeeds},
		{name: "A redirect to another host every time", forms: one(traffic.Redirect("https://elsewhere.example.com/login?token=secret")), every: true, says: "redirects to https://elsewhere.example.com/login, which is not followed", reads: unchanged, writes: unchanged},
		{name: "A refusal, in whatever words", forms: map[string]form{
			"with HTTP 200": bodies(traffic.Replace, 200, `{"result":false,"message":"`+nobodyKnows+`"}`, "FAILURE: "+nobodyKnows),
		}, every: true, says: nobodyKnows, refusal: []string{sevenG, whatCounts}, reads: unchanged, writes: unchanged},
		{name: "HTTP 403 every time", forms: one(traffic.Fault{Kind: traffic.StatusBefore, Status: 403}), every: true, says: "HTTP 403", refusal: []string{sevenG}, reads: unchanged, writes: unchanged},
		{name: "The token expired or was revoked", forms: map[string]form{
			"expired": func(_ *operation, sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Kind: traffic.Act, Do: func() { sim.Clock.Advance(21 * time.Minute) }}
			},
			"revoked": func(_ *operation, sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Kind: traffic.Act, Do: sim.SevenG.RevokeAccessTokens}
			},
			"revoked with its refresh token": func(_ *operation, sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Kind: traffic.Act, Do: sim.SevenG.RevokeTokens}
			},
		}, reads: succeeds, writes: succeeds, login: none, but: map[string]outcome{whatCounts: none}},
		{name: "Success with a count of none", forms: one(traffic.Fault{Kind: traffic.Partial}), every: true, reads: none, writes: unchanged, login: none, refusal: []string{whatCounts}, but: map[string]outcome{
			sevenG: none, whatCounts + " change of address": none, whatCounts + " `delete_without_optout`": none,
		}},
		{name: "No answer, and no word of what became of it; nothing was done", forms: one(traffic.Fault{Kind: traffic.CutBefore}), blind: true, reads: none, login: none, writes: unknown, but: importableCreates},
		{name: "No answer, and no word of what became of it; it was done", forms: one(traffic.Fault{Kind: traffic.CutAfter}), done: true, blind: true, reads: none, login: none, writes: unknown, but: importableCreates},
	}
}

// expected is the outcome of one cell.
func (f *fault) expected(o *operation) outcome {
	for _, key := range []string{o.service + " " + o.name, o.service} {
		if found, set := f.but[key]; set {
			return found
		}
	}
	switch {
	case o.writes():
		return f.writes
	case o.name == login && f.login == "":
		return unchanged
	case o.name == login:
		return f.login
	case o.name == renewal && f.reads != none && f.login != none:
		return succeeds // by another login
	}
	return f.reads
}
