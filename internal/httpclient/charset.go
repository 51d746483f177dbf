package httpclient

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// xmlEncoding is where an XML answer says in which charset it is.
var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// decoded is a body as UTF-8. It is certain when it is UTF-8 as it came, or in
// the charset that it declares: by a byte order mark, the header or its XML
// declaration. Anything else is read as windows-1252 and is a guess, as is a
// body whose bytes are UTF-8 and whose declaration says otherwise: such text may
// be shown, and nothing may be decided by it.
func decoded(header http.Header, body []byte) (text []byte, guessed bool) {
	charset := declared(header, body)
	switch {
	case charset != nil && utf8.Valid(body) && !isASCII(body) && !isWide(charset):
		return body, true
	case charset != nil:
		if text, err := charset.NewDecoder().Bytes(body); err == nil {
			return text, bytes.ContainsRune(text, utf8.RuneError)
		}
	case utf8.Valid(body):
		return body, false
	}
	return []byte(Readable(string(body))), true
}

// Readable is text that may be shown: what is not UTF-8 is read as windows-1252.
// Nothing may be decided by it.
func Readable(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	shown, err := charmap.Windows1252.NewDecoder().String(text)
	if err != nil {
		return strings.ToValidUTF8(text, string(utf8.RuneError))
	}
	return shown
}

// declared is the charset that an answer declares, or nil where that is UTF-8,
// unknown or not said.
func declared(header http.Header, body []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(body, []byte("\xfe\xff")), bytes.HasPrefix(body, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return nil
	}
	if charset := inHeader(header); charset != nil {
		return charset
	}
	if named := xmlEncoding.FindSubmatch(body); named != nil {
		return charsetCalled(string(named[1]))
	}
	return nil
}

func inHeader(header http.Header) encoding.Encoding {
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return nil
	}
	return charsetCalled(parameters["charset"])
}

func charsetCalled(name string) encoding.Encoding {
	charset, err := htmlindex.Get(name)
	if err != nil || charset == unicode.UTF8 {
		return nil
	}
	return charset
}

// isWide reports a charset whose bytes are never UTF-8 by their meaning.
func isWide(charset encoding.Encoding) bool {
	name, err := htmlindex.Name(charset)
	return err != nil || name == "utf-16le" || name == "utf-16be"
}

func isASCII(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodedStream is a body as it arrives, in UTF-8 where the header declares
// another charset, and as it is otherwise.
func decodedStream(header http.Header, body io.Reader) io.Reader {
	if charset := inHeader(header); charset != nil {
		return transform.NewReader(body, charset.NewDecoder())
	}
	return body
}
