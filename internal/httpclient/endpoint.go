package httpclient

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// CheckEndpoint reports why endpoint must not be used, or nil. It must be an
// https address; http is taken for a loopback address, or when insecure
// addresses are allowed. Credentials and queries have no place in it, since an
// address is logged and shown.
func CheckEndpoint(endpoint string, allowInsecure bool) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return errors.New("it is not an address")
	}
	switch {
	case u.Hostname() == "":
		return errors.New("it has no host: it should look like https://host/path")
	case u.User != nil:
		return errors.New("it holds a user name or password, which would show in logs")
	case strings.ContainsAny(endpoint, "?#"):
		return errors.New("it holds a query or a fragment")
	case u.Scheme == "https":
		return nil
	case u.Scheme != "http":
		return fmt.Errorf("its scheme is %q, not https", u.Scheme)
	case allowInsecure || isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("it would send credentials and personal data in clear text. Use https, or set allow_insecure_http = true beside it")
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// SameEndpoint reports whether two addresses are one place: the letter case of
// scheme and host, the default port and a slash at the end make no difference.
func SameEndpoint(a, b string) bool { return place(a) == place(b) }

// place is an address in one of its spellings. One that cannot be read stays as
// it is.
func place(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
}
