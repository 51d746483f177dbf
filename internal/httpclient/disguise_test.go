package httpclient

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

const oddPassword = "Pä ss/w=o<r>d&\"x'`é%1€"

// narrowPassword is oddPassword in Windows' Latin-1.
func narrowPassword(t *testing.T) string {
	t.Helper()
	encoded, err := charmap.Windows1252.NewEncoder().String(oddPassword)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func inQuotedPrintable(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// numbered is oddPassword with everything but letters and digits of ASCII by number.
func numbered(form string) string {
	var b strings.Builder
	for _, c := range oddPassword {
		if c < 0x80 && (c >= '0' && c <= '9' || c >= 'A' && c <= 'z' && c != '`') {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, form, c)
		}
	}
	return b.String()
}

func TestSecretsInDisguiseAreRemoved(t *testing.T) {
	named := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "ä", "&auml;", "é", "&eacute;", "`", "&grave;", " ", "&nbsp;", "/", "&sol;", "%", "&percnt;", "=", "&equals;", "€", "&euro;")
	misreadOnce, err := charmap.Windows1252.NewDecoder().String(oddPassword)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"HTML, by name":                    named.Replace(oddPassword),
		"HTML, by name, in percents":       url.QueryEscape(named.Replace(oddPassword)),
		"HTML, by name, without the end":   strings.NewReplacer("ä", "&auml", "é", "&eacute", "&", "&amp", "<", "&lt", ">", "&gt").Replace(oddPassword),
		"HTML, by number":                  numbered("&#%d;"),
		"HTML, by number with zeros":       numbered("&#%05d;"),
		"HTML, by hexadecimal number":      numbered("&#x%x;"),
		"HTML, by large hexadecimal":       numbered("&#X%X;"),
		"HTML, twice":                      html.EscapeString(html.EscapeString(oddPassword)),
		"percents, Latin-1":                url.QueryEscape(narrowPassword(t)),
		"percents, Latin-1, small":         lowerHex(url.QueryEscape(narrowPassword(t))),
		"percents, Latin-1, in a path":     url.PathEscape(narrowPassword(t)),
		"percents, of letters of any case": mixedHex(url.QueryEscape(oddPassword)),
		"percents, twice":                  url.QueryEscape(url.QueryEscape(oddPassword)),
		"percents, of old browsers":        numbered("%%u%04X"),
		"Latin-1":                          narrowPassword(t),
		"large letters":                    strings.ToUpper(oddPassword),
		"small letters":                    strings.ToLower(oddPassword),
		"large letters, in percents":       url.QueryEscape(strings.ToUpper(oddPassword)),
		"backslashes before quotes":        strings.NewReplacer(`'`, `\'`, `"`, `\"`).Replace(oddPassword),
		"backslashes, twice":               strings.NewReplacer(`'`, `\\\'`, `"`, `\\\"`).Replace(oddPassword),
		"quotes doubled":                   strings.NewReplacer(`'`, `''`, `"`, `""`).Replace(oddPassword),
		"octal":                            strings.NewReplacer("ä", `\303\244`, "é", `\303\251`, "€", `\342\202\254`).Replace(oddPassword),
		"of C":                             strings.NewReplacer("ä", `\xc3\xa4`, "é", `\xc3\xa9`, "€", `\xE2\x82\xAC`).Replace(oddPassword),
		"of JavaScript":                    numbered(`\u{%x}`),
		"JSON in JSON":                     strings.NewReplacer("ä", `\\u00e4`, "é", `\\u00E9`, `"`, `\\\"`, "€", `\\u20ac`).Replace(oddPassword),
		"read as Latin-1":                  misread(oddPassword),
		"read as Latin-1 of Windows":       misreadOnce,
		"read as Latin-1, twice":           misread(misread(oddPassword)),
		"read as Latin-1, in percents":     url.QueryEscape(misread(oddPassword)),
		"read as Latin-1, in HTML":         html.EscapeString(misreadOnce),
		"decomposed":                       strings.NewReplacer("ä", "a\u0308", "é", "e\u0301").Replace(oddPassword),
		"with characters that do not show": strings.Join(strings.Split(oddPassword, ""), "\u200b"),
		"hexadecimal":                      hex.EncodeToString([]byte(oddPassword)),
		"hexadecimal, Latin-1, large":      strings.ToUpper(hex.EncodeToString([]byte(narrowPassword(t)))),
		"quoted-printable":                 inQuotedPrintable(t, oddPassword),
		"quoted-printable, broken":         strings.Replace(inQuotedPrintable(t, oddPassword), "ss", "s=\r\ns", 1),
		"quoted-printable, Latin-1":        inQuotedPrintable(t, narrowPassword(t)),
	}
	for which, text := range map[string]string{"": oddPassword, ", Latin-1": narrowPassword(t)} {
		for how, encoding := range map[string]*base64.Encoding{"Base64": base64.StdEncoding, "Base64 for addresses": base64.URLEncoding} {
			encoded := strings.TrimRight(encoding.EncodeToString([]byte(text)), "=")
			forms[how+which] = encoded
			forms[how+which+", in percents"] = url.QueryEscape(encoded)
			forms[how+which+", in JSON"] = strings.ReplaceAll(encoded, "/", `\/`)
		}
	}
	r := NewRedactor(oddPassword)
	for how, form := range forms {
		t.Run(how, func(t *testing.T) {
			for _, around := range [][2]string{{"before[", "]after"}, {"", ""}, {`{"é":"`, `"}`}} {
				if got, want := r.Answer(around[0]+form+around[1]), around[0]+Removed+around[1]; got != want {
					t.Errorf("%q became %q between %q", form, got, around)
				}
			}
		})
	}
}

// A secret may stand where one piece of a long text ends and the next begins.
func TestSecretsInLongTextsAreRemoved(t *testing.T) {
	r := NewRedactor(oddPassword)
	before, after := strings.Repeat("x", piece-3), strings.Repeat("y", piece)
	if got := r.Clean(before + strings.ToUpper(oddPassword) + after); got != before+Removed+after {
		t.Errorf("it became %q", strings.Trim(got, "xy"))
	}
}

// mixedHex writes every second escape with small digits.
func mixedHex(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = strings.ToLower(parts[i][:2]) + parts[i][2:]
	}
	return strings.Join(parts, "%")
}

// What stands beside a secret stays, whatever it looks like.
func TestTextsWithoutADisguiseStayAsTheyAre(t *testing.T) {
	r := NewRedactor(oddPassword, "demo-password", "a1", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vIn0.c2lnbmF0dXJl")
	for _, text := range []string{
		`FAILURE: "jane@example.com" is on list 5 (100%)` + "\n", "Zoë &amp; J%C3%A9r\u00f4me \\ \\u00e9 &#233; =C3=A9 ''", "A1", "100% = &; \\", "",
		"a demo, and a pass", "eyJhbGciOiJIUzI1NiJ9 is what every such token begins with", "bytes \xff\xfe",
	} {
		if got := r.Answer(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestAnswerWithAPartOfASecretIsWithheld(t *testing.T) {
	r := NewRedactor(oddPassword, "demo-password-2024")
	for what, text := range map[string]string{
		"characters were lost":       "you sent [" + strings.NewReplacer("ä", "?", "é", "?", "€", "?").Replace(oddPassword) + "]",
		"the end was cut off":        "you sent [" + oddPassword[:20],
		"the end, in percents":       "you sent [" + url.QueryEscape(oddPassword[:20]),
		"the beginning was cut off":  "Password (MO-PASSWORD-2024) doesn't",
		"one character stands in it": "demo-passwor-d-2024",
	} {
		if got := r.Answer(text); got != Withheld {
			t.Errorf("%s: %q became %q", what, text, got)
		}
		if got := r.Clean(text); got != text {
			t.Errorf("%s: what is no answer became %q", what, got)
		}
	}
	for _, text := range []string{"demo", "the password of 2024", "Pä ss"} {
		if got := r.Answer(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// The log of a run is read in a terminal, too.
func TestLogsAreEscaped(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) { writeText(w, "red \x1b[31m and \u202eback\nnext") })
	var logged recorder
	config := quick()
	config.Log = logged.log()
	_, err := New(config).Do(t.Context(), Request{Operation: "find", Class: Repeatable, Method: http.MethodPost, URL: s.URL, Body: []byte("name=\x1b[2J")})
	if err != nil {
		t.Fatal(err)
	}
	trace := logged.trace.String()
	if !strings.Contains(trace, `red \u001b[31m and \u202eback`+"\nnext") || !strings.Contains(trace, `name=\u001b[2J`) || strings.Contains(trace, "\x1b") {
		t.Errorf("traced %q", trace)
	}
}
