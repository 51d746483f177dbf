package redaction_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/redaction"
)

func contact(id int64) redaction.Record { return redaction.Record{Kind: "contact", ID: id} }

// known are the texts of some records.
func known() *redaction.Texts {
	texts := &redaction.Texts{}
	texts.SwitchOn()
	for _, one := range []struct {
		of              redaction.Record
		attribute, text string
	}{
		{contact(1001), "email", "Jane.Doe+News@Example.com"}, {contact(1001), "first_name", "Jane"}, {contact(1001), "last_name", "O'Neil-Łukasz"},
		{contact(1002), "email", "an@example.com"}, {contact(1002), "first_name", "An"}, {contact(1002), "last_name", "Nguyễn Thị"}, {contact(1002), "phone", "+61 2 0000 0000"},
		{contact(1003), "email", "will@example.com"}, {contact(1003), "first_name", "王小明"}, {contact(1003), "custom_fields", "delete"}, {contact(1003), "zip", "02000"},
		{redaction.Record{Row: 17}, "key", "kestrel@example.com"}, {redaction.Record{}, "email", "Kestrel@example.com"}, {redaction.Record{}, "first_name", "Kestrelina"},
		{redaction.Record{Kind: "communication", ID: 7}, "value", "+61 400 123 456"},
		{redaction.Record{}, "email", "*Club*"}, {contact(1001), "company", "A"}, {contact(1001), "city", "12"}, {contact(1001), "deletion_policy", "abandon"}, {contact(1001), "customer_key", "KEY-77"},
	} {
		texts.Learn(one.of, one.attribute, one.text)
	}
	return texts
}

func TestTextsAreReplacedByWhoseTheyAre(t *testing.T) {
	for message, want := range map[string]string{
		"The contact 1001 (jane.doe+news@example.com) goes.":               "The contact 1001 ([email of contact 1001]) goes.",
		`subscriber id 1001, first name "Jane", last name "O'Neil-Łukasz"`: `subscriber id 1001, first name "[first_name of contact 1001]", last name "[last_name of contact 1001]"`,
		"JANE and jane and Jane's":                                         "[first_name of contact 1001] and [first_name of contact 1001] and [first_name of contact 1001]'s",
		"An error of an apply; Annual":                                     "[first_name of contact 1002] error of an apply; Annual",
		"Nguyễn Thị, NGUYỄN THỊ, Nguyê\u0303n Thi\u0323":                   "[last_name of contact 1002], [last_name of contact 1002], [last_name of contact 1002]",
		"联系人王小明已删除":                                                        "联系人[first_name of contact 1003]已删除",
		`under the policy delete, not "delete"; zip "02000", 02000 rows`:   `under the policy delete, not "[custom_fields of contact 1003]"; zip "[zip of contact 1003]", 02000 rows`,
		`"kestrel@example.com" (kestrel@example.com, Kestrelina): it is`:   `"[key of row 17]" ([key of row 17], [first_name 1]): it is`,
		"the value \"+61 400 123 456\" and 2 0000 0000":                    "the value \"[value of communication 7]\" and 2 0000 0000",
		"FAILURE: Jane.Doe%2BNews%40Example.com is not":                    "FAILURE: [email of contact 1001] is not",
		"first=Jane&amp;last=O&#39;Neil-&#x141;ukasz":                      "first=[first_name of contact 1001]&amp;last=[last_name of contact 1001]",
		`{"first":"\u004aane"}`:                                            `{"first":"[first_name of contact 1001]"}`,
		"unknown.person+tag@else.where.example, stranger@else.example; again unknown.person+tag@else.where.example.": "[email 1], [email 2]; again [email 1].",
		"https://api.example.com?email=unknown%2Btag%40else.example":                                                 "https://api.example.com?email=[email 1]",
		"a long answer with Jane.Doe+Ne…":                                                                            "a long answer with [email of contact 1001]…",
		"a long answer with Kestrel…, and trimspace(…)":                                                              "a long answer with [key of row 17]…, and trimspace(…)",
		"*@test.example.com, j*@test.example.com and *.jane@x.example":                                               "*@test.example.com, [email 1] and *.[email 2]",
		"searching for contacts with club":                                                                           "searching for contacts with [email 1]",
		"company A in 12, abandon KEY-77, Janet and Janeway":                                                         "company A in 12, abandon KEY-77, Janet and Janeway",
		"set deletion_policy = \"delete_without_optout\" and force_sub = true":                                       "set deletion_policy = \"delete_without_optout\" and force_sub = true",
	} {
		texts := known()
		if got := texts.Redact(message); got != want {
			t.Errorf("%s\nbecomes %s\nand not %s", message, got, want)
		}
	}
}

// A service, a proxy or a library may have encoded what it repeats.
func TestTextsAreFoundInEveryEncoding(t *testing.T) {
	texts := known()
	for _, text := range []string{"Jane.Doe+News@Example.com", "O'Neil-Łukasz", "Kestrelina", "stranger@else.example"} {
		for name, form := range map[string]string{
			"query": url.QueryEscape(text), "path": url.PathEscape(text), "twice": url.QueryEscape(url.QueryEscape(text)), "Go": fmt.Sprintf("%+q", text),
			"base64": base64.StdEncoding.EncodeToString([]byte(text)), "base64 of more": base64.RawURLEncoding.EncodeToString([]byte("realm:x:" + text + "|more")),
			"base64 behind other letters": "ab" + base64.StdEncoding.EncodeToString([]byte("z"+text)), "hex": hex.EncodeToString([]byte(text)), "HEX of more": strings.ToUpper(hex.EncodeToString([]byte("=" + text + "="))),
			"capitals": strings.ToUpper(text),
		} {
			got := texts.Redact("FAILURE: " + form + " is not known")
			if strings.Contains(got, form) || !strings.HasPrefix(got, "FAILURE: ") || !strings.HasSuffix(got, " is not known") || strings.Contains(strings.ToLower(got), strings.ToLower(text)) {
				t.Errorf("%s, %s: %s becomes %s", text, name, form, got)
			}
		}
	}
}

// What a message says beside texts stays, whatever words it has.
func TestOtherWordsStay(t *testing.T) {
	texts := known()
	for _, message := range []string{
		"While deleting contact 1001: outcome unknown. communication_ids, delete_without_optout, safeguards.max_deletes_per_run and reach_delete_communications are as they were.",
		"import {\n  to = reach_contact.NAME\n  id = \"1001\"\n}", "HTTP 503 Service Unavailable with a body that is not a JSON object", "2026-03-04T05:06:07Z 0123456789abcdef0123456789abcdef",
	} {
		if got := texts.Redact(message); got != message {
			t.Errorf("%s becomes %s", message, got)
		}
	}
}

// An id says whose a text is only while it is one record's.
func TestTextOfSeveralRecordsHasANumber(t *testing.T) {
	texts := known()
	texts.Learn(contact(2001), "first_name", "jane")
	if got := texts.Redact("Jane, Kestrelina, Jane"); got != "[first_name 1], [first_name 2], [first_name 1]" {
		t.Error(got)
	}
	texts.Learn(contact(3001), "first_name", "Kestrelina")
	if got := texts.Redact("Kestrelina"); got != "[first_name of contact 3001]" {
		t.Error(got)
	}
}

func TestSwitchedOffNothingIsReplaced(t *testing.T) {
	texts := &redaction.Texts{}
	texts.Learn(contact(1), "email", "jane@example.com")
	if got := texts.Redact("jane@example.com"); got != "jane@example.com" {
		t.Error(got)
	}
}

func TestTextsAreLearntWhileMessagesAreShown(t *testing.T) {
	texts := known()
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 200 {
				name := fmt.Sprintf("person%d.%d@example.com", worker, i)
				texts.Learn(contact(int64(10_000+worker*1000+i)), "email", name)
				if got, want := texts.Redact(name), fmt.Sprintf("[email of contact %d]", 10_000+worker*1000+i); got != want {
					t.Error(got)
				}
			}
		})
	}
	all.Wait()
}

func FuzzRedact(f *testing.F) {
	f.Add("jane@example.com", "Jane", "contact 1001 (jane@example.com, Jane)")
	f.Add("a+b@c", "王", "%u738b=\n\xff\\x4a…")
	f.Fuzz(func(t *testing.T, email, name, message string) {
		texts := &redaction.Texts{}
		texts.SwitchOn()
		texts.Learn(contact(1), "email", email)
		texts.Learn(contact(1), "first_name", name)
		if got := texts.Redact(texts.Redact(message)); len(got) > 100*(len(message)+1) {
			t.Errorf("%d bytes become %d", len(message), len(got))
		}
	})
}

// A report of everything that an action has deleted is the longest message.
func BenchmarkRedactLongReport(b *testing.B) {
	texts := &redaction.Texts{}
	texts.SwitchOn()
	var report strings.Builder
	for i := range 50_000 {
		email := fmt.Sprintf("person%d@example.com", i)
		texts.Learn(contact(int64(i+1)), "email", email)
		texts.Learn(contact(int64(i+1)), "last_name", fmt.Sprintf("Plover%d", i))
		if i < 10_000 {
			fmt.Fprintf(&report, "  - contact %d (%s)\n", i+1, email)
		}
	}
	for b.Loop() {
		texts.Redact(report.String())
	}
}
