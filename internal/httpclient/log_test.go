package httpclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// recorder keeps what a client logs, as text.
type recorder struct{ debug, trace strings.Builder }

func (r *recorder) log() Log {
	write := func(to *strings.Builder) func(context.Context, string, map[string]any) {
		return func(_ context.Context, message string, fields map[string]any) { fmt.Fprintln(to, message, fields) }
	}
	return Log{Debug: write(&r.debug), Trace: write(&r.trace)}
}

func TestNothingThatLeavesTheClientHoldsASecret(t *testing.T) {
	const password, token = "demo-password&1", "token-just-received"
	forms := []string{password, url.QueryEscape(password), token, "demo-password"}
	tests := map[string]func(http.ResponseWriter, *http.Request){
		"an answer": func(w http.ResponseWriter, _ *http.Request) { writeText(w, strings.Join(forms[:3], " and ")) },
		"a refusal": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			writeText(w, strings.Join(forms[:3], " and "))
		},
		"a redirect":                  redirectTo("/login/" + url.PathEscape(password) + "/" + token),
		"an answer that is malformed": func(w http.ResponseWriter, _ *http.Request) { hijack(w, "HTTP/1.1 "+password+"\r\n\r\n") },
		"a malformed header":          func(w http.ResponseWriter, _ *http.Request) { hijack(w, "HTTP/1.1 200 OK\r\n"+token+"\r\n\r\n") },
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { answer(w, r) })
			var logged recorder
			config := quick()
			config.Secrets = []string{password}
			config.Log = logged.log()
			c := New(config)
			c.AddSecret(token)
			got, err := c.Do(t.Context(), Request{Operation: "find", Class: Repeatable, Method: http.MethodPost, URL: s.URL, Body: []byte("p=" + url.QueryEscape(password))})
			texts := []string{logged.debug.String(), logged.trace.String(), c.Clean(string(got.Body))}
			if err != nil {
				texts = append(texts, fmt.Sprintf("%v %+v", err, err))
			}
			for _, text := range texts {
				if containsAny(text, forms...) {
					t.Errorf("a secret left the client: %s", text)
				}
			}
			if !strings.Contains(logged.trace.String(), Removed) || !strings.Contains(logged.debug.String(), "find") {
				t.Errorf("too little was logged: %s%s", logged.debug.String(), logged.trace.String())
			}
		})
	}
}

func TestConfidentialBodiesStayOutOfTheTrace(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		writeText(w, `{"accessToken":"nobody-knows-it-yet"}`)
	})
	var logged recorder
	config := quick()
	config.Log = logged.log()
	got, err := New(config).Do(t.Context(), Request{
		Operation: "POST /user/login", Class: Never, Method: http.MethodPost, URL: s.URL, Body: []byte("a login"), Confidential: true,
	})
	if err != nil || !strings.Contains(string(got.Body), "nobody-knows-it-yet") {
		t.Fatalf("the answer is %q, the error %v", got.Body, err)
	}
	if logged.trace.Len() > 0 {
		t.Errorf("traced: %s", logged.trace.String())
	}
	if !strings.Contains(logged.debug.String(), "POST /user/login") || strings.Contains(logged.debug.String(), "nobody-knows-it-yet") {
		t.Errorf("logged: %s", logged.debug.String())
	}
}

// A user who raises the log level to debug shares the log with others.
func TestDebugLogHoldsNoPersonalData(t *testing.T) {
	s := newService(t, func(number int, w http.ResponseWriter, _ *http.Request) {
		if number == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		writeText(w, "jane@example.com")
	})
	var logged recorder
	config := quick()
	config.Log = logged.log()
	_, err := New(config).Do(t.Context(), Request{
		Operation: "find", Class: Repeatable, Method: http.MethodPost, URL: s.URL + "/?email=jane@example.com", Body: []byte("email=jane@example.com"),
	})
	if err != nil {
		t.Fatal(err)
	}
	debug := logged.debug.String()
	if strings.Contains(debug, "jane") {
		t.Errorf("logged: %s", debug)
	}
	for _, expected := range []string{"service:7G", "operation:find", "reason:HTTP 503 Service Unavailable", "status:200"} {
		if !strings.Contains(debug, expected) {
			t.Errorf("the log lacks %q: %s", expected, debug)
		}
	}
}

// hijack answers with bytes that are not HTTP.
func hijack(w http.ResponseWriter, text string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	writeText(connection, text)
	if err := connection.Close(); err != nil {
		panic(err)
	}
}
