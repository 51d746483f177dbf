package httpclient

import (
	"encoding/base64"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func FuzzRedactor(f *testing.F) {
	f.Add(hardSecret, "demo", "before", " after")
	f.Add("demo-password", "demo", "FAILURE: Password (", ") doesn't match")
	f.Add("four", "fo", "r:", "z")
	f.Add("a", "", "", "")
	f.Add("aa", "aaa", "a", "a")
	f.Add("\u2028é", "\x00\xff", `\`, `"`)
	f.Add("removed", "secret", "(", ")")
	f.Fuzz(func(t *testing.T, secret, other, before, after string) {
		if secret == "" {
			return
		}
		r := NewRedactor(secret, other)
		for how, form := range repeated(secret) {
			for _, left := range strings.Split(r.Clean(before+form+after), Removed) {
				if strings.Contains(left, form) {
					t.Fatalf("%s: %q of %q survives in %q", how, form, secret, left)
				}
			}
		}
		alone := NewRedactor(secret)
		if text := before + after; !holdsAny(text, encodings(secret)) && len(readingOf(secret, 0)) < shortestDisguise && alone.Clean(text) != text {
			t.Fatalf("%q is not in %q, which became %q", secret, text, alone.Clean(text))
		}
	})
}

// FuzzRedactorWithinBase64 encodes a secret together with what stands around
// it, as basic authentication does.
func FuzzRedactorWithinBase64(f *testing.F) {
	f.Add("demo-password", []byte("demo:"), []byte(""))
	f.Add("four", []byte("r"), []byte("zz"))
	f.Add("~~~???>>>", []byte("rr"), []byte("z"))
	f.Fuzz(func(t *testing.T, secret string, before, after []byte) {
		if len(secret) < 4 {
			return // too little to recognise, and the redactor says so
		}
		whole := append(append(append([]byte(nil), before...), secret...), after...)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString(whole)
			cleaned := NewRedactor(secret).Clean(text)
			if !strings.Contains(cleaned, Removed) {
				t.Fatalf("%q stays in %q", secret, text)
			}
			// The characters that carry bits of the secret alone, as they stand there.
			first, last := (8*len(before)+5)/6, 8*(len(before)+len(secret))/6
			for _, left := range strings.Split(cleaned, Removed) {
				if strings.Contains(left, text[first:last]) {
					t.Fatalf("%q can be read from %q", secret, left)
				}
			}
		}
	})
}

func holdsAny(text string, forms []string) bool {
	for _, form := range forms {
		if form != "" && strings.Contains(text, form) {
			return true
		}
	}
	return false
}

// FuzzEndpoint holds what is accepted against what a request would be sent to.
func FuzzEndpoint(f *testing.F) {
	for _, endpoint := range []string{
		"https://api.7g.com.au", "http://127.0.0.1:8700/bin/api_web", "http://[::1]", "http://localhost", "http://localhost.example.com",
		"https://user:pass@host", "https://host?x=1", "https://host#f", "ftp://host", "//host", "https:host", "https://", "http://127.0.0.1@host",
		"http://127.0.0.1%2ehost", "http://[::ffff:127.0.0.1]", "http://0x7f.1", "HTTPS://HOST", "http://localhost\x00", "https://ho st", `http://localhost\@host`,
	} {
		f.Add(endpoint, false)
		f.Add(endpoint, true)
	}
	f.Fuzz(func(t *testing.T, endpoint string, allowInsecure bool) {
		if CheckEndpoint(endpoint, allowInsecure) != nil {
			if CheckEndpoint(endpoint, true) == nil && !strings.HasPrefix(strings.ToLower(endpoint), "http://") {
				t.Fatalf("%q is refused unless clear text is allowed, and is none", endpoint)
			}
			return
		}
		for _, address := range []string{endpoint, endpoint + "/communication?CommunicationID=1"} {
			r, err := http.NewRequest(http.MethodGet, address, nil)
			if err != nil {
				t.Fatalf("%q is accepted and makes no request: %v", endpoint, err)
			}
			host := r.URL.Hostname()
			switch {
			case host == "" || r.URL.User != nil:
				t.Fatalf("%q is accepted and leads to %q with user %v", endpoint, host, r.URL.User)
			case address == endpoint && (r.URL.RawQuery != "" || r.URL.Fragment != ""):
				t.Fatalf("%q is accepted with a query or a fragment", endpoint)
			case r.URL.Scheme == "https" || allowInsecure && r.URL.Scheme == "http":
			case r.URL.Scheme != "http":
				t.Fatalf("%q is accepted with the scheme %q", endpoint, r.URL.Scheme)
			case !strings.EqualFold(host, "localhost") && !net.ParseIP(host).IsLoopback():
				t.Fatalf("%q is accepted and sends clear text to %q", endpoint, host)
			}
		}
	})
}

// FuzzRetryAfter: whatever a service asks for, a pause is neither negative nor
// shorter than asked, nor is one waited for that is longer than the limit.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "1", "120", "-1", "1.5", "9223372036", "9223372037", "18446744074", "9223372036854775807", "36028797018963968", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 2999 23:59:59 GMT", "soon"} {
		f.Add(value, 429)
		f.Add(value, 503)
	}
	f.Fuzz(func(t *testing.T, value string, status int) {
		response := &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {value}}}
		asked := retryAfter(response)
		if asked < 0 {
			t.Fatalf("%q is a pause of %s", value, asked)
		}
		seconds, err := strconv.ParseInt(value, 10, 64)
		mattersHere := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
		if err != nil || seconds < 0 || !mattersHere {
			return
		}
		waits := hasTime(t.Context(), asked)
		if waits != (seconds <= int64(longestRetryAfter/time.Second)) {
			t.Fatalf("%q is a pause of %s, which is waited for: %v", value, asked, waits)
		}
		if pause := jitteredBackoff(time.Millisecond, time.Second, 1, response); waits && pause < time.Duration(seconds)*time.Second {
			t.Fatalf("%q leads to a pause of %s", value, pause)
		}
	})
}
