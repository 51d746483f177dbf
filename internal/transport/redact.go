package transport

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"sort"
	"strings"
	"sync"
)

// Removed stands where a secret was.
const Removed = "(secret removed)"

// Redactor removes secrets from texts, in every encoding in which a service,
// a proxy or an error message may repeat them. It is safe for concurrent use.
type Redactor struct {
	mu       sync.RWMutex
	secrets  map[string]bool
	replacer *strings.Replacer
}

// NewRedactor knows the given secrets; empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{secrets: make(map[string]bool)}
	for _, s := range secrets {
		r.Add(s)
	}
	return r
}

// Add makes one more secret known, for example a token just received.
func (r *Redactor) Add(secret string) {
	if secret == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secrets[secret] {
		return
	}
	r.secrets[secret] = true
	forms := make(map[string]bool)
	for s := range r.secrets {
		for _, form := range encodings(s) {
			forms[form] = true
		}
	}
	delete(forms, "")
	ordered := make([]string, 0, len(forms))
	for form := range forms {
		ordered = append(ordered, form)
	}
	// The longest first, so that a secret that contains another is removed whole.
	sort.Slice(ordered, func(i, j int) bool { return len(ordered[i]) > len(ordered[j]) })
	pairs := make([]string, 0, 2*len(ordered))
	for _, form := range ordered {
		pairs = append(pairs, form, Removed)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// Clean is text without any of the secrets.
func (r *Redactor) Clean(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.replacer == nil {
		return text
	}
	return r.replacer.Replace(text)
}

func encodings(secret string) []string {
	forms := []string{secret, html.EscapeString(secret)}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret), percentEncoded(secret)} {
		forms = append(forms, escaped, lowerPercent(escaped))
	}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	var unescaped strings.Builder
	encoder := json.NewEncoder(&unescaped)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(secret); err == nil {
		forms = append(forms, strings.Trim(strings.TrimSpace(unescaped.String()), `"`))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
		forms = append(forms, embeddedBase64(encoding, secret)...)
	}
	return forms
}

// percentEncoded escapes every byte that is not a letter or a digit.
func percentEncoded(secret string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(secret) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// lowerPercent writes the hexadecimal digits of an escaped text in lower case.
func lowerPercent(escaped string) string {
	b := []byte(escaped)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
			i += 2
		}
	}
	return string(b)
}

// embeddedBase64 is what stays the same of a secret's base64 form when other
// text stands before and after it, as in base64(realm:password): the
// characters that carry bits of the secret alone, for the two shifted
// positions it can start at.
func embeddedBase64(encoding *base64.Encoding, secret string) []string {
	const shortest = 6 // a shorter secret would leave too little to recognise
	if len(secret) < shortest {
		return nil
	}
	var forms []string
	for shift := range 3 {
		padded := append(make([]byte, shift), secret...)
		whole := encoding.EncodeToString(padded[:len(padded)-len(padded)%3])
		skip := 0
		if shift > 0 {
			skip = 4
		}
		forms = append(forms, whole[skip:])
	}
	return forms
}
