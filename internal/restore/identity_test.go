package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// keyFile has the command make a key, as a user without age does.
func keyFile(t *testing.T) (path string, public string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "key.txt")
	code, out, problems := command("-new-identity", path)
	if code != succeeded || !strings.HasPrefix(out, "age1") {
		t.Fatalf("exit code %d, %q, %q", code, out, problems)
	}
	return path, strings.TrimSpace(out)
}

// encryptedFor are lines of a journal that only one key reads.
func encryptedFor(t *testing.T, public string, lines ...deletion.Line) string {
	t.Helper()
	recipients, err := deletion.NewRecipients([]string{public})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	file := deletion.NewJournalFile(path, recipients...)
	for _, line := range lines {
		if err := file.Append(line); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNewIdentityIsAFileOfAge(t *testing.T) {
	path, public := keyFile(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := age.ParseIdentities(strings.NewReader(string(content)))
	if err != nil || len(keys) != 1 || !strings.Contains(string(content), "# public key: "+public+"\n") {
		t.Fatalf("%v, %v", keys, err)
	}
	if key, ok := keys[0].(*age.X25519Identity); !ok || key.Recipient().String() != public {
		t.Error("the public key that is printed is another one's")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	code, out, problems := command("-new-identity", path)
	expect(t, "the error", problems, path, "exists already")
	if code != failed || out != "" {
		t.Errorf("exit code %d, %q", code, out)
	}
}

func TestEncryptedJournalIsReadByItsKey(t *testing.T) {
	key, public := keyFile(t)
	otherKey, otherPublic := keyFile(t)
	ann, bob, eve := contactLine(1, "delete", named(1, "ann@example.com", "", "")), contactLine(2, "delete", named(2, "bob@example.com", "", "")), contactLine(3, "delete", named(3, "eve@example.com", "", ""))
	whole := encryptedFor(t, public, ann, bob)
	half := whole[:len(whole)-40]
	tests := map[string]struct {
		journal, identity string
		code              int
		says              []string
		has, lacks        []string
	}{
		"its key":                       {whole, key, succeeded, nil, []string{`"ann_example_com"`, `"bob_example_com"`}, nil},
		"no key":                        {whole, "", failed, []string{"Line 1 of ", "1 more are encrypted", "-identity key.txt"}, nil, []string{"resource"}},
		"another key":                   {whole, otherKey, failed, []string{"Line 1 of ", "for other keys than those of " + otherKey, "safeguards.journal_recipients"}, nil, []string{"resource"}},
		"plain and encrypted":           {journalOf(t, eve) + whole, key, succeeded, nil, []string{`"eve_example_com"`, `"ann_example_com"`}, nil},
		"plain and encrypted, no key":   {journalOf(t, eve) + whole, "", failed, []string{"Line 2 of "}, nil, []string{"resource"}},
		"of two keys, the one":          {whole + encryptedFor(t, otherPublic, eve), key, succeeded, []string{"Line 3 of ", "skipped"}, []string{`"ann_example_com"`, "# - Line 3 of the journal is encrypted"}, []string{"eve@"}},
		"a line torn":                   {half, key, succeeded, []string{"Line 2 of ", "cut short"}, []string{`"ann_example_com"`}, []string{"bob"}},
		"deleted, added again, deleted": {whole + encryptedFor(t, public, contactLine(5, "delete", named(9, "ann@example.com", "", ""))), key, succeeded, nil, []string{"Before that"}, nil},
		"a key that nothing needs":      {journalOf(t, eve), key, succeeded, nil, []string{`"eve_example_com"`}, nil},
		"a key file that is none":       {whole, journalFile(t, "AGE-SECRET-KEY-1QQQQ\n"), failed, []string{"is no file of secret keys"}, nil, []string{"resource"}},
		"a public key in its place":     {whole, journalFile(t, public+"\n"), failed, []string{"is no file of secret keys"}, nil, []string{"resource"}},
		"a key file of another system":  {whole, journalFile(t, strings.ReplaceAll(contentOf(t, key), "\n", "\r\n")), succeeded, nil, []string{`"ann_example_com"`}, nil},
		"a key file that is not there":  {whole, key + ".none", failed, []string{key + ".none"}, nil, []string{"resource"}},
		"a state beside a key":          {`{"version":4,"lineage":"x","resources":[]}`, key, failed, []string{"leave out -identity"}, nil, nil},
		"a changed line beside a whole": {strings.Replace(whole, `"id":1`, `"id":7`, 1), key, succeeded, []string{"Line 1 of ", "cannot be read"}, []string{`"bob_example_com"`}, []string{"ann@"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			arguments := []string{journalFile(t, test.journal)}
			if test.identity != "" {
				arguments = append([]string{"-identity", test.identity}, arguments...)
			}
			code, out, problems := command(arguments...)
			if code != test.code {
				t.Errorf("exit code %d", code)
			}
			expect(t, "the report", problems, test.says...)
			expect(t, "the configuration", out, test.has...)
			for _, text := range test.lacks {
				if strings.Contains(out, text) {
					t.Errorf("%q is in %s", text, out)
				}
			}
			if strings.Contains(problems, "AGE-SECRET-KEY-1") && !strings.Contains(problems, "AGE-SECRET-KEY-1…") || strings.Contains(problems, "QQQQ") {
				t.Errorf("a key is shown: %s", problems)
			}
		})
	}
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestNewIdentityStandsAlone(t *testing.T) {
	for _, arguments := range [][]string{{"-new-identity", "a", "b"}, {"-new-identity", "a", "-o", "b"}, {"-new-identity", "a", "-identity", "b"}} {
		if code, _, problems := command(arguments...); code != misused || !strings.Contains(problems, "stands alone") {
			t.Errorf("%v: exit code %d, %q", arguments, code, problems)
		}
	}
}

// What was deleted with an encrypted journal comes back by the key, and by
// nothing else: the journal names nobody.
func TestRoundTripThroughAnEncryptedJournal(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t)
	sim := world(t)
	journal := filepath.Join(t.TempDir(), "deleted.jsonl")
	configured := func(resources string) string {
		return acctest.ConfigurationOf(sim, acctest.Realm, fmt.Sprintf("safeguards {\n  journal_path       = %q\n  journal_recipients = [%q]\n}", journal, public), resources)
	}
	lived := func(resources string) (during holdings) {
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{Config: configured(resources), Check: func(*terraform.State) error {
				during, _ = held(sim, acctest.Realm)
				return nil
			}}},
		})
		return during
	}
	before := lived(contacts + communications)
	text := contentOf(t, journal)
	if lines := strings.Count(text, "\n"); lines != 7 {
		t.Fatalf("the journal has %d lines: %s", lines, text)
	}
	for _, part := range regexp.MustCompile(`"age":"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		decoded, err := base64.StdEncoding.DecodeString(part[1])
		if err != nil {
			t.Fatal(err)
		}
		text += string(decoded)
	}
	for _, personal := range []string{"jane", "example", "O\"Neil", "Sydney", "billing", "line one"} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(personal)) {
			t.Errorf("%q is in the journal: %s", personal, text)
		}
	}
	if code, out, problems := command(journal); code != failed || out != "" || !strings.Contains(problems, "-identity") {
		t.Fatalf("without the key: exit code %d, %q, %q", code, out, problems)
	}
	code, restored, problems := command("-identity", key, journal)
	if code != succeeded {
		t.Fatal(problems)
	}
	if after := lived(restored); !reflect.DeepEqual(after, before) {
		t.Errorf("the services held\n%+v\nand hold again\n%+v", before, after)
	}
}
