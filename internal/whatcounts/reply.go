package whatcounts

import (
	"bytes"
	"strings"
)

// said is the first word of an answer.
type said int

const (
	saidNothing said = iota
	saidSuccess
	saidFailure
	saidData // anything else
)

// reply is an answer, sorted by its prefix. The prefix alone decides nothing:
// an action that says SUCCESS may have done nothing, and one that says FAILURE
// may only mean that there was nothing to do.
type reply struct {
	said said
	text string // without byte order mark and outer white space
	rest string // what follows SUCCESS or FAILURE and its colon
}

const byteOrderMark = "\ufeff"

// readReply sorts a body by the prefix rule. "WhatCounts: Conventions".
func readReply(body []byte) reply {
	text := strings.TrimSpace(string(bytes.TrimPrefix(bytes.TrimSpace(body), []byte(byteOrderMark))))
	if text == "" {
		return reply{}
	}
	if rest, found := cutPrefixWord(text, "SUCCESS"); found {
		return reply{saidSuccess, text, rest}
	}
	if rest, found := cutPrefixWord(text, "FAILURE"); found {
		return reply{saidFailure, text, rest}
	}
	return reply{saidData, text, text}
}

// cutPrefixWord is what follows word and its colon. The word has to end there:
// an address may well begin with it.
func cutPrefixWord(text, word string) (rest string, found bool) {
	if len(text) < len(word) || !strings.EqualFold(text[:len(word)], word) {
		return "", false
	}
	rest = text[len(word):]
	if rest != "" && rest[0] != ':' && rest[0] != ' ' && rest[0] != '\t' && rest[0] != '\r' && rest[0] != '\n' {
		return "", false
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), ":")), true
}

// messages are the parts of a FAILURE, which may hold several. Client practice
// 2011.
func (r reply) messages() []string {
	var messages []string
	for _, message := range strings.Split(r.rest, "^") {
		if message = strings.TrimSpace(message); message != "" {
			messages = append(messages, message)
		}
	}
	return messages
}

// isPage reports whether a web page came in place of an answer.
func (r reply) isPage() bool {
	return hasPrefixFold(r.text, "<!doctype") || hasPrefixFold(r.text, "<html")
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// reason is what a FAILURE says, fit to be shown.
func (c *Client) reason(r reply) string {
	if r.rest == "" {
		return "the service gave no reason"
	}
	return c.quote(r.rest)
}
