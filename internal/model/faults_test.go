package model_test

import (
	"net/http"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// operations are the requests that faults are meant for; an empty one is any.
var operations = map[string][]string{
	"reach_communication": {"", "", "POST /communication", "PUT /communication", "DELETE /communication", "GET /communication", "GET /bizentity", "POST /user/login", "GET /common/lookup"},
	"reach_contacts":      {"", "", "sub", "sub", "unsub", "update", "change", "delete", "delete", "deletesubid", "find", "detail", "show_optglobal", "show_opt", "rpt_subscribers_in_list", "rpt_sub_by_update_datetime", "getrealmsettings"},
	"reach_contact":       {"", "", "sub", "unsub", "update", "change", "delete", "deletesubid", "find", "detail", "show_optglobal", "getrealmsettings"},
}

// commands change something; an empty answer to one of them proves nothing,
// where an empty answer to a query of WhatCounts says that there is nothing.
// Nobody can tell that from the truth, so queries are not given that fault.
var commands = []string{"sub", "unsub", "update", "change", "delete", "deletesubid", "POST /communication", "PUT /communication", "DELETE /communication"}

const maintenance = "<html><body><h1>Down for maintenance</h1></body></html>"

// drawFault draws what goes wrong with one request, or with a few.
func (w *walk) drawFault(t *rapid.T) traffic.Fault {
	of := choose(t, "service", w.kinds...)
	fault := traffic.Fault{
		Operation: choose(t, "operation", operations[of.typeName()]...),
		Skip:      rapid.IntRange(0, 5).Draw(t, "skip"),
		Count:     choose(t, "count", 1, 1, 1, 2, 3, -1),
	}
	if fault.Operation != "" {
		fault.Skip = choose(t, "skip", 0, 0, 0, 1, 2)
	}
	fault.Kind = choose(t, "fault", traffic.CutAfter, traffic.StatusAfter, traffic.CutBefore, traffic.StatusBefore, traffic.Truncate, traffic.EmptyAfter, traffic.Replace, traffic.Act, traffic.ActAfter)
	switch fault.Kind {
	case traffic.StatusAfter, traffic.StatusBefore:
		fault.Status = choose(t, "status", http.StatusInternalServerError, http.StatusBadGateway, http.StatusTooManyRequests)
	case traffic.EmptyAfter:
		fault.Operation = choose(t, "operation", commands...)
	case traffic.Replace:
		fault.Status = choose(t, "status", http.StatusOK, http.StatusNotFound, http.StatusServiceUnavailable)
		fault.Body = maintenance
		if of.typeName() != "reach_communication" && fault.Status == http.StatusOK && one(t, 2, "echo of the password") {
			fault.Body = "FAILURE: Password (" + acctest.PasswordOf(w.realm) + ") doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP"
		}
	case traffic.Act, traffic.ActAfter:
		fault.Count = 1
		fault.Do = w.meddling(w.drawOutsider(t, of))
	}
	return fault
}
