package seveng

import (
	"encoding/json"
	"net/http"
	"strings"
)

// hidden stands in the log for a credential.
const hidden = "(secret)"

// loggedHeader copies a header without the token.
func loggedHeader(header http.Header) http.Header {
	logged := header.Clone()
	if logged.Get("Authorization") != "" {
		logged.Set("Authorization", hidden)
	}
	return logged
}

// loggedBody returns a body without credentials, and its keys. A body of a
// token endpoint that cannot be read is hidden as a whole.
func loggedBody(path string, content []byte) (string, []string) {
	if len(content) == 0 {
		return "", nil
	}
	body, err := parseFields(content, true)
	if err != nil {
		if strings.HasPrefix(path, "/user/") {
			return hidden, nil
		}
		return string(content), nil
	}
	replaced := false
	for key := range body.values {
		if strings.EqualFold(key, "password") || strings.EqualFold(key, "refreshToken") {
			body.values[key] = json.RawMessage(`"` + hidden + `"`)
			replaced = true
		}
	}
	if !replaced {
		return string(content), body.keys()
	}
	logged, err := json.Marshal(body.values)
	if err != nil {
		return hidden, body.keys()
	}
	return string(logged), body.keys()
}
