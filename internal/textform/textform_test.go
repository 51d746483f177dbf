package textform_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

func TestForms(t *testing.T) {
	for name, test := range map[string]struct {
		one, other                     string
		same, inAnyCase, key, likeName bool
	}{
		"composed and taken apart": {"Zo\u00eb", "Zoe\u0308", true, true, true, true},
		"of another case":          {"ZO\u00cb", "zoe\u0308", false, true, true, true},
		"with blanks":              {"zoe", " zoe ", false, false, true, true},
		"without the accent":       {"Zo\u00eb", "Zoe", false, false, false, true},
		"two letters":              {"Zo\u00eb", "Zo\u00e9", false, false, false, true},
		"another name":             {"Zo\u00eb", "Zola", false, false, false, false},
		"a sign and its letter":    {"\u212b", "\u00c5", true, true, true, true},
		"two marks in any order":   {"a\u0323\u0307", "a\u0307\u0323", true, true, true, true},
	} {
		for _, pair := range [][2]string{{test.one, test.other}, {test.other, test.one}} {
			if got := textform.Same(pair[0], pair[1]); got != test.same {
				t.Errorf("%s: same %t", name, got)
			}
			if got := textform.SameInAnyCase(pair[0], pair[1]); got != test.inAnyCase {
				t.Errorf("%s: same in any case %t", name, got)
			}
			if got := textform.Key(pair[0]) == textform.Key(pair[1]); got != test.key {
				t.Errorf("%s: same key %t", name, got)
			}
			if got := textform.MayBeSameName(pair[0], pair[1]); got != test.likeName {
				t.Errorf("%s: perhaps the same name %t", name, got)
			}
		}
	}
	if got := textform.All("Zo\u00eb"); !slices.Equal(got, []string{"Zo\u00eb", "Zoe\u0308"}) || !textform.HasOthers("Zoe\u0308") || textform.HasOthers("Zoe") {
		t.Errorf("%q", got)
	}
}

// FuzzKey: whatever is one to Unicode has one key, in lower case and in capitals
// alike where letters have both.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"Zo\u00eb@example.com", "\u0130stanbul", "\u1e9e\u00df", "\u01c5\u0345", "e\u0308\u0323", "\u212a\u212b", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := textform.Key(text)
		for _, form := range append(textform.All(text), norm.NFC.String(text)) {
			if !textform.Same(form, text) || textform.Key(form) != key {
				t.Fatalf("%q and %q have the keys %q and %q", text, form, key, textform.Key(form))
			}
		}
		if textform.Key(key) != strings.TrimSpace(key) {
			t.Fatalf("the key of %q is %q, and its key %q", text, key, textform.Key(key))
		}
	})
}
