package httpclient

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A stream may take longer than one answer, and so may its reader; but when it
// stops coming it ends, without a deadline of the caller's.
func TestStreamThatStopsComing(t *testing.T) {
	t.Parallel()
	const limit = 100 * time.Millisecond
	drip := func(parts int, then http.HandlerFunc) func(int, http.ResponseWriter, *http.Request) {
		return func(_ int, w http.ResponseWriter, r *http.Request) {
			for range parts {
				writeText(w, "x")
				if err := http.NewResponseController(w).Flush(); err != nil {
					return
				}
				time.Sleep(limit / 4)
			}
			then(w, r)
		}
	}
	config := quick()
	config.RequestTimeout = limit
	for name, test := range map[string]struct {
		then http.HandlerFunc
		want string // of the error; empty for none
	}{
		"comes slowly": {func(http.ResponseWriter, *http.Request) {}, ""},
		"stops":        {hang, "no more of the answer came within 100ms (request_timeout)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, drip(8, test.then))
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
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) || read != 8 {
				t.Errorf("read %d, and the error is %v", read, err)
			}
		})
	}
}
