package traffic

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
	fill    func(f *Fault, value string) error // nil: the name is that of the FaultKind
}

// Kinds are the faults that [ParseFault] understands.
func Kinds() []Kind {
	return []Kind{
		{"status-before", "status", "nothing is done, and the answer has this HTTP status", (*Fault).setStatus},
		{"status-after", "status", "it is done, and the answer has this HTTP status", (*Fault).setStatus},
		{"cut-before", "", "nothing is done, and the connection is closed", nil},
		{"cut-after", "", "it is done, and the connection is closed", nil},
		{"reset-before", "", "nothing is done, and the connection is reset", nil},
		{"reset-during", "", "it is done, and the connection is reset half-way through the answer", nil},
		{"reset-after", "", "it is done, and the connection is reset", nil},
		{"silent-before", "", "nothing is done, and no answer comes", nil},
		{"silent-after", "", "it is done, and no answer comes", nil},
		{"empty-after", "", "it is done, and the answer is empty", nil},
		{"truncate", "", "it is done, and half of the answer comes", nil},
		{"too-long", "", "it is done, and the answer announces more than it is", nil},
		{"too-short", "", "it is done, and the answer announces half of what it is", nil},
		{"flood", "bytes", "it is done, and the answer is that long (" + strconv.Itoa(DefaultFlood) + " without a value)", func(f *Fault, value string) error {
			size, err := numberOr(value, DefaultFlood)
			f.Size = int64(size)
			return err
		}},
		{"partial", "rows", "so many of the last rows of a WhatCounts command are left undone (1 without a value)", func(f *Fault, value string) (err error) {
			f.Rows, err = numberOr(value, 1)
			return err
		}},
		{"astray", "text", "the last row of a WhatCounts command is done to another contact and counted as usual; the text is the data that names it: email,first^other@example.com,Vic", func(f *Fault, text string) error {
			f.Body = text
			if !strings.Contains(text, "^") {
				return errors.New("it needs the data that names another contact")
			}
			return nil
		}},
		{"html-before", "", "nothing is done, and a web page answers with HTTP 200", func(f *Fault, _ string) error {
			*f = WebPage(StatusBefore)
			return nil
		}},
		{"html-after", "", "it is done, and a web page answers with HTTP 200", func(f *Fault, _ string) error {
			*f = WebPage(StatusAfter)
			return nil
		}},
		{"redirect", "address", "nothing is done, and the answer points to another address", func(f *Fault, target string) error {
			*f = Redirect(target)
			if target == "" {
				return errors.New("a redirect needs an address")
			}
			return nil
		}},
		{"busy", "seconds", "nothing is done, and the answer is HTTP 429 with this Retry-After (none without a value)", func(f *Fault, value string) error {
			*f = Busy(value)
			_, err := numberOr(value, 0)
			return err
		}},
		{"answer", "text", "nothing is done, and the answer is this text, which goes on to the end", func(f *Fault, text string) error {
			*f = Fault{Kind: Replace, Body: text}
			return nil
		}},
		{"delay", "duration", "the answer comes so much later", func(f *Fault, value string) (err error) {
			f.For, err = time.ParseDuration(value)
			return err
		}},
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

// Busy is HTTP 429 with a Retry-After, which may be seconds, an HTTP date or
// empty for none.
func Busy(retryAfter string) Fault {
	fault := Fault{Kind: StatusBefore, Status: http.StatusTooManyRequests}
	if retryAfter != "" {
		fault.Header = map[string]string{"Retry-After": retryAfter}
	}
	return fault
}

// Redirect is an answer that points to another address.
func Redirect(target string) Fault {
	return Fault{Kind: StatusBefore, Status: http.StatusFound, Header: map[string]string{"Location": target}}
}

// ParseFault reads a fault as people write it:
//
//	OPERATION:KIND[:VALUE][:COUNT][:skip=N]
//
// with the operation of an [Entry] or * for every one, the name and value of
// one of [Kinds], and how many requests it is for: 1 when left out, or
// "always". Nothing follows a value that is a text or an address. For example
// "sub:status-after:500:2" or "POST /communication:cut-after".
func ParseFault(text string) (Fault, error) {
	operation, rest, found := strings.Cut(text, ":")
	if !found || strings.TrimSpace(operation) == "" {
		return Fault{}, fmt.Errorf("fault %q: it has to be OPERATION:KIND, such as sub:cut-after", text)
	}
	name, rest, _ := strings.Cut(rest, ":")
	fault, err := parseKind(name, rest)
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

// parseKind reads the value, the count and the skip of a kind.
func parseKind(name, rest string) (Fault, error) {
	var known []string
	for _, kind := range Kinds() {
		known = append(known, kind.Name)
		if kind.Name != name {
			continue
		}
		var value, counts string
		switch kind.Value {
		case "":
			counts = rest
		case "text", "address": // it may hold colons of its own
			value = rest
		default:
			value, counts, _ = strings.Cut(rest, ":")
		}
		fault := Fault{Kind: FaultKind(name)}
		if kind.fill != nil {
			if err := kind.fill(&fault, value); err != nil {
				return fault, err
			}
		}
		if counts == "" {
			return fault, nil
		}
		for part := range strings.SplitSeq(counts, ":") {
			if err := fault.repeat(part); err != nil {
				return fault, err
			}
		}
		return fault, nil
	}
	return Fault{}, fmt.Errorf("unknown kind %q; known are %s", name, strings.Join(known, ", "))
}

// repeat reads how often a fault comes: 3, always, or skip=2.
func (f *Fault) repeat(part string) error {
	if part == "always" {
		f.Count = -1
		return nil
	}
	into := &f.Count
	if skip, isSkip := strings.CutPrefix(part, "skip="); isSkip {
		into, part = &f.Skip, skip
	}
	number, err := strconv.Atoi(part)
	if err != nil || number < 1 {
		return fmt.Errorf("%q is no count: use a number above zero, always, or skip=N", part)
	}
	*into = number
	return nil
}

func (f *Fault) setStatus(value string) error {
	status, err := strconv.Atoi(value)
	if err != nil || status < 200 || status > 599 {
		return fmt.Errorf("%q is no HTTP status from 200 to 599", value)
	}
	f.Status = status
	return nil
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
