package canary_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
)

// forms are what a secret looks like in every encoding that something on its
// way may have given it. They are written apart from the encoders of the code
// that removes secrets, so that a form which both would forget is less likely.
func forms(secret string) map[string]string {
	all := map[string]string{
		"raw":               secret,
		"URL, query":        url.QueryEscape(secret),
		"URL, blanks %20":   strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		"URL, path segment": url.PathEscape(secret),
		"URL, path":         (&url.URL{Path: "/" + secret}).EscapedPath()[1:],
		"URL, every byte":   everyByte(secret, "%%%02x"),
		"hex":               hex.EncodeToString([]byte(secret)),
		"HTML":              html.EscapeString(secret),
		"HTML, named":       strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;").Replace(secret),
		"quoted-printable":  quotedPrintable(secret),
		"JSON":              inJSON(secret, true),
		"JSON, no HTML":     inJSON(secret, false),
		"JSON, slashes":     strings.ReplaceAll(inJSON(secret, false), "/", `\/`),
		"JSON, ASCII":       ascii(inJSON(secret, true)),
		"Go":                strings.Trim(fmt.Sprintf("%q", secret), `"`),
		"Go, ASCII":         strings.Trim(fmt.Sprintf("%+q", secret), `"`),
		"HTML, all named":   strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "ö", "&ouml;", " ", "&nbsp;", "@", "&commat;", "=", "&equals;", "%", "&percnt;").Replace(secret),
		"HTML, by number":   everyCharacter(secret, "&#%d;"),
		"HTML, by hex":      everyCharacter(secret, "&#X%X;"),
		"URL, Latin-1":      url.QueryEscape(latin1(secret)),
		"URL, twice":        url.QueryEscape(url.QueryEscape(secret)),
		"URL, old browsers": everyCharacter(secret, "%%u%04x"),
		"hex, Latin-1":      hex.EncodeToString([]byte(latin1(secret))),
		"backslashes":       strings.NewReplacer("'", `\'`, `"`, `\"`).Replace(secret),
		"quotes doubled":    strings.NewReplacer("'", "''", `"`, `""`).Replace(secret),
		"large letters":     strings.ToUpper(secret),
		"small letters":     strings.ToLower(secret),
		"read as Latin-1":   everyByteAsCharacter(secret),
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for which, secret := range map[string]string{"": secret, " of Latin-1": latin1(secret)} {
			for shift := range 3 {
				// Behind so many other bytes: the characters that only the secret decides.
				encoded := encoding.EncodeToString(append(make([]byte, shift), secret...))
				first, last := (8*shift+5)/6, 8*(shift+len(secret))/6
				all[fmt.Sprintf("%s%s, behind %d bytes", name, which, shift)] = encoded[first:last]
			}
		}
	}
	return all
}

func everyByte(text, form string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, form, c)
	}
	return b.String()
}

// everyCharacter gives all but letters and digits of ASCII by number.
func everyCharacter(text, form string) string {
	var b strings.Builder
	for _, c := range text {
		if c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, form, c)
		}
	}
	return b.String()
}

// latin1 has a byte for each character, of which none is beyond U+00FF.
func latin1(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteByte(byte(c))
	}
	return b.String()
}

func everyByteAsCharacter(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// quotedPrintable breaks no lines: the search takes the breaks out.
func quotedPrintable(text string) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return strings.ReplaceAll(b.String(), "=\r\n", "")
}

func inJSON(text string, escapeHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(text); err != nil {
		panic(err) // no text makes it fail
	}
	return b.String()[1 : b.Len()-2]
}

func ascii(text string) string {
	var b strings.Builder
	for _, c := range text {
		if c < 0x80 {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// secrets are the values to look for, by name.
type secrets map[string]string

// leak is one secret in one place.
type leak struct{ secret, encoding, around string }

// find looks for every secret in every encoding, in any letter case.
func (s secrets) find(text string) []leak {
	lower := strings.ToLower(text)
	texts := []string{lower}
	if strings.Contains(lower, "=\n") || strings.Contains(lower, "=\r\n") {
		texts = append(texts, strings.ReplaceAll(strings.ReplaceAll(lower, "=\r\n", ""), "=\n", ""))
	}
	var leaks []leak
	for name, value := range s {
		for encoding, form := range forms(value) {
			for _, text := range texts {
				if at := strings.Index(text, strings.ToLower(form)); at >= 0 {
					leaks = append(leaks, leak{name, encoding, text[max(0, at-60):min(len(text), at+len(form)+20)]})
					break
				}
			}
		}
	}
	return leaks
}

// A canary that never sings proves nothing.
func TestPlantedLeakIsFound(t *testing.T) {
	for _, value := range []string{simple.password("a"), special.password("b"), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vIn0.c2lnbmF0dXJl"} {
		planted := secrets{"the planted one": value}
		for encoding, form := range forms(value) {
			for how, text := range map[string]string{
				"as it is": form, "in capitals": strings.ToUpper(form), "in small letters": strings.ToLower(form),
				"within a line": "2026 [TRACE] provider: answer: text=\"" + form + "\" x=1\n",
			} {
				if leaks := planted.find(text); len(leaks) == 0 {
					t.Errorf("%q is not found %s, %s: %s", value, how, encoding, text)
				}
			}
		}
		for _, before := range []string{"", "r", "re", "realm:"} {
			whole := base64.StdEncoding.EncodeToString([]byte(before + value + "zz"))
			if len(planted.find("Basic "+whole)) == 0 {
				t.Errorf("%q is not found within base64 behind %q", value, before)
			}
		}
		if wrapped := quotedPrintable(value); len(wrapped) > 4 && len(planted.find(wrapped[:4]+"=\r\n"+wrapped[4:])) == 0 {
			t.Errorf("%q is not found in broken lines", value)
		}
		if leaks := planted.find("FAILURE: Password (" + value[1:] + ") doesn't match; " + value[:len(value)-1]); len(leaks) > 0 {
			t.Errorf("%v is found where only a part of it is", leaks)
		}
	}
}
