package httpclient

import (
	"io"
	"net/http"
	"testing"
)

func TestCharsetOfAnAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		contentType, body, want string
		guessed                 bool
	}{
		"UTF-8":                       {"", "René", "René", false},
		"declared":                    {"text/plain; charset=ISO-8859-1", "Ren\xe9", "René", false},
		"declared windows-1252":       {"text/plain; charset=windows-1252", "\x80 5", "€ 5", false},
		"declared another script":     {"text/plain; charset=windows-1251", "\xd0\xe5\xed\xe5", "Рене", false},
		"declared wide":               {"text/plain; charset=utf-16le", "R\x00\xe9\x00", "Ré", false},
		"byte order mark":             {"", "\xff\xfeR\x00\xe9\x00", "Ré", false},
		"declared by the XML":         {"text/xml", `<?xml version="1.0" encoding="ISO-8859-1"?><a>Ren` + "\xe9</a>", `<?xml version="1.0" encoding="ISO-8859-1"?><a>René</a>`, false},
		"silent":                      {"text/plain", "Ren\xe9", "René", true},
		"unknown charset":             {"text/plain; charset=klingon", "Ren\xe9", "René", true},
		"declared UTF-8 and is not":   {"text/plain; charset=utf-8", "Ren\xe9", "René", true},
		"declared Latin-1 and is not": {"text/plain; charset=ISO-8859-1", "René", "René", true},
		"ASCII":                       {"text/plain; charset=ISO-8859-1", "Rene", "Rene", false},
		"not a letter of the charset": {"text/plain; charset=shift_jis", "Ren\xfd", "Ren\ufffd", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{test.contentType}
				writeText(w, test.body)
			})
			got, err := New(quick()).Do(t.Context(), Request{Method: http.MethodGet, URL: s.URL})
			if err != nil || string(got.Body) != test.want || got.Guessed != test.guessed {
				t.Errorf("%q, guessed %t (%v), want %q, %t", got.Body, got.Guessed, err, test.want, test.guessed)
			}
		})
	}
}

func TestCharsetOfAStream(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=ISO-8859-1")
		writeText(w, "Ren\xe9")
	})
	var got []byte
	err := New(quick()).Stream(t.Context(), Request{Method: http.MethodGet, URL: s.URL}, func(_ int, body io.Reader) (err error) {
		got, err = io.ReadAll(body)
		return err
	})
	if err != nil || string(got) != "René" {
		t.Errorf("%q (%v)", got, err)
	}
}
