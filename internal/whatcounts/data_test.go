package whatcounts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestEncodeWritesValuesBareUnlessTheyNeedQuotes(t *testing.T) {
	tests := []struct {
		columns []cell
		want    string
	}{
		{[]cell{{"email", "jane@example.com"}}, "email^jane@example.com"},
		{[]cell{{"email", "jane@example.com"}, {"first", "Jane"}}, "email,first^jane@example.com,Jane"},
		{[]cell{{"customer_key", "11293"}, {"email", "jane@example.com"}}, "customer_key,email^11293,jane@example.com"},
		{[]cell{{"email", "a@b.c"}, {"last", "Doe, Jr"}, {"company", `The "Best"`}, {"city", ""}}, `email,last,company,city^a@b.c,"Doe, Jr",The "Best",`},
		{[]cell{{"email", "a@b.c"}, {"company", `Doe, "Jr"`}}, `email,company^a@b.c,"Doe, \"Jr\""`},
		{[]cell{{"email", "a@b.c"}, {"company", `C:\temp`}, {"custom_plan", " gold "}}, `email,company,custom_plan^a@b.c,C:\temp, gold `},
		{[]cell{{"email", "o'neil+tag@b.c"}, {"last", "Müller"}}, "email,last^o'neil+tag@b.c,Müller"},
	}
	for _, test := range tests {
		record, err := encode(test.columns)
		if got := record.names + "^" + record.values; err != nil || got != test.want {
			t.Errorf("%v is written as %q (%v), want %q", test.columns, record, err, test.want)
		}
	}
}

func TestWhatCouldSplitARecordIsRefused(t *testing.T) {
	for _, value := range []string{"a,b", "a^b", `a"b`, "a\nb", "a\rb", "a\tb", "a\x00b", "a\x7fb", " a", "a ", "\u00a0a", "a\xff"} {
		err := CheckIdentity("first_name", value)
		if !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), "first_name") {
			t.Errorf("the first name %q: %v", value, err)
		}
	}
	for _, value := range []string{"a^b", "a\nb", "a\x1fb", "a\x7fb", `a,\b`, `a"\b`, "a\xff"} {
		err := CheckValue("company", value)
		if !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), "company") {
			t.Errorf("the company %q: %v", value, err)
		}
	}
	for _, value := range []string{"", "a,b", `a"b`, `a\b`, " a ", "Zoë", "a|b"} {
		if err := CheckValue("company", value); err != nil {
			t.Errorf("the company %q: %v", value, err)
		}
	}
	for _, name := range []string{"", "a-b", "a b", "a,b", "a^b", "é"} {
		if err := CheckCustomFieldName(name); !apierror.Is(err, apierror.Invalid) {
			t.Errorf("the custom field %q: %v", name, err)
		}
	}
	if err := CheckCustomFieldName("Plan_2"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"lsat", "custom_", "custom_a,b", "", "Email"} {
		if got, err := encode([]cell{{"email", "a@b.c"}, {name, "x"}}); err == nil {
			t.Errorf("the cell %q is written as %q", name, got)
		}
	}
}

// decode reads the data argument as the documentation describes it, quotes as
// a client reads them (whatcounts.md#escaping): an implementation apart from the encoder.
func decode(data string) ([]map[string]string, error) {
	var records [][]string
	for _, record := range splitOutsideQuotes(data, '^') {
		var fields []string
		for _, field := range splitOutsideQuotes(record, ',') {
			if len(field) >= 2 && field[0] == '"' && field[len(field)-1] == '"' {
				field = strings.ReplaceAll(field[1:len(field)-1], `\"`, `"`)
			}
			fields = append(fields, field)
		}
		records = append(records, fields)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		if len(record) != len(records[0]) {
			return nil, fmt.Errorf("%d columns, %d values", len(records[0]), len(record))
		}
		row := make(map[string]string)
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func splitOutsideQuotes(text string, separator byte) []string {
	var parts []string
	quoted, start := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\' && i+1 < len(text) && text[i+1] == '"':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// splitNaively reads the argument as a service would that knows no quotes and
// takes line feeds for separators as well.
func splitNaively(data string) []string {
	return strings.FieldsFunc(data, func(r rune) bool { return r == '^' || r == '\n' || r == '\r' })
}

// FuzzEncodeKeepsEveryRecord writes a record between two others: no value may
// add one, drop one, or change whom another is about.
func FuzzEncodeKeepsEveryRecord(f *testing.F) {
	f.Add("jane@example.com", "Jane", "11293", "Doe", "gold", "plan")
	f.Add("a@b.c", "", "", "Doe, Jr", `The "Best"`, "Plan_2")
	f.Add("a@b.c", "x^victim@example.com", "k", "y", "z", "p")
	f.Add("a@b.c", "Jane", "k", "x^victim@example.com,Jane", "\r\nvictim@example.com", "p")
	f.Add("a@b.c,first", `"`, `\`, `\"`, `",victim@example.com,"`, "p^q")
	f.Add("a@b.c", `J\`, "k", `\`, `a\",b`, "p,email")
	f.Add(" a@b.c ", "\tJane", "\x00", "\u2028", "\x7f", "email")
	f.Add("", "", "", "", "", "p")
	f.Fuzz(func(t *testing.T, email, first, key, last, custom, customName string) {
		columns := func(email, first, key, last, custom string) []cell {
			return []cell{{"email", email}, {"first", first}, {"customer_key", key}, {"last", last}, {CustomPrefix + customName, custom}}
		}
		table := [][]cell{columns("before@example.com", "Be", "1", `"1",`, ""), columns(email, first, key, last, custom), columns("after@example.com", "Af", "2", "", `a"`)}
		var records []record
		var want []map[string]string
		for _, row := range table {
			record, err := encode(row)
			if err != nil {
				if !apierror.Is(err, apierror.Invalid) {
					t.Fatalf("refused as %v", err)
				}
				return
			}
			values := map[string]string{}
			for _, col := range row {
				values[col.name] = col.value
			}
			records, want = append(records, record), append(want, values)
		}
		data := dataOf(records).value
		got, err := decode(data)
		if err != nil || !slices.EqualFunc(got, want, maps.Equal) {
			t.Fatalf("%q is read as %q (%v), want %q", data, got, err, want)
		}
		naive := splitNaively(data)
		if len(naive) != 4 || !strings.HasPrefix(naive[2], email+","+first+","+key+",") || !strings.HasPrefix(naive[3], "after@example.com,Af,2,") {
			t.Fatalf("%q is split into %q", data, naive)
		}
	})
}

func TestARecordOfNothingIsRefused(t *testing.T) {
	if record, err := encode([]cell{{"email", ""}}); !apierror.Is(err, apierror.Invalid) {
		t.Errorf("it is written as %q (%v)", record, err)
	}
	if _, err := encode([]cell{{"last", ""}}); err != nil {
		t.Errorf("a field to clear: %v", err)
	}
}
