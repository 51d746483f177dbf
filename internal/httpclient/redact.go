package httpclient

import (
	"encoding/base64"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode/utf16"
)

const (
	// Removed stands where a secret was.
	Removed = "(secret removed)"
	// Withheld stands for an answer that cannot be shown without a secret.
	Withheld = "(withheld: the answer holds a part of a secret)"
)

// Redactor removes secrets from texts, in every form in which a service, a
// proxy or an error message may repeat them: first the exact encodings, then
// whatever reads the same. It is safe for concurrent use.
type Redactor struct {
	mu        sync.RWMutex
	secrets   map[string]bool
	forms     map[string]bool
	replacer  *strings.Replacer
	disguises disguises
}

// NewRedactor knows the given secrets; empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{secrets: make(map[string]bool), forms: make(map[string]bool)}
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
	for _, form := range encodings(secret) {
		r.forms[form] = true
	}
	r.disguises.add(secret)
	ordered := make([]string, 0, len(r.forms))
	for form := range r.forms {
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
	rest := strings.Split(r.replacer.Replace(text), Removed)
	for i, part := range rest {
		rest[i] = r.disguises.remove(part)
	}
	return strings.Join(rest, Removed)
}

// Answer is what a service said, without any of the secrets. One in which a long
// part of a secret is left, in a form that is not known, is withheld as a whole:
// what stands beside that part may be the rest.
func (r *Redactor) Answer(text string) string {
	cleaned := r.Clean(text)
	r.mu.RLock()
	defer r.mu.RUnlock()
	if slices.ContainsFunc(strings.Split(cleaned, Removed), r.disguises.isPartIn) {
		return Withheld
	}
	return cleaned
}

// encodings are the forms a secret takes in texts. For one of plain letters
// and digits, nearly all of them are the same.
func encodings(secret string) []string {
	forms := append([]string{secret}, htmlEncodings(secret)...)
	for _, kept := range []string{
		"",                    // every sign escaped
		"-_.~",                // queries
		"-_.~$&+=:@",          // path segments
		"-_.~$&+,/:;=@",       // paths
		"-_.~!$&'()*+,;=:@/?", // all that RFC 3986 would leave as it is
		"-_.!~*'()",           // encodeURIComponent
		"-_.*",                // forms of Java and of browsers
	} {
		for _, escape := range []string{"%%%02X", "%%%02x"} {
			escaped := percentEncoded(secret, kept, escape)
			forms = append(forms, escaped, strings.ReplaceAll(escaped, "%20", "+"))
		}
	}
	for _, hexed := range []string{"", "\u2028\u2029", "<>&\u2028\u2029", "<>&'+`\"\u2028\u2029"} { // plain, Go with and without HTML's, .NET
		for _, escape := range []string{`\u%04X`, `\u%04x`} {
			for _, onlyASCII := range []bool{false, true} {
				escaped := jsonEncoded(secret, hexed, escape, onlyASCII)
				forms = append(forms, escaped, strings.ReplaceAll(escaped, "/", `\/`))
			}
		}
	}
	return append(forms, base64Encodings(secret)...)
}

// percentEncoded escapes every byte that is no letter, no digit and not kept.
func percentEncoded(secret, kept, escape string) string {
	var b strings.Builder
	for _, c := range []byte(secret) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(kept, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, escape, c)
	}
	return b.String()
}

// jsonEncoded is secret as it stands in a JSON string whose writer gives the
// characters of hexed, and those outside ASCII if onlyASCII, by their number.
func jsonEncoded(secret, hexed, escape string, onlyASCII bool) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}
	var b strings.Builder
	for _, c := range secret {
		switch {
		case strings.ContainsRune(hexed, c) || onlyASCII && c > '~' || c < ' ' && short[c] == "":
			for _, unit := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, escape, unit)
			}
		case short[c] != "":
			b.WriteString(short[c])
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// htmlEncodings has the many spellings of the two quotes.
func htmlEncodings(secret string) []string {
	if !strings.ContainsAny(secret, `&<>"'`) {
		return nil
	}
	var forms []string
	for _, quote := range []string{`"`, "&quot;", "&#34;"} {
		for _, apostrophe := range []string{"'", "&apos;", "&#39;", "&#039;", "&#x27;"} {
			escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, quote, "'", apostrophe)
			forms = append(forms, escape.Replace(secret))
		}
	}
	return forms
}

func base64Encodings(secret string) []string {
	var forms []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
		forms = append(forms, embeddedBase64(encoding, secret)...)
	}
	return forms
}

// embeddedBase64 is what stays the same of a secret's base64 form when other
// text stands before and after it, as in base64(realm:password): the
// characters that carry bits of the secret alone, for each of the three
// positions it can start at. What stays readable is less than one character
// of the secret on either side.
func embeddedBase64(encoding *base64.Encoding, secret string) []string {
	const shortest = 4 // a shorter secret would leave too little to recognise
	if len(secret) < shortest {
		return nil
	}
	var forms []string
	for shift := range 3 {
		encoded := encoding.EncodeToString(append(make([]byte, shift), secret...))
		first, last := (8*shift+5)/6, 8*(shift+len(secret))/6
		forms = append(forms, encoded[first:last])
	}
	return forms
}
