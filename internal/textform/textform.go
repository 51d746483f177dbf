// Package textform is when two texts are one, for everything that compares text
// of a service with text of Terraform. Unicode writes a letter with an accent in
// one piece or in two. Terraform composes every text (NFC); a service keeps the
// form that it was given, and may find a record by that form alone.
package textform

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Compose is a text as Terraform has it.
func Compose(text string) string { return norm.NFC.String(text) }

// Same reports whether two texts are one to Unicode.
func Same(one, other string) bool { return one == other || Compose(one) == Compose(other) }

// SameInAnyCase is [Same] without regard to letter case, as addresses compare.
func SameInAnyCase(one, other string) bool {
	return one == other || strings.EqualFold(Compose(one), Compose(other))
}

// Key is what all spellings of one address have in common: of any form and
// letter case, with and without outer blanks.
func Key(address string) string {
	// Lower case can leave letters that compose.
	return Compose(strings.ToLower(Compose(strings.TrimSpace(address))))
}

// HasOthers reports whether a text can be written in another form, so that a
// service may hold it in one that a command does not find.
func HasOthers(text string) bool { return len(All(text)) > 1 }

// All are the forms in which a service may hold a text, each once: as it is
// given, composed, and taken apart.
func All(text string) []string {
	forms := []string{text}
	for _, form := range []string{Compose(text), norm.NFD.String(text)} {
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

// MayBeSameName reports whether a service may take two names for one: whether it
// minds letter case, outer blanks, accents and forms of letters is not known.
// whatcounts.md#contradictions.
func MayBeSameName(one, other string) bool { return foldedName(one) == foldedName(other) }

func foldedName(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	return strings.Join(strings.Fields(cases.Fold().String(bare)), " ")
}
