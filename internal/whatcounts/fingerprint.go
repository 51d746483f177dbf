package whatcounts

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
)

// fingerprints is a set of addresses that takes 16 bytes for each. Two
// addresses that share one would be needed for a wrong answer; among millions
// that is less likely than a fault of the machine. It grows piece by piece: one
// slice that is copied whenever it is full takes several times its size.
type fingerprints [][]fingerprint

type fingerprint [16]byte

// The sizes of the first piece and of the largest.
const (
	smallestPiece = 64
	largestPiece  = 1 << 14
)

func fingerprintOf(email string) fingerprint {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	return fingerprint(sum[:16])
}

func (f fingerprint) compare(other fingerprint) int { return bytes.Compare(f[:], other[:]) }

// with adds an address. The set has to be sorted before it is asked.
func (f fingerprints) with(email string) fingerprints {
	last := len(f) - 1
	if last < 0 || len(f[last]) == cap(f[last]) {
		f = append(f, make([]fingerprint, 0, min(smallestPiece<<min(len(f), 16), largestPiece)))
		last++
	}
	f[last] = append(f[last], fingerprintOf(email))
	return f
}

// sorted is the set with each piece in order.
func (f fingerprints) sorted() fingerprints {
	for _, piece := range f {
		slices.SortFunc(piece, fingerprint.compare)
	}
	return f
}

// contain reports whether an address is in the set, without regard to case.
func (f fingerprints) contain(email string) bool {
	wanted := fingerprintOf(email)
	return slices.ContainsFunc(f, func(piece []fingerprint) bool {
		_, found := slices.BinarySearchFunc(piece, wanted, fingerprint.compare)
		return found
	})
}
