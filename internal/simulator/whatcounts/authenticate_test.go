package whatcounts

import "testing"

func TestAuthenticate(t *testing.T) {
	const echo = "FAILURE: Password (wrong-password) doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP"
	const right = "p=open+sesame%261"
	for _, test := range []struct {
		name, form, want string
		dialects         []string
	}{
		{name: "right", form: "r=plain&" + right, want: ""},
		{name: "no realm", form: right, want: "FAILURE: Unable to determine customer account (realm)"},
		{name: "unknown realm", form: "r=Plain&" + right, want: "FAILURE: Unable to determine customer account (realm)"},
		{name: "API not enabled", form: "r=closed&" + right, want: "FAILURE: Unable to acquire API user credentials through API User Manager."},
		{name: "wrong password", form: "r=plain&p=wrong-password", want: echo},
		{name: "wrong password, short text", form: "r=plain&p=wrong-password", want: "Invalid credentials", dialects: []string{"wc-bad-password-invalid"}},
		{name: "wrong password, failure", form: "r=plain&p=wrong-password", want: "FAILURE: Invalid credentials", dialects: []string{"wc-bad-password-failure"}},
		{name: "source not approved", form: "r=fenced&" + right, want: "FAILURE: Password (open sesame&1) doesn't match …"},
		{name: "API client", form: "r=plain&" + right + "&api_client=terraform&client_auth=code-1", want: ""},
		{name: "API client left empty", form: "r=plain&" + right + "&api_client=", want: ""},
		{name: "unknown API client", form: "r=plain&" + right + "&api_client=other&client_auth=code-1", want: "FAILURE: Unable to acquire API user credentials through API User Manager."},
		{name: "wrong code", form: "r=plain&" + right + "&api_client=terraform&client_auth=code-2", want: "FAILURE: Password (open sesame&1) doesn't match …"},
		{name: "client without password", form: "r=plain&api_client=terraform&client_auth=code-1", want: "FAILURE: Password () doesn't match …"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t, test.dialects...)
			if got := f.post(test.form + "&c=find&email=nobody@domain.com"); !fits(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
