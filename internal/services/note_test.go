package services_test

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// private is private state by key.
type private map[string]string

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return []byte(p[key]), nil
}

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if len(value) == 0 {
		delete(p, key)
	} else {
		p[key] = string(value)
	}
	return nil
}

// written is private state in which the record was written at a moment.
func written(t *testing.T, at time.Time) private {
	t.Helper()
	p := private{}
	if problems := (services.Note{Written: at.Unix()}).Write(t.Context(), p); problems.HasError() {
		t.Fatal(problems)
	}
	return p
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("Sydney", 11*60*60))
	ago := func(d time.Duration) private { return written(t, now.Add(-d)) }
	tests := map[string]struct {
		private private
		want    bool
	}{
		"a write just now":                             {ago(0), true},
		"a write 29 seconds ago":                       {ago(29 * time.Second), true},
		"a write 30 seconds ago":                       {ago(30 * time.Second), false},
		"a write a day ago":                            {ago(24 * time.Hour), false},
		"a write by a clock that is 5 seconds ahead":   {ago(-5 * time.Second), true},
		"a write by a clock that is a day ahead":       {ago(-24 * time.Hour), false},
		"no note":                                      {private{}, false},
		"a note of its own, just now":                  {private{"written": "1772326800"}, true},
		"a note of its own that is no JSON":            {private{"written": "yesterday"}, false},
		"a note of its own that is null":               {private{"written": "null"}, false},
		"a note as another version would have left it": {private{"written": `{"written_at":"2026-03-01T01:00:00Z"}`}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			note, problems := services.ReadNote(t.Context(), test.private)
			if problems.HasError() {
				t.Fatal(problems)
			}
			if got := note.IsFresh(now); got != test.want {
				t.Errorf("the note in %v is fresh: %v", test.private, got)
			}
		})
	}
}

// wholeNote has every field.
var wholeNote = services.Note{
	Written: 1772326800, Origin: "demo", Pending: []int64{8}, FirstName: "Jane",
	Unsure: map[string]string{"custom_plan": "gold", "last": ""}, Incomplete: []int64{1001, 1002},
}

// Notes that were kept one by one are read as one, and are that when they are
// written again.
func TestFormerNotes(t *testing.T) {
	former := private{
		"written": "1772326800", "origin": `"demo"`, "pending": "[8]", "unseen": "[9]", "first_name": `"Jane"`,
		"unsure": `{"last":"","custom_plan":"gold"}`, "partial": "[1001,1002]",
	}
	note, problems := services.ReadNote(t.Context(), former)
	if problems.HasError() || !reflect.DeepEqual(note, wholeNote) {
		t.Fatalf("read as %+v, %v", note, problems)
	}
	note.Write(t.Context(), former)
	if keys := slices.Sorted(maps.Keys(former)); !slices.Equal(keys, []string{"note"}) {
		t.Errorf("written as %v", former)
	}
	if again, problems := services.ReadNote(t.Context(), former); problems.HasError() || !reflect.DeepEqual(again, wholeNote) {
		t.Errorf("read again as %+v, %v", again, problems)
	}
}

// Terraform writes the whole state after every record, and most records have
// nothing to remember.
func TestEmptyNoteIsNotWritten(t *testing.T) {
	for name, before := range map[string]private{
		"none before":   {},
		"empty before":  {"pending": "[]", "partial": "null", "first_name": `""`},
		"another key":   {"unseen": "[9]"},
		"a note before": {"note": `{"pending":[8]}`},
	} {
		t.Run(name, func(t *testing.T) {
			services.Note{}.Write(t.Context(), before)
			if len(before) > 0 {
				t.Errorf("private state is %v", before)
			}
		})
	}
}

func TestDamagedNote(t *testing.T) {
	for _, damaged := range []private{{"note": "[]"}, {"pending": `"8"`}} {
		if _, problems := services.ReadNote(t.Context(), damaged); !problems.HasError() {
			t.Errorf("%v is read without an error", damaged)
		}
	}
}
