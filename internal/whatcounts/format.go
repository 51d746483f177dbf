package whatcounts

import (
	"strconv"
	"strings"
)

// Format is the form in which a subscription is sent. 0 means that it is not
// known. "WhatCounts: Subscribe to List".
type Format int

// The formats, as the service numbers them.
const (
	Text Format = 1
	HTML Format = 2
	MIME Format = 99
)

// String is "text", "html" or "mime", and empty for anything else.
func (f Format) String() string {
	switch f {
	case Text:
		return "text"
	case HTML:
		return "html"
	case MIME:
		return "mime"
	}
	return ""
}

// ParseFormat is the format with this name, in any letter case. An unknown
// name is a apierror.Invalid error.
func ParseFormat(name string) (Format, error) {
	for _, f := range []Format{Text, HTML, MIME} {
		if strings.EqualFold(name, f.String()) {
			return f, nil
		}
	}
	return 0, invalid("choosing a format", "there is no format "+strconv.Quote(name), "Use text, html or mime in subscriptions.")
}

// readFormat understands what detail answers: a number, or a word that no
// official page spells out.
func readFormat(text string) Format {
	text = strings.ToLower(strings.TrimSpace(text))
	switch {
	case text == "1" || text == "plain" || strings.Contains(text, "text"):
		return Text
	case text == "2" || text == "html":
		return HTML
	case text == "99" || strings.Contains(text, "mime") || strings.Contains(text, "multipart"):
		return MIME
	}
	return 0
}

// orHTML is the format to send for a subscription that names none: the
// command requires one.
func (f Format) orHTML() Format {
	if f == 0 {
		return HTML
	}
	return f
}

func (f Format) number() string { return strconv.Itoa(int(f)) }
