package whatcounts

import (
	"reflect"
	"testing"
)

func TestDecodeData(t *testing.T) {
	type values = map[string]string
	bad := func(v values) dataRow { return dataRow{values: v, malformed: true} }
	good := func(v values) dataRow { return dataRow{values: v} }
	for _, test := range []struct {
		name, text string
		rules      dataRules
		want       []dataRow
	}{
		{name: "one column", text: "email^john@domain.com", want: []dataRow{good(values{"email": "john@domain.com"})}},
		{name: "blank before the first separator", text: "email, first ^a@b,Jane", want: []dataRow{good(values{"email": "a@b", "first": "Jane"})}},
		{name: "blanks around values stay", text: "email,first^a@b, Jane ", want: []dataRow{good(values{"email": "a@b", "first": " Jane "})}},
		{name: "blanks around values go", text: "email,first^a@b, Jane ", rules: dataRules{trimmed: true}, want: []dataRow{good(values{"email": "a@b", "first": "Jane"})}},
		{name: "several rows", text: "email^a@b^c@d", want: []dataRow{good(values{"email": "a@b"}), good(values{"email": "c@d"})}},
		{name: "separator at the end", text: "email^a@b^", want: []dataRow{good(values{"email": "a@b"})}},
		{name: "empty fields", text: "email,first,last^a@b,,", want: []dataRow{good(values{"email": "a@b", "first": "", "last": ""})}},
		{name: "too few fields", text: "email,first^a@b", want: []dataRow{bad(values{"email": "a@b"})}},
		{name: "too many fields", text: "email,first^a@b,c,d", want: []dataRow{bad(values{"email": "a@b", "first": "c"})}},
		{name: "quotes", text: `email,last^a@b,"Doe, Jr"`, want: []dataRow{good(values{"email": "a@b", "last": "Doe, Jr"})}},
		{name: "quotes in the middle", text: `last,email^"Doe, Jr" ,a@b`, want: []dataRow{good(values{"email": "a@b", "last": "Doe, Jr"})}},
		{name: "escaped quote", text: `last^"the \"boss\""`, want: []dataRow{good(values{"last": `the "boss"`})}},
		{name: "other backslashes stay", text: `last^"a\b\\c"`, want: []dataRow{good(values{"last": `a\b\\c`})}},
		{name: "backslash before the closing quote", text: `last^"a\"`, want: []dataRow{bad(values{"last": `a"`})}},
		{name: "quote inside a bare value", text: `last^5" disk`, want: []dataRow{good(values{"last": `5" disk`})}},
		{name: "text after the closing quote", text: `last^"a"b`, want: []dataRow{bad(values{"last": "a"})}},
		{name: "doubled quote", text: `last^"a""b"`, want: []dataRow{bad(values{"last": "a"})}},
		{name: "quote that does not close", text: `last^"a`, want: []dataRow{bad(values{"last": "a"})}},
		{name: "quotes do not protect a circumflex", text: `last^"a^b"`, want: []dataRow{bad(values{"last": "a"}), good(values{"last": `b"`})}},
		{name: "literal quotes", text: `last^"a"`, rules: dataRules{literalQuotes: true}, want: []dataRow{good(values{"last": `"a"`})}},
		{name: "literal quotes protect no comma", text: `last^"a,b"`, rules: dataRules{literalQuotes: true}, want: []dataRow{bad(values{"last": `"a`})}},
		{name: "line feed in a value", text: "last^a\nb", want: []dataRow{good(values{"last": "a\nb"})}},
		{name: "line feed as separator", text: "last\r\na\nb", rules: dataRules{lineFeeds: true}, want: []dataRow{good(values{"last": "a"}), good(values{"last": "b"})}},
		{name: "no rows", text: "email", want: nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := decodeData(test.text, test.rules).rows; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestDataThatIsIncomplete(t *testing.T) {
	f := start(t)
	for _, command := range []string{"c=sub&list_id=5", "c=unsub&list_id=5", "c=delete", "c=update&list_id=5&identity_field=email"} {
		f.expect(command, "FAILURE: Missing required argument data")
		f.expect(command+"&data=email", "FAILURE: Missing required argument data")
		f.expect(command+"&data=first^Jane", "FAILURE: The data argument must contain email")
	}
}
