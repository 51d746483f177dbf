package whatcounts

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// dialectTest shows what a dialect changes: the last of the commands answers
// standard without it and changed with it. "…" stands for anything.
type dialectTest struct {
	keyed             bool
	contacts          []Contact
	commands          []string
	standard, changed string
}

var (
	jane   = Contact{Email: "jane@domain.com", First: "Jane", Subscriptions: []Subscription{{ListID: 5, Format: 2}}}
	janeJD = Contact{Email: "jane@domain.com", First: "JD", Subscriptions: []Subscription{{ListID: 5, Format: 2}}}
	keyed  = Contact{Email: "jane@domain.com", First: "Jane", CustomerKey: "A1"}
)

const (
	deleteJane     = "c=delete&data=email^jane@domain.com"
	subJane        = "c=sub&list_id=5&format=1&data=email,first^jane@domain.com,Jane"
	forceJane      = "c=sub&list_id=5&format=1&force_sub=1&data=email,first^jane@domain.com,Jane"
	findJane       = "c=find&email=jane@domain.com&exact=1&csv=1"
	detailCSV      = "c=detail&subscriber_id=1001&csv=1&headers=1"
	detailXML      = "c=detail&subscriber_id=1001&output_format=xml"
	optoutGlobal   = "c=unsub&list_id=0&optout=1&data=email^jane@domain.com"
	optoutList     = "c=unsub&list_id=5&optout=1&data=email^jane@domain.com"
	globalOptouts  = "c=show_optglobal&csv=1"
	deletedJane    = "SUCCESS: subscriber_id 1001 successfully deleted."
	unknownCommand = "FAILURE: Unknown command"
)

// ignoredOne is a sub of one opted-out address, refused.
const ignoredOne = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 1, Records Failed Other Error 0"

// failedOne is a sub of one row that could not be done.
const failedOne = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 1"

var dialectTests = map[string]dialectTest{
	deleteTextFormat: {
		contacts: []Contact{jane}, commands: []string{deleteJane},
		standard: "SUCCESS: 1 record(s) procesed. 1 users deleted", changed: "SUCCESS: 1 record(s) processed. 1 users deleted",
	},
	deleteTextFullStop: {
		contacts: []Contact{jane}, commands: []string{deleteJane, deleteJane},
		standard: "SUCCESS: 1 record(s) procesed. 0 users deleted", changed: "SUCCESS: 1 record(s) processed. 0 users deleted.",
	},
	deleteMissingFails: {
		commands: []string{"c=delete&data=email^a@b^c@d"}, standard: "SUCCESS: 2 record(s) procesed. 0 users deleted",
		changed: "FAILURE: Subscriber cannot be found for a@b^Subscriber cannot be found for c@d",
	},
	deleteMissingNoRecord: {
		commands: []string{deleteJane}, standard: "SUCCESS: 1 record(s) procesed. 0 users deleted",
		changed: "FAILURE: No subscriber record exists for jane@domain.com",
	},
	deleteSeveralAll: {
		contacts: []Contact{jane, janeJD}, commands: []string{deleteJane},
		standard: "FAILURE: Multiple subscribers share this email address", changed: "SUCCESS: 1 record(s) procesed. 2 users deleted",
	},
	deleteSeveralOldest: {
		contacts: []Contact{jane, janeJD}, commands: []string{deleteJane, findJane},
		standard: "\"1001\",…\"1002\",…", changed: "\"1002\",…",
	},
	onlyDeleteSubID: {
		contacts: []Contact{jane}, commands: []string{"c=deletebyid&subscriber_id=1001"}, standard: deletedJane, changed: unknownCommand,
	},
	onlyDeleteByID: {
		contacts: []Contact{jane}, commands: []string{"c=deletesubid&subscriber_id=1001"}, standard: deletedJane, changed: unknownCommand,
	},
	deleteByIDOptsOut: {
		contacts: []Contact{jane}, commands: []string{"c=deletesubid&subscriber_id=1001", globalOptouts},
		standard: "", changed: "\"jane@domain.com\"\n",
	},
	deleteByIDMissingRealm: {
		commands: []string{"c=deletesubid&subscriber_id=1001"}, standard: "FAILURE: unable to find subscriber record",
		changed: "FAILURE: Specified subscriber ID 1001 does not belong to the realm plain",
	},
	deleteByIDMissingCannot: {
		commands: []string{"c=deletesubid&subscriber_id=1001"}, standard: "FAILURE: unable to find subscriber record",
		changed: "FAILURE: Subscriber cannot be found",
	},
	deleteByIDMissingNone: {
		commands: []string{"c=deletesubid&subscriber_id=1001"}, standard: "FAILURE: unable to find subscriber record",
		changed: "FAILURE: No subscriber record exists",
	},
	forceSubKeepsOptout: {
		contacts: []Contact{jane}, commands: []string{deleteJane, forceJane, globalOptouts},
		standard: "", changed: "\"jane@domain.com\"\n",
	},
	forceSubListOnly: {
		contacts: []Contact{jane}, commands: []string{optoutList, optoutGlobal, forceJane, "c=show_opt&list_id=5", globalOptouts},
		standard: "", changed: "\"jane@domain.com\"\n",
	},
	subKeepsColumns: {
		contacts: []Contact{jane}, commands: []string{"c=sub&list_id=7&format=1&data=email,first,last^jane@domain.com,Jane,Doe", findJane},
		standard: "…\"Doe\",\"5,7\"\n", changed: "…\"\",\"5,7\"\n",
	},
	subKeepsFormat: {
		contacts: []Contact{jane}, commands: []string{subJane, detailXML},
		standard: "…<format>1</format>…", changed: "…<format>2</format>…",
	},
	subTextOlder: {
		commands: []string{"c=sub&list_id=5&format=1&data=email^foobar"}, standard: failedOne,
		changed: "FAILURE: 1 record(s) processed. 0 users subscribed to list(s) 5 (0 total subscriptions)",
	},
	subTextShort:   {commands: []string{subJane}, standard: oneAdded, changed: "SUCCESS: 1 record(s) processed."},
	subTextNoBlank: {commands: []string{subJane}, standard: "…(Optout Error) 0,…", changed: "…(Optout Error)0,…"},
	subOptoutSuccess: {
		contacts: []Contact{jane}, commands: []string{deleteJane, subJane}, standard: ignoredOne,
		changed: "SUCCESS: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 1, Records Failed Other Error 0",
	},
	subOptoutMixedFails: {
		contacts: []Contact{jane}, commands: []string{deleteJane, subJane + "^john@domain.com,John"},
		standard: "SUCCESS: …, Records Added 1, …(Optout Error) 1, …", changed: "FAILURE: …, Records Added 1, …(Optout Error) 1, …",
	},
	subOptoutUncounted: {
		contacts: []Contact{jane}, commands: []string{deleteJane, subJane}, standard: ignoredOne,
		changed: "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0",
	},
	subDuplicateFails: {
		contacts: []Contact{jane}, commands: []string{subJane}, standard: "SUCCESS: …", changed: "FAILURE: Cannot insert duplicate subscription",
	},
	subPendingCounted: {
		commands: []string{"c=sub&list_id=9&format=1&data=email^jane@domain.com"},
		standard: "SUCCESS: …Total Subscriptions 0, Records Added 1,…", changed: "SUCCESS: …Total Subscriptions 1, Records Added 1,…",
	},
	subPendingVisible: {
		commands: []string{"c=sub&list_id=9&format=1&data=email^jane@domain.com", findJane},
		standard: "…,\"\"\n", changed: "…,\"9\"\n",
	},
	subBadAddressNamed: {
		commands: []string{"c=sub&list_id=5&format=1&data=email^foobar^b"},
		standard: "FAILURE: Total Records Processed 2, …",
		changed:  "FAILURE: foobar does not appear to be a valid email address^b does not appear to be a valid email address",
	},
	subAddressAdds: {
		contacts: []Contact{jane}, commands: []string{"c=sub&list_id=5&format=1&data=email^jane@domain.com", findJane},
		standard: "\"1001\",…\"Jane\"…\n", changed: "\"1001\",…\n\"1002\",\"jane@domain.com\",\"\",…\n",
	},
	unsubTextSubscribers: {
		contacts: []Contact{jane}, commands: []string{"c=unsub&list_id=5&data=email^jane@domain.com"},
		standard: "…(1 total contacts), Records Failed Other Error 0", changed: "…(1 total subscribers), Records Failed Other Error 0",
	},
	unsubTextShort: {
		contacts: []Contact{jane}, commands: []string{"c=unsub&list_id=5&data=email^jane@domain.com"},
		standard: "…Records Failed Other Error 0", changed: "SUCCESS: 1 record(s) processed.",
	},
	unsubOldest: {
		contacts: []Contact{jane, janeJD}, commands: []string{"c=unsub&list_id=5&data=email^jane@domain.com", "c=findinlist&list_id=5&email=jane"},
		standard: "", changed: "1002 jane@domain.com JD\n",
	},
	updateNeedsList: {
		contacts: []Contact{jane}, commands: []string{"c=update&list_id=7&identity_field=email&data=email,last^jane@domain.com,Doe"},
		standard: "SUCCESS: 1 record(s) processed. 1 users updated.", changed: "SUCCESS: 1 record(s) processed. 0 users updated.",
	},
	identityKeyUnsupported: {
		keyed: true, contacts: []Contact{keyed}, commands: []string{"c=find&identity_field=customer_key&identity_value=A1&exact=1"},
		standard: "1001 jane@domain.com Jane\n", changed: "FAILURE: identity_field customer_key is not supported",
	},
	changeTextBracket: {
		contacts: []Contact{jane}, commands: []string{"c=change&email=jane@domain.com&email_new=ann@domain.com"},
		standard: "SUCCESS: …1001)", changed: "SUCCESS: jane@domain.com changed to ann@domain.com [subscriber ID 1001]",
	},
	findMissingFails:  {commands: []string{findJane}, standard: "", changed: "FAILURE: No matching record found."},
	findXMLListsCount: {contacts: []Contact{jane}, commands: []string{"c=find&email=jane&output_format=xml"}, standard: "…<lists>5</lists>…", changed: "…<lists>1</lists>…"},
	detailMissingEmpty: {
		commands: []string{detailXML}, standard: "FAILURE: Specified subscriber ID 1001 does not belong to the realm plain", changed: "",
	},
	detailCustomBare:    {contacts: []Contact{jane}, commands: []string{detailXML}, standard: "…<custom_plan></custom_plan>…", changed: "…<plan></plan>…"},
	detailFormatWords:   {contacts: []Contact{jane}, commands: []string{detailXML}, standard: "…<format>2</format>…", changed: "…<format>HTML</format>…"},
	detailNoCustomerKey: {keyed: true, contacts: []Contact{keyed}, commands: []string{detailCSV}, standard: "…lists,customer_key,custom_plan…", changed: "…lists,custom_plan…"},
	detailSubscriptionsApart: {
		contacts: []Contact{jane}, commands: []string{detailXML},
		standard: "…</subscription_details>\n</subscriber>…", changed: "…</subscriber>\n<subscription_details>…",
	},
	badPasswordInvalid: {
		commands: []string{"&r=plain&p=wrong"}, standard: "FAILURE: Password (wrong) doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP",
		changed: "Invalid credentials",
	},
	badPasswordFailure:    {commands: []string{"&r=plain&p=wrong"}, standard: "FAILURE: Password (wrong) …", changed: "FAILURE: Invalid credentials"},
	dataQuotesLiteral:     {commands: []string{`c=sub&list_id=5&format=1&data=email,last^jane@domain.com,"Doe"`, "c=find&last=%22Doe%22&exact=1"}, standard: "", changed: "1001 jane@domain.com \n"},
	dataLineFeedSeparates: {contacts: []Contact{jane}, commands: []string{"c=delete&data=email%0Ajane@domain.com"}, standard: "FAILURE: Missing required argument data", changed: "SUCCESS: 1 record(s) procesed. 1 users deleted"},
	dataEmptyKeeps: {
		contacts: []Contact{jane}, commands: []string{"c=update&list_id=5&identity_field=email&data=email,first^jane@domain.com,", findJane},
		standard: "\"1001\",\"jane@domain.com\",\"\",…", changed: "\"1001\",\"jane@domain.com\",\"Jane\",…",
	},
	dataEmptyFirstAny: {
		contacts: []Contact{jane}, commands: []string{"c=delete&data=email,first^jane@domain.com,"},
		standard: "SUCCESS: 1 record(s) procesed. 0 users deleted", changed: "SUCCESS: 1 record(s) procesed. 1 users deleted",
	},
	dataTrimmed: {
		contacts: []Contact{jane}, commands: []string{"c=delete&data=email,first^jane@domain.com,+Jane+"},
		standard: "SUCCESS: 1 record(s) procesed. 0 users deleted", changed: "SUCCESS: 1 record(s) procesed. 1 users deleted",
	},
	emailLowerCase: {
		commands: []string{"c=sub&list_id=5&format=1&data=email^Jane@Domain.com", "c=change&email=Jane@Domain.com&email_new=Ann@Domain.com", "c=find&email=ann"},
		standard: "1001 Ann@Domain.com \n", changed: "1001 ann@domain.com \n",
	},
	firstFolded: {
		contacts: []Contact{jane}, commands: []string{"c=delete&data=email,first^jane@domain.com,JAN\u00c9"},
		standard: "SUCCESS: 1 record(s) procesed. 0 users deleted", changed: "SUCCESS: 1 record(s) procesed. 1 users deleted",
	},
	textComposed: {
		commands: []string{"c=sub&list_id=5&format=1&data=email,first^zoe@domain.com,Zoe\u0308", "c=find&email=zoe@domain.com"},
		standard: "1001 zoe@domain.com Zoe\u0308\n", changed: "1001 zoe@domain.com Zo\u00eb\n",
	},
	textDecomposed: {
		commands: []string{"c=sub&list_id=5&format=1&data=email,first^zoe@domain.com,Zo\u00eb", "c=find&email=zoe@domain.com"},
		standard: "1001 zoe@domain.com Zo\u00eb\n", changed: "1001 zoe@domain.com Zoe\u0308\n",
	},
	windows1252:           {contacts: []Contact{{Email: "zoe@domain.com", First: "Zo\u00eb \u20ac \u674e"}}, commands: []string{"c=find&email=zoe"}, standard: "1001 zoe@domain.com Zo\u00eb \u20ac \u674e\n", changed: "1001 zoe@domain.com Zo\xeb \x80 ?\n"},
	windows1252Undeclared: {contacts: []Contact{{Email: "zoe@domain.com", First: "Zo\u00eb \u674e"}}, commands: []string{detailXML}, standard: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>…<first>Zo\u00eb \u674e</first>…", changed: "<?xml version=\"1.0\"?>…<first>Zo\xeb &#x674E;</first>…"},
	staleReads:            {contacts: []Contact{jane}, commands: []string{deleteJane, findJane}, standard: "", changed: "\"1001\",…"},
	showOptGlobal:         {contacts: []Contact{jane}, commands: []string{deleteJane, "c=show_opt&list_id=5"}, standard: "", changed: "jane@domain.com\n"},
	daysLimited:           {commands: []string{globalOptouts + "&days=36500"}, standard: "", changed: "FAILURE: Invalid value for days"},
	showListsOlder:        {commands: []string{"c=show_lists&csv=1&headers=1"}, standard: "List Number,List Name,List Description,Folder ID\n…", changed: "List Number,List Name,List Description\n…"},
	realmSettingsXML:      {commands: []string{"c=getrealmsettings&csv=1"}, standard: "\"1\",\"N\",\"Y\"\n", changed: "<?xml …<Data><realm_id>1</realm_id><use_customer_key>N</use_customer_key>…"},
	realmSettingsHeadings: {commands: []string{"c=getrealmsettings&csv=1"}, standard: "\"1\",\"N\",\"Y\"\n", changed: "\"realm_id\",\"use_customer_key\",\"enable_relational_database\"\n\"1\",\"N\",\"Y\"\n"},
	headingsQuoted:        {contacts: []Contact{jane}, commands: []string{findJane + "&headers=1"}, standard: "subscriber_id,…", changed: "\"subscriber_id\",\"email\",…"},
	headingsBare:          {contacts: []Contact{jane}, commands: []string{deleteJane, globalOptouts + "&headers=1"}, standard: "\"Email\"\n\"jane@domain.com\"\n", changed: "Email\n\"jane@domain.com\"\n"},
	updateReportUnknown: {
		contacts: []Contact{dated("jane@domain.com")}, commands: []string{updatedThatDay},
		standard: "\"1001\",\"jane@domain.com\",\"\",\"\",\"02/03/26 04:05 PM\",\"02/03/26 04:05 PM\"\n", changed: unknownCommand,
	},
	updateReportUndated: {
		contacts: []Contact{dated("jane@domain.com")}, commands: []string{updatedThatDay},
		standard: "\"1001\",…,\"02/03/26 04:05 PM\",\"02/03/26 04:05 PM\"\n", changed: "\"1001\",\"jane@domain.com\",\"\",\"\",\"02/03/26 04:05 PM\"\n",
	},
	updateReportPages: {
		contacts: datedMany(251), commands: []string{updatedThatDay + "&offset=250"},
		standard: "\"1001\",…\"1251\",…", changed: "\"1251\",…",
	},
	updateReportZone: {
		contacts: []Contact{dated("jane@domain.com")}, commands: []string{"c=rpt_sub_by_update_datetime&list_id=5&start_datetime=02/03/2026+16:05:00&end_datetime=02/03/2026+16:05:00&csv=1"},
		standard: "\"1001\",…\"02/03/26 04:05 PM\"\n", changed: "",
	},
	headingsAlone:    {commands: []string{globalOptouts + "&headers=1"}, standard: "", changed: "\"Email\"\n"},
	byteOrderMark:    {contacts: []Contact{jane}, commands: []string{findJane + "&headers=1"}, standard: "subscriber_id,…lists\n…\"5\"\n", changed: "\ufeffsubscriber_id,…lists\r\n…\"5\"\r\n"},
	xmlNoDeclaration: {contacts: []Contact{jane}, commands: []string{detailXML}, standard: "<?xml …", changed: "<data>…</data>\n"},
	xmlRootUpperCase: {contacts: []Contact{jane}, commands: []string{detailXML}, standard: "…<data>…</data>\n", changed: "…<DATA>…</DATA>\n"},
}

// updatedThatDay asks for the members of list 5 that were changed on the day on
// which those of dated were.
const updatedThatDay = "c=rpt_sub_by_update_datetime&list_id=5&start_datetime=02/03/2026&end_datetime=02/03/2026&csv=1"

func dated(email string) Contact {
	return Contact{Email: email, Created: time.Date(2026, 2, 3, 16, 5, 0, 0, time.UTC), Subscriptions: []Subscription{{ListID: 5, Format: 2}}}
}

func datedMany(n int) []Contact {
	var contacts []Contact
	for i := range n {
		contacts = append(contacts, dated(fmt.Sprintf("user%d@domain.com", i)))
	}
	return contacts
}

func TestDialects(t *testing.T) {
	for _, dialect := range Dialects() {
		t.Run(dialect.Name, func(t *testing.T) {
			test, found := dialectTests[dialect.Name]
			if !found {
				t.Fatal("no test shows what this dialect does")
			}
			run := func(dialects ...string) string {
				f := start(t, dialects...)
				if test.keyed {
					f.realm = "keyed"
				}
				for _, c := range test.contacts {
					f.contact(c)
				}
				answer := ""
				for _, command := range test.commands {
					if form, raw := strings.CutPrefix(command, "&"); raw {
						answer = f.post(form)
					} else {
						answer = f.send(command)
					}
				}
				return answer
			}
			if got := run(); !fits(got, test.standard) || fits(got, test.changed) {
				t.Errorf("without the dialect\n got %q\nwant %q", got, test.standard)
			}
			if got := run(dialect.Name); !fits(got, test.changed) {
				t.Errorf("with the dialect\n got %q\nwant %q", got, test.changed)
			}
		})
	}
}

func TestDialectNames(t *testing.T) {
	f := start(t)
	err := f.Set("wc-find-missing-fails", "wc-nonsense")
	if err == nil || !strings.Contains(err.Error(), "wc-nonsense") || !strings.Contains(err.Error(), "wc-delete-missing-fails") {
		t.Errorf("error %v", err)
	}
	f.expect(findJane, "")
	f.must(f.Set("wc-find-missing-fails"))
	f.expect(findJane, "FAILURE: No matching record found.")
	f.Unset("wc-find-missing-fails", "wc-nonsense")
	f.expect(findJane, "")
	for _, d := range Dialects() {
		if !strings.HasPrefix(d.Name, "wc-") || d.Question == "" {
			t.Errorf("dialect %+v", d)
		}
	}
	if len(dialectTests) != len(Dialects()) {
		t.Errorf("%d tests for %d dialects", len(dialectTests), len(Dialects()))
	}
}
