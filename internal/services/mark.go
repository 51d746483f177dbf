package services

import (
	"strconv"
	"time"
)

// freshFor is how long after a write a contradicting read is doubted. It
// covers the refresh of a plan that follows an apply at once.
const freshFor = 30 * time.Second

// Mark is a note, as JSON, that a record was written at this moment. The next
// process to read the record learns from it that the write is fresh. It is the
// second alone, since Terraform writes the notes of all records after each of
// them.
func Mark(now time.Time) []byte {
	return strconv.AppendInt(nil, now.Unix(), 10)
}

// Fresh reports whether note tells of a write shortly before now, or shortly
// after it, as a plan on a machine whose clock is behind sees it. A missing or
// unreadable note does not.
func Fresh(note []byte, now time.Time) bool {
	second, err := strconv.ParseInt(string(note), 10, 64)
	return err == nil && now.Sub(time.Unix(second, 0)).Abs() < freshFor
}
