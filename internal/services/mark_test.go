package services_test

import (
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

func TestFresh(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("Sydney", 11*60*60))
	written := func(ago time.Duration) []byte { return services.Mark(now.Add(-ago)) }
	tests := map[string]struct {
		note []byte
		want bool
	}{
		"a write just now":                             {written(0), true},
		"a write 29 seconds ago":                       {written(29 * time.Second), true},
		"a write 30 seconds ago":                       {written(30 * time.Second), false},
		"a write a day ago":                            {written(24 * time.Hour), false},
		"a write by a clock that is 5 seconds ahead":   {written(-5 * time.Second), true},
		"a write by a clock that is a day ahead":       {written(-24 * time.Hour), false},
		"no note":                                      {nil, false},
		"a note that is empty":                         {[]byte{}, false},
		"a note that is no JSON":                       {[]byte("yesterday"), false},
		"a note that says nothing":                     {[]byte("{}"), false},
		"a note that is null":                          {[]byte("null"), false},
		"a note as another version would have left it": {[]byte(`{"written_at":"2026-03-01T01:00:00Z"}`), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := services.Fresh(test.note, now); got != test.want {
				t.Errorf("Fresh(%s) is %v", test.note, got)
			}
		})
	}
}
