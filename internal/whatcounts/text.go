package whatcounts

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// sameText reports whether two texts are one to Unicode. Terraform composes
// every text (NFC), and the service keeps the form that it was given, so that a
// letter with an accent may stand there in two pieces.
func sameText(one, other string) bool {
	return one == other || norm.NFC.String(one) == norm.NFC.String(other)
}

// hasOtherForm reports whether a text may be stored in another form than the one
// that Terraform gives it, so that it names nobody in a command.
func hasOtherForm(text string) bool { return !norm.NFD.IsNormalString(text) }

// mayBeSameName reports whether the service may take two first names for one:
// whether it minds letter case, outer blanks, accents and forms of letters is not
// known. whatcounts.md#contradictions.
func mayBeSameName(one, other string) bool { return FoldedName(one) == FoldedName(other) }

// FoldedName is what all first names have in common that the service may take for
// one.
func FoldedName(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	return strings.Join(strings.Fields(cases.Fold().String(bare)), " ")
}
