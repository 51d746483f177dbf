package traffic

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	tests := map[string]Fault{
		"sub:status-after:500:2":                         {Operation: "sub", Kind: StatusAfter, Status: 500, Count: 2},
		"delete:cut-after":                               {Operation: "delete", Kind: CutAfter},
		"post /Communication:cut-before:always":          {Operation: "POST /communication", Kind: CutBefore, Count: -1},
		"*:status-before:503:skip=4:3":                   {Kind: StatusBefore, Status: 503, Skip: 4, Count: 3},
		"find:delay:1m30s":                               {Operation: "find", Kind: Delay, For: 90 * time.Second},
		"find:flood":                                     {Operation: "find", Kind: Flood, Size: DefaultFlood},
		"find:flood:10:2":                                {Operation: "find", Kind: Flood, Size: 10, Count: 2},
		"delete:partial:2":                               {Operation: "delete", Kind: Partial, Rows: 2},
		"delete:astray:email,first^o@example.com,Vic":    {Operation: "delete", Kind: Astray, Body: "email,first^o@example.com,Vic"},
		"find:busy":                                      {Operation: "find", Kind: StatusBefore, Status: 429},
		"find:busy:7":                                    {Operation: "find", Kind: StatusBefore, Status: 429, Header: map[string]string{"Retry-After": "7"}},
		"find:redirect:https://example.com/":             {Operation: "find", Kind: StatusBefore, Status: 302, Header: map[string]string{"Location": "https://example.com/"}},
		"sub:answer:FAILURE: not today: closed":          {Operation: "sub", Kind: Replace, Body: "FAILURE: not today: closed"},
		"PUT /communication:answer:{\"result\":false}":   {Operation: "PUT /communication", Kind: Replace, Body: `{"result":false}`},
		"find:html-before:2":                             {Operation: "find", Kind: StatusBefore, Status: 200, Count: 2, Header: map[string]string{"Content-Type": "text/html"}, Body: WebPage(StatusBefore).Body},
		"DELETE /communication:silent-after:1:skip=1":    {Operation: "DELETE /communication", Kind: SilentAfter, Count: 1, Skip: 1},
		"GET /communication:status-before:404:always":    {Operation: "GET /communication", Kind: StatusBefore, Status: http.StatusNotFound, Count: -1},
		"update:empty-after":                             {Operation: "update", Kind: EmptyAfter},
		"POST /user/login:answer:{\"accessToken\":\"\"}": {Operation: "POST /user/login", Kind: Replace, Body: `{"accessToken":""}`},
	}
	for text, want := range tests {
		got, err := ParseFault(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v (%v)", text, got, want, err)
		}
	}
}

func TestFaultThatCannotBeRead(t *testing.T) {
	for text, reason := range map[string]string{
		"":                        "OPERATION:KIND",
		"sub":                     "OPERATION:KIND",
		":cut-after":              "OPERATION:KIND",
		"sub:explode":             "known are status-before",
		"sub:status-after":        "no HTTP status",
		"sub:status-after:99":     "no HTTP status",
		"sub:cut-after:0":         "no count",
		"sub:cut-after:often":     "no count",
		"sub:cut-after:skip=x":    "no count",
		"sub:flood:-1":            "no number above zero",
		"delete:partial:none":     "no number above zero",
		"find:busy:soon":          "no number above zero",
		"delete:astray":           "names another contact",
		"find:redirect":           "needs an address",
		"find:delay:long":         "invalid duration",
		"sub:status-after:500:2x": "no count",
	} {
		if fault, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %+v, %v", text, fault, err)
		}
	}
}

func TestEveryKindThatNeedsNoFunctionCanBeWritten(t *testing.T) {
	written := map[FaultKind]bool{}
	values := map[string]string{"status": "500", "address": "https://example.com/", "duration": "1s", "text": "email^o@example.com"}
	for _, kind := range Kinds() {
		fault, err := ParseFault("find:" + kind.Name + ":" + values[kind.Value])
		if err != nil {
			t.Error(err)
		}
		written[fault.Kind] = true
	}
	for _, kind := range []FaultKind{
		StatusBefore, StatusAfter, CutBefore, CutAfter, ResetBefore, ResetDuring, ResetAfter, SilentBefore, SilentAfter,
		EmptyAfter, Truncate, TooLong, TooShort, Flood, Partial, Astray, Replace, Delay,
	} {
		if !written[kind] {
			t.Errorf("no text stands for %s", kind)
		}
	}
}
