package httpclient

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

const hardSecret = `pä"ss'w/o\r+d &<1>%=é`

// repeated are the forms in which the standard library would repeat a secret:
// written by others than the redactor's own encoders.
func repeated(secret string) map[string]string {
	forms := map[string]string{
		"as it is":                       secret,
		"in a query":                     url.QueryEscape(secret),
		"in a query, with small digits":  lowerHex(url.QueryEscape(secret)),
		"in a query, with blanks as %20": strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		"in a path":                      url.PathEscape(secret),
		"in a path, in a whole address":  (&url.URL{Path: secret}).EscapedPath(),
		"in HTML":                        html.EscapeString(secret),
		"in base64":                      base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"in base64, for addresses":       base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	if !utf8.ValidString(secret) {
		return forms // JSON cannot repeat it
	}
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err) // no text makes it fail
	}
	forms["in JSON"] = string(quoted[1 : len(quoted)-1])
	var plain strings.Builder
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(secret); err != nil {
		panic(err)
	}
	forms["in JSON, unescaped"] = plain.String()[1 : plain.Len()-2]
	return forms
}

func TestSecretsAreRemovedInEveryEncoding(t *testing.T) {
	encoded := repeated(hardSecret)
	maps.Copy(encoded, map[string]string{
		"in a path, with small digits":                lowerHex(url.PathEscape(hardSecret)),
		"by encodeURIComponent":                       `p%C3%A4%22ss'w%2Fo%5Cr%2Bd%20%26%3C1%3E%25%3D%C3%A9`,
		"in JSON, the way of PHP":                     `p\u00e4\"ss'w\/o\\r+d &<1>%=\u00e9`,
		"in JSON, the way of .NET":                    `p\u00E4\u0022ss\u0027w/o\\r\u002Bd \u0026\u003C1\u003E%=\u00E9`,
		"in HTML, with quotes by name":                `pä&quot;ss&apos;w/o\r+d &amp;&lt;1&gt;%=é`,
		"in HTML, the way of PHP":                     `pä&quot;ss&#039;w/o\r+d &amp;&lt;1&gt;%=é`,
		"in HTML, with quotes as they are":            `pä"ss'w/o\r+d &amp;&lt;1&gt;%=é`,
		"in a query that is escaped more than needed": everyByteEscaped(hardSecret),
	})
	r := NewRedactor(hardSecret)
	for how, text := range encoded {
		t.Run(how, func(t *testing.T) {
			want := "before[" + Removed + "]after"
			if got := r.Clean("before[" + text + "]after"); got != want {
				t.Errorf("%s became %s", text, got)
			}
		})
	}
}

// Basic authentication and its relatives encode a secret together with what
// stands before it, so that it begins at any of three positions.
func TestSecretsAreRemovedFromWithinBase64(t *testing.T) {
	encodings := map[string]*base64.Encoding{
		"standard": base64.StdEncoding, "standard without padding": base64.RawStdEncoding,
		"for addresses": base64.URLEncoding, "for addresses without padding": base64.RawURLEncoding,
	}
	for _, secret := range []string{"four", "fiver", "secret", "sevenly", "demo-password", "~~~???>>>~~~", "pä\xffss\x00word"} {
		r := NewRedactor(secret)
		for realm := range 6 {
			for rest := range 4 {
				before, after := strings.Repeat("r", realm)+":", strings.Repeat("z", rest)
				t.Run(fmt.Sprintf("%q after %d bytes, before %d", secret, len(before), rest), func(t *testing.T) {
					for how, encoding := range encodings {
						text := encoding.EncodeToString([]byte(before + secret + after))
						got := r.Clean("Basic " + text + " was refused")
						// What remains carries the bytes around the secret, and at most a
						// part of its first and its last one.
						left := len(got) - len("Basic "+Removed+" was refused")
						if most := encoding.EncodedLen(len(before)) + encoding.EncodedLen(len(after)) + 3; !strings.Contains(got, Removed) || left > most {
							t.Errorf("%s: %s became %s", how, text, got)
						}
					}
				})
			}
		}
	}
}

func TestSecretThatContainsAnotherIsRemovedWhole(t *testing.T) {
	for _, secrets := range [][]string{{"demo", "demo-password"}, {"demo-password", "demo"}, {"password", "demo-password"}} {
		r := NewRedactor(secrets...)
		if got := r.Clean("<demo-password>"); got != "<"+Removed+">" {
			t.Errorf("knowing %q, it became %q", secrets, got)
		}
	}
}

func TestTextsWithoutASecretStayAsTheyAre(t *testing.T) {
	const text = `FAILURE: "jane@example.com" is on list 5 (100%)` + "\n"
	tests := map[string]*Redactor{
		"when no secret is known":      NewRedactor(),
		"when the secret is empty":     NewRedactor(""),
		"when the secret is not in it": NewRedactor("demo-password", hardSecret, "a1"),
	}
	for name, r := range tests {
		t.Run(name, func(t *testing.T) {
			if got := r.Clean(text); got != text {
				t.Errorf("it became %q", got)
			}
		})
	}
}

func TestSecretsAreLearntWhileTextsAreCleaned(t *testing.T) {
	r := NewRedactor("demo-password")
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			token := fmt.Sprintf("token-%d-of-many", i)
			r.Add(token)
			if got := r.Clean("demo-password " + token); got != Removed+" "+Removed {
				t.Errorf("it became %q", got)
			}
		})
	}
	callers.Wait()
}

func everyByteEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// lowerHex writes the hexadecimal digits of an escaped text in lower case.
func lowerHex(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToLower(parts[i][:2]) + parts[i][2:]
	}
	return strings.Join(parts, "%")
}
