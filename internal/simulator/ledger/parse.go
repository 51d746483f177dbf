package ledger

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind is a fault that can be written as text, by its name.
type Kind struct {
	Name    string
	Value   string // what its value means, empty when it takes none
	Meaning string
	make    func(value string) (Fault, error)
}

// Kinds are the faults that [ParseFault] understands.
func Kinds() []Kind {
	plain := func(kind FaultKind) func(string) (Fault, error) {
		return func(string) (Fault, error) { return Fault{Kind: kind}, nil }
	}
	return []Kind{
		{"status-before", "status", "nothing is done, and the answer has this HTTP status", statusOf(StatusBefore)},
		{"status-after", "status", "it is done, and the answer has this HTTP status", statusOf(StatusAfter)},
		{"cut-before", "", "nothing is done, and the connection is closed", plain(CutBefore)},
		{"cut-after", "", "it is done, and the connection is closed", plain(CutAfter)},
		{"reset-before", "", "nothing is done, and the connection is reset", plain(ResetBefore)},
		{"reset-during", "", "it is done, and the connection is reset half-way through the answer", plain(ResetDuring)},
		{"reset-after", "", "it is done, and the connection is reset", plain(ResetAfter)},
		{"silent-before", "", "nothing is done, and no answer comes", plain(SilentBefore)},
		{"silent-after", "", "it is done, and no answer comes", plain(SilentAfter)},
		{"empty-after", "", "it is done, and the answer is empty", plain(EmptyAfter)},
		{"truncate", "", "it is done, and half of the answer comes", plain(Truncate)},
		{"too-long", "", "it is done, and the answer announces more than it is", plain(TooLong)},
		{"too-short", "", "it is done, and the answer announces half of what it is", plain(TooShort)},
		{"flood", "bytes", "it is done, and the answer is that long (" + strconv.Itoa(DefaultFlood) + " without a value)", flooded},
		{"partial", "rows", "so many of the last rows of a WhatCounts command are left undone (1 without a value)", partial},
		{"html-before", "", "nothing is done, and a web page answers with HTTP 200", func(string) (Fault, error) { return WebPage(StatusBefore), nil }},
		{"html-after", "", "it is done, and a web page answers with HTTP 200", func(string) (Fault, error) { return WebPage(StatusAfter), nil }},
		{"redirect", "address", "nothing is done, and the answer points to another address", redirected},
		{"busy", "seconds", "nothing is done, and the answer is HTTP 429 with this Retry-After (none without a value)", busy},
		{"answer", "text", "nothing is done, and the answer is this text, which goes on to the end", func(text string) (Fault, error) { return Fault{Kind: Replace, Body: text}, nil }},
		{"delay", "duration", "the answer comes so much later", delayed},
	}
}

// WebPage is a page in place of an answer, with status 200, as a proxy or a
// service under maintenance gives it. Kind is StatusBefore or StatusAfter.
func WebPage(kind FaultKind) Fault {
	return Fault{
		Kind: kind, Status: http.StatusOK, Header: map[string]string{"Content-Type": "text/html"},
		Body: "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>",
	}
}

// ParseFault reads a fault as people write it:
//
//	OPERATION:KIND[:VALUE][:COUNT][:skip=N]
//
// with the operation of an [Entry] or * for every one, the name and value of
// one of [Kinds], and how many requests it is for: 1 when left out, or
// "always". Nothing follows a value that is a text or an address. For example "sub:status-after:500:2" or "POST /communication:cut-after".
func ParseFault(text string) (Fault, error) {
	operation, rest, found := strings.Cut(text, ":")
	if !found || strings.TrimSpace(operation) == "" {
		return Fault{}, fmt.Errorf("fault %q: it has to be OPERATION:KIND, such as sub:cut-after", text)
	}
	name, rest, _ := strings.Cut(rest, ":")
	kind, err := kindNamed(name)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	fault, err := kind.parse(rest)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	if operation != "*" {
		fault.Operation = canonicalOperation(operation)
	}
	return fault, nil
}

// canonicalOperation is an operation as entries have it: a method in upper
// case and a path in lower case, or a command.
func canonicalOperation(text string) string {
	method, path, isPath := strings.Cut(strings.TrimSpace(text), " ")
	if !isPath {
		return method
	}
	return strings.ToUpper(method) + " " + strings.ToLower(strings.TrimSpace(path))
}

func kindNamed(name string) (Kind, error) {
	var known []string
	for _, kind := range Kinds() {
		if kind.Name == name {
			return kind, nil
		}
		known = append(known, kind.Name)
	}
	return Kind{}, fmt.Errorf("unknown kind %q; known are %s", name, strings.Join(known, ", "))
}

// parse reads what follows the name of the kind.
func (k Kind) parse(rest string) (Fault, error) {
	if k.Value == "text" || k.Value == "address" {
		return k.make(rest) // it may hold colons of its own
	}
	var parts []string
	if rest != "" {
		parts = strings.Split(rest, ":")
	}
	value := ""
	if k.Value != "" && len(parts) > 0 {
		value, parts = parts[0], parts[1:]
	}
	fault, err := k.make(value)
	for _, part := range parts {
		if err != nil {
			break
		}
		err = fault.repeat(part)
	}
	return fault, err
}

// repeat reads how often a fault comes: 3, always, or skip=2.
func (f *Fault) repeat(part string) error {
	if part == "always" {
		f.Count = -1
		return nil
	}
	skip, isSkip := strings.CutPrefix(part, "skip=")
	number, err := strconv.Atoi(skip)
	if err != nil || number < 1 {
		return fmt.Errorf("%q is no count: use a number above zero, always, or skip=N", part)
	}
	if isSkip {
		f.Skip = number
		return nil
	}
	f.Count = number
	return nil
}

func statusOf(kind FaultKind) func(string) (Fault, error) {
	return func(value string) (Fault, error) {
		status, err := strconv.Atoi(value)
		if err != nil || status < 200 || status > 599 {
			return Fault{}, fmt.Errorf("%q is no HTTP status from 200 to 599", value)
		}
		return Fault{Kind: kind, Status: status}, nil
	}
}

func flooded(value string) (Fault, error) {
	size, err := numberOr(value, DefaultFlood)
	return Fault{Kind: Flood, Size: int64(size)}, err
}

func partial(value string) (Fault, error) {
	rows, err := numberOr(value, 1)
	return Fault{Kind: Partial, Rows: rows}, err
}

func busy(value string) (Fault, error) {
	if value == "" {
		return Busy(""), nil
	}
	if _, err := numberOr(value, 0); err != nil {
		return Fault{}, err
	}
	return Busy(value), nil
}

// Busy is HTTP 429 with a Retry-After, which may be seconds, an HTTP date or
// empty for none.
func Busy(retryAfter string) Fault {
	fault := Fault{Kind: StatusBefore, Status: http.StatusTooManyRequests}
	if retryAfter != "" {
		fault.Header = map[string]string{"Retry-After": retryAfter}
	}
	return fault
}

func redirected(target string) (Fault, error) {
	if target == "" {
		return Fault{}, errors.New("a redirect needs an address")
	}
	return Redirect(target), nil
}

// Redirect is an answer that points to another address.
func Redirect(target string) Fault {
	return Fault{Kind: StatusBefore, Status: http.StatusFound, Header: map[string]string{"Location": target}}
}

func delayed(value string) (Fault, error) {
	length, err := time.ParseDuration(value)
	return Fault{Kind: Delay, For: length}, err
}

func numberOr(value string, otherwise int) (int, error) {
	if value == "" {
		return otherwise, nil
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < 1 {
		return 0, fmt.Errorf("%q is no number above zero", value)
	}
	return number, nil
}
