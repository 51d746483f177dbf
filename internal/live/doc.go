// Package live holds the tests that work on real accounts. They are built with
// the tag "live" alone, so that nothing else reaches a real service by
// accident. Every record they make carries a test prefix and is deleted by
// native id, without an opt-out. What a broken run leaves behind is found by
// its prefix and deleted by make sweep.
package live

// Prefix begins every address that a live test makes.
const Prefix = "reach-acc-"
