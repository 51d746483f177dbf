package httpclient

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A stream may take longer than one answer, and so may its reader; but when it
// stops coming, or hardly comes, it ends, without a deadline of the caller's.
func TestStreamThatStopsComing(t *testing.T) {
	t.Parallel()
	const limit = 100 * time.Millisecond
	drip := func(parts, size int, then http.HandlerFunc) func(int, http.ResponseWriter, *http.Request) {
		return func(_ int, w http.ResponseWriter, r *http.Request) {
			for range parts {
				writeText(w, strings.Repeat("x", size))
				if err := http.NewResponseController(w).Flush(); err != nil {
					return
				}
				time.Sleep(limit / 4)
			}
			then(w, r)
		}
	}
	end := func(http.ResponseWriter, *http.Request) {}
	config := quick()
	config.RequestTimeout = limit
	for name, test := range map[string]struct {
		parts, size int
		then        http.HandlerFunc
		want        string // of the error; empty for none
	}{
		"comes slowly":                {8, slowest, end, ""},
		"is short, and takes a while": {3, 1, end, ""},
		"stops":                       {8, slowest, hang, "too little of the answer came within 100ms (request_timeout)"},
		"never ends":                  {1000, 10, end, "too little of the answer came within 100ms (request_timeout)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, drip(test.parts, test.size, test.then))
			var read int
			err := New(config).Stream(t.Context(), Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL}, func(_ int, body io.Reader) error {
				_, err := body.Read(make([]byte, 1))
				time.Sleep(2 * limit) // a reader that takes its time
				rest, restErr := io.ReadAll(body)
				read = 1 + len(rest)
				if err == nil {
					err = restErr
				}
				return err
			})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) || test.want == "" && read != test.parts*test.size {
				t.Errorf("read %d, and the error is %v", read, err)
			}
		})
	}
}
