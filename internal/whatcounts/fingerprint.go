package whatcounts

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
)

// fingerprints is a set of addresses that takes 16 bytes for each. Two
// addresses that share one would be needed for a wrong answer; among millions
// that is less likely than a fault of the machine.
type fingerprints []fingerprint

type fingerprint [16]byte

func fingerprintOf(email string) fingerprint {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	return fingerprint(sum[:16])
}

func (f fingerprint) compare(other fingerprint) int { return bytes.Compare(f[:], other[:]) }

// with adds an address. The set has to be sorted before it is asked.
func (f fingerprints) with(email string) fingerprints { return append(f, fingerprintOf(email)) }

// sorted is the set in order, without repetitions.
func (f fingerprints) sorted() fingerprints {
	slices.SortFunc(f, fingerprint.compare)
	return slices.Clip(slices.Compact(f))
}

// contain reports whether an address is in the set, without regard to case.
func (f fingerprints) contain(email string) bool {
	_, found := slices.BinarySearchFunc(f, fingerprintOf(email), fingerprint.compare)
	return found
}
