// Package live holds the tests that work on real accounts. They are built with
// the tag "live" alone, so that nothing else reaches a real service by
// accident. Every record they make carries a test prefix and is deleted by
// native id, without an opt-out.
package live
