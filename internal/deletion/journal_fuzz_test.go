package deletion

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// FuzzLines: whatever a journal holds, what is read of it can be written and
// read again, and nothing is read twice.
func FuzzLines(f *testing.F) {
	f.Add([]byte(wholeContactLine + wholeCommunicationLine))
	f.Add([]byte(wholeContactLine[:100] + "\n" + wholeCommunicationLine + "\x00\x00"))
	f.Add([]byte(placedLine))
	f.Add([]byte(`{"time":"2026-03-04T05:06:07Z","kind":"contact","id":1,"age":"YWdl"}` + "\n" + wholeContactLine))
	f.Add([]byte("{}\n[]\nnull\n1{\n"))
	f.Add([]byte(wholeContactLine[:100] + wholeContactLine[:300] + wholeCommunicationLine + `{"time":{"time":`))
	f.Add([]byte(strings.Replace(wholeContactLine, "1001", "1001.0", 1)))
	f.Add([]byte(strings.Replace(wholeContactLine, `"kind":"contact"`, `"kind":"contact","KIND":"communication"`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		found, torn, _ := read(string(text))
		if records, lines := bytes.Count(text, []byte("{"))/2, bytes.Count(text, []byte("\n"))+1; len(found) > records || len(torn) > lines {
			t.Fatalf("%d records and %d torn lines in %q", len(found), len(torn), text)
		}
		for _, line := range found {
			written, err := write(line)
			if err != nil {
				t.Fatalf("%+v was read and cannot be written: %v", line, err)
			}
			if again, torn, err := read(string(written)); err != nil || len(torn) > 0 || len(again) != 1 || !reflect.DeepEqual(again[0], line) {
				t.Fatalf("%+v is written as %s and reads as %+v (%v)", line, written, again, err)
			}
		}
	})
}

// FuzzWrittenLine: a line reads as it was written, in one line; cut anywhere,
// it is torn.
func FuzzWrittenLine(f *testing.F) {
	f.Add(true, int64(1001), "jane@example.com", "Jane", "gold", "delete", int64(5), int64(1700000000), uint(50))
	f.Add(false, int64(501), "billing@example.com", "EMAIL-001", "email", "delete", int64(42), int64(0), uint(1))
	f.Add(true, int64(-1), "\n", "\u2028\x00", `"}`, "", int64(0), int64(253402300800), uint(0))
	f.Fuzz(func(t *testing.T, contact bool, id int64, email, name, custom, policy string, other, seconds int64, cut uint) {
		for _, text := range []*string{&email, &name, &custom, &policy} {
			*text = strings.ToValidUTF8(*text, "?") // JSON has nothing else, so services send nothing else
		}
		want := Line{Time: time.Unix(seconds, 0).UTC(), ID: id, Policy: policy, Place: Place{Endpoint: custom, Realm: name}}
		if contact {
			want.Kind = KindContact
			want.Record = ContactEntry{
				Identity: whatcounts.Identity{SubscriberID: id, Email: email, FirstName: name}, Values: map[string]string{"custom_" + name: custom},
				Subscriptions: []whatcounts.Subscription{{ListID: other, Format: whatcounts.MIME}},
			}
		} else {
			want.Kind = KindCommunication
			want.Record = CommunicationEntry{CommunicationID: id, ExternalID: name, Type: custom, TypeID: other, Value: email, Owner: OwnerEntry{Type: name, ID: other, ExternalID: custom}}
		}
		text, err := write(want)
		if err != nil {
			return // what cannot be read back is not written
		}
		if bytes.Count(text, []byte("\n")) != 1 || text[len(text)-1] != '\n' {
			t.Fatalf("%q is not one line", text)
		}
		// Before and behind it stand others.
		got, torn, err := read(wholeContactLine + string(text) + wholeContactLine)
		if err != nil || len(torn) > 0 || len(got) != 3 || !reflect.DeepEqual(got[1], want) {
			t.Fatalf("%s reads as %+v (%v), want %+v", text, got, err, want)
		}
		length := int(cut % uint(len(text)-1))
		if got, torn, err := read(string(text[:length])); err != nil || len(got) > 0 || len(torn) > 1 || length > 0 && len(torn) != 1 {
			t.Fatalf("%q, cut, reads as %+v, torn %v (%v)", text[:length], got, torn, err)
		}
	})
}
