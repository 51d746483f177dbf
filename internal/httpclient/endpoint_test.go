package httpclient

import (
	"strings"
	"testing"
)

func TestCheckEndpoint(t *testing.T) {
	const anyReason = ""
	good := []string{
		"https://api.7g.com.au", "https://api.7g.com.au/", "HTTPS://api.7g.com.au:8443/a/b", "https://[2001:db8::1]/", "https://localhost",
		"http://localhost:8700", "http://LOCALHOST", "http://127.0.0.1:8700/bin/api_web", "http://127.8.9.10", "http://[::1]:8700", "http://[::ffff:127.0.0.1]/",
	}
	for _, endpoint := range good {
		t.Run("takes "+endpoint, func(t *testing.T) {
			if err := CheckEndpoint(endpoint, false); err != nil {
				t.Error(err)
			}
		})
	}

	refused := map[string]string{
		"http://api.7g.com.au":           "allow_insecure_http = true",
		"http://10.0.0.1":                "allow_insecure_http = true",
		"http://0.0.0.0":                 "allow_insecure_http = true",
		"http://[fe80::1]":               "allow_insecure_http = true",
		"http://localhost.example.com":   "allow_insecure_http = true",
		"http://127.0.0.1.example.com":   "allow_insecure_http = true",
		"ftp://api.7g.com.au":            `"ftp"`,
		"httpx://localhost":              `"httpx"`,
		"//api.7g.com.au":                "https",
		"api.7g.com.au":                  "no host",
		"api.7g.com.au:443":              anyReason,
		"localhost:8700":                 "no host",
		"":                               "no host",
		"https://":                       "no host",
		"https://:8443/a":                "no host",
		"https:api.7g.com.au":            "no host",
		"/bin/api_web":                   "no host",
		"https://jane@api.7g.com.au":     "user name",
		"https://jane:pw@api.7g.com.au/": "user name",
		"https://:pw@api.7g.com.au/":     "user name",
		"https://api.7g.com.au/?a=b":     "query",
		"https://api.7g.com.au/?":        "query",
		"https://api.7g.com.au/#a":       "fragment",
		"https://api.7g.com.au/#":        "fragment",
		"https://api.7g.com.au:port":     "not an address",
		" https://api.7g.com.au":         "not an address",
		"https://api.7g.com.au/\n":       "not an address",
		"https://api.7g.com.au/%zz":      "not an address",
	}
	for endpoint, reason := range refused {
		t.Run("refuses "+endpoint, func(t *testing.T) {
			err := CheckEndpoint(endpoint, false)
			if err == nil || !strings.Contains(err.Error(), reason) {
				t.Fatalf("the error is %v, want one with %q", err, reason)
			}
			if strings.Contains(err.Error(), "pw") || strings.Contains(err.Error(), "jane") {
				t.Errorf("the error shows credentials: %v", err)
			}
		})
	}
}

func TestInsecureEndpointsAreTakenWhenAllowed(t *testing.T) {
	tests := map[string]bool{
		"http://api.7g.com.au":         true,
		"http://10.0.0.1:8080/a":       true,
		"https://api.7g.com.au":        true,
		"ftp://api.7g.com.au":          false,
		"http://jane:pw@api.7g.com.au": false,
		"http://api.7g.com.au?a=b":     false,
		"http://":                      false,
	}
	for endpoint, taken := range tests {
		t.Run(endpoint, func(t *testing.T) {
			if err := CheckEndpoint(endpoint, true); (err == nil) != taken {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestSameEndpoint(t *testing.T) {
	const here = "https://api.7g.com.au/bin/Web"
	for endpoint, want := range map[string]bool{
		"https://API.7G.com.au/bin/Web": true, "HTTPS://api.7g.com.au:443/bin/Web/": true, here: true,
		"https://api.7g.com.au/bin/web": false, "https://api.7g.com.au:8443/bin/Web": false, "http://api.7g.com.au/bin/Web": false,
		"https://test-api.7g.com.au/bin/Web": false, "": false, "api.7g.com.au": false,
	} {
		if SameEndpoint(here, endpoint) != want || SameEndpoint(endpoint, here) != want {
			t.Errorf("%q is the same place: %v", endpoint, !want)
		}
	}
}
