package deletion

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
)

func newKey(t *testing.T) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// encryptedJournal is a journal of these lines for the holders of keys.
func encryptedJournal(t *testing.T, lines []Line, keys ...*age.X25519Identity) string {
	t.Helper()
	var names []string
	for _, key := range keys {
		names = append(names, key.Recipient().String())
	}
	recipients, err := NewRecipients(names)
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	file := NewJournalFile(path, recipients...)
	for _, line := range lines {
		if err := file.Append(line); err != nil {
			t.Fatal(err)
		}
	}
	return content(t, path)
}

// opened is what a key reads of a journal, and the numbers of the lines that are
// encrypted for others.
func opened(text string, keys ...age.Identity) (lines []Line, others []int, problem error) {
	for line, err := range Lines(strings.NewReader(text), keys...) {
		var encrypted *EncryptedError
		switch {
		case errors.As(err, &encrypted):
			others = append(others, encrypted.Number)
		case err != nil:
			problem = err
		default:
			lines = append(lines, line)
		}
	}
	return lines, others, problem
}

var twoLines = []Line{
	{Time: deletedAt, Kind: KindContact, ID: 1001, Policy: "delete", Place: Place{"https://api.example.com", "demo"}, Record: wholeContact},
	{Time: deletedAt, Kind: KindCommunication, ID: 501, Policy: "delete", Record: wholeCommunication},
}

func TestEachRecipientReadsEncryptedLines(t *testing.T) {
	one, other, stranger := newKey(t), newKey(t), newKey(t)
	text := encryptedJournal(t, twoLines, one, other)
	for name, key := range map[string]age.Identity{"one": one, "the other": other} {
		if got, others, err := opened(text, stranger, key); err != nil || len(others) > 0 || !reflect.DeepEqual(got, twoLines) {
			t.Errorf("%s reads %+v, others %v, error %v", name, got, others, err)
		}
	}
	for name, keys := range map[string][]age.Identity{"a stranger": {stranger}, "nobody": nil} {
		if got, others, err := opened(text, keys...); err != nil || len(got) > 0 || !slices.Equal(others, []int{1, 2}) {
			t.Errorf("%s reads %+v, others %v, error %v", name, got, others, err)
		}
	}
}

// Beside what is encrypted there is nothing but when, and which id: by these,
// lines are dropped.
func TestEncryptedLineNamesNobody(t *testing.T) {
	text := encryptedJournal(t, twoLines, newKey(t))
	for line := range strings.Lines(text) {
		var keys map[string]any
		if err := json.Unmarshal([]byte(line), &keys); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		delete(keys, "age")
		want := map[string]any{"time": "2026-03-04T05:06:07Z", "kind": "contact", "id": 1001.0}
		if keys["kind"] == "communication" {
			want["kind"], want["id"] = "communication", 501.0
		}
		if !reflect.DeepEqual(keys, want) {
			t.Errorf("beside it stands %v", keys)
		}
	}
	for _, known := range []string{"jane", "billing", "example", "demo", "EMAIL-001"} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(known)) {
			t.Errorf("%q is in %s", known, text)
		}
	}
}

// A person without this program can read a line: its value is Base64 of what age
// takes.
func TestEncryptedLineIsAnAgeFile(t *testing.T) {
	key := newKey(t)
	var form struct{ Age string }
	if err := json.Unmarshal([]byte(encryptedJournal(t, twoLines[:1], key)), &form); err != nil {
		t.Fatal(err)
	}
	file, err := base64.StdEncoding.DecodeString(form.Age)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(file), key)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(plain); err != nil || !strings.HasPrefix(string(text), `{"time":"2026-03-04T05:06:07Z","kind":"contact"`) {
		t.Errorf("it holds %s, %v", text, err)
	}
}

func TestJournalOfPlainAndEncryptedLines(t *testing.T) {
	key := newKey(t)
	text := wholeContactLine + encryptedJournal(t, twoLines[1:], key) + wholeContactLine
	if got, others, err := opened(text, key); err != nil || len(others) > 0 || len(got) != 3 {
		t.Errorf("%d lines, others %v, error %v", len(got), others, err)
	}
	if got, others, err := opened(text); err != nil || !slices.Equal(others, []int{2}) || len(got) != 2 {
		t.Errorf("without the key: %d lines, others %v, error %v", len(got), others, err)
	}
}

// A full disk cuts an encrypted line as it does any other.
func TestEncryptedLineTornAnywhere(t *testing.T) {
	key := newKey(t)
	text := strings.TrimSuffix(encryptedJournal(t, twoLines[:1], key), "\n")
	for length := 1; length < len(text); length++ {
		for name, journal := range map[string]string{"at the end": text[:length], "and continued": text[:length] + "\n" + text, "and glued": text[:length] + text} {
			var torn *TornError
			got, others, err := opened(journal, key)
			if whole := strings.Count(journal, text); len(got) != whole || len(others) > 0 || !errors.As(err, &torn) {
				t.Fatalf("cut at %d, %s: %d lines, others %v, error %v", length, name, len(got), others, err)
			}
		}
	}
}

func TestEncryptedLineThatWasChanged(t *testing.T) {
	key := newKey(t)
	text := encryptedJournal(t, twoLines, key)
	first, second, _ := strings.Cut(text, "\n")
	inside := func(line string) string {
		_, after, _ := strings.Cut(line, `"age":`)
		return after
	}
	for name, line := range map[string]string{
		"another id beside it":    strings.Replace(first, "1001", "1002", 1),
		"another time":            strings.Replace(first, "2026", "2027", 1),
		"the content of another":  strings.Replace(first, inside(first), strings.TrimSuffix(inside(second), "\n"), 1),
		"a letter of the content": first[:len(first)-20] + string('A'+(first[len(first)-20]+1)%2) + first[len(first)-19:],
		"cut content":             first[:len(first)-42] + `"}`,
		"no content":              strings.Replace(first, inside(first), `""}`, 1),
		"no Base64":               strings.Replace(first, inside(first), `"?"}`, 1),
		"one more key":            strings.Replace(first, `,"age"`, `,"policy":"delete","age"`, 1),
	} {
		if line == first {
			t.Fatalf("%s: nothing is changed", name)
		}
		var broken *BrokenError
		if got, others, err := opened(line+"\n"+second, key); len(got) != 1 || len(others) > 0 || !errors.As(err, &broken) || broken.Number != 1 {
			t.Errorf("%s: %d lines, others %v, error %v", name, len(got), others, err)
		}
	}
}

// A record that a line could not bring back is not deleted, encrypted or not.
func TestLineWithoutItsRecordIsNotEncrypted(t *testing.T) {
	path := newPath(t)
	if err := NewJournalFile(path, newKey(t).Recipient()).Append(Line{Time: deletedAt, Kind: KindContact, ID: 7, Policy: "delete"}); err == nil {
		t.Errorf("it is written: %s", content(t, path))
	}
}

func TestTextThatIsNoRecipient(t *testing.T) {
	key := newKey(t)
	public, secret := key.Recipient().String(), key.String()
	if got, err := NewRecipients([]string{public + "\n"}); err != nil || len(got) != 1 {
		t.Errorf("the line of a file: %v, %v", got, err)
	}
	if got, err := NewRecipients(nil); err == nil {
		t.Errorf("an empty list: %v", got)
	}
	for text, isSecret := range map[string]bool{
		"": false, "age1": false, public[:40]: false, strings.Replace(public, public[10:11], "b", 1): false, "ssh-ed25519 AAAA": false, "jane@example.com": false,
		"age1yubikey1qwerty": false, secret: true, " " + secret + "\n": true, strings.ToLower(secret): true, secret[:30]: true, "AGE-SECRET-KEY-PQ-1Q": true, "key: " + secret: true,
	} {
		_, err := NewRecipients([]string{public, text})
		var problem *RecipientError
		if !errors.As(err, &problem) || problem.Number != 1 || problem.IsSecret != isSecret {
			t.Fatalf("%q: %v", text, err)
		}
		if strings.TrimSpace(text) != "" && text != "age1" && strings.Contains(strings.ToLower(err.Error()), strings.ToLower(strings.TrimSpace(text))) {
			t.Errorf("the error shows %q: %v", text, err)
		}
		if !strings.Contains(err.Error(), fmt.Sprint("entry ", 1)) {
			t.Errorf("it does not say which: %v", err)
		}
	}
}
