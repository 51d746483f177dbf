package whatcounts

import "testing"

func TestStaleReads(t *testing.T) {
	f := start(t, "wc-stale-reads")
	const find = "c=find&email=jane@domain.com&exact=1"
	const inList = "c=findinlist&email=jane@domain.com&list_id=5"
	const detail = "c=detail&subscriber_id=1001"
	const noDetail = "FAILURE: Specified subscriber ID 1001 …"

	f.send("c=sub&list_id=5&format=2&data=email,first^jane@domain.com,Jane")
	f.expect(find, "")
	f.expect("c=find&email=john@domain.com&exact=1", "") // not a read of this contact
	f.expect(inList, "")
	f.expect(find, "1001 jane@domain.com Jane\n")
	f.expect(detail, noDetail)
	f.expect(detail, noDetail)
	f.expect(detail, "1001 jane@domain.com Jane \n")

	f.send("c=delete&data=email^jane@domain.com")
	f.expect("c=delete&data=email^jane@domain.com", "SUCCESS: 1 record(s) procesed. 0 users deleted") // writes see the truth
	f.expect(find, "1001 jane@domain.com Jane\n")
	f.expect("c=rpt_subscribers_in_list&list_id=5", "1001 jane@domain.com Jane …")
	f.expect(find, "")
	f.expect(detail, "1001 …")
	f.expect(detail, "1001 …")
	f.expect(detail, noDetail)

	f.expect("c=show_optglobal", "")
	f.expect("c=show_opt&list_id=5", "") // would not show it, so nothing is used up
	f.expect("c=show_optglobal", "")
	f.expect("c=show_optglobal", "jane@domain.com\n")
	f.send("c=sub&list_id=5&format=2&force_sub=1&data=email^jane@domain.com")
	f.expect("c=show_optglobal", "jane@domain.com\n")
	f.expect("c=show_optglobal", "jane@domain.com\n")
	f.expect("c=show_optglobal", "")
}

func TestStaleReadsOfAChangedContact(t *testing.T) {
	f := start(t, "wc-stale-reads")
	jane := f.contact(Contact{Email: "jane@domain.com", First: "Jane"})
	f.expect("c=find&email=jane@domain.com&exact=1", "1001 …") // direct access is not stale
	f.send("c=change&email=jane@domain.com&email_new=jane.doe@domain.com")
	f.expect("c=find&email=jane@domain.com&exact=1", "1001 jane@domain.com Jane\n")
	f.expect("c=find&email=jane.doe@domain.com&exact=1", "")
	f.expect("c=find&email=jane.doe@domain.com&exact=1", "1001 jane.doe@domain.com Jane\n")
	f.expect("c=find&email=jane@domain.com&exact=1", "")
	f.must(f.ChangeContact("plain", jane.ID, func(c *Contact) { c.First = "JD" }))
	f.expect("c=detail&subscriber_id=1001", "1001 jane.doe@domain.com JD \n")
	f.send("c=change&email=jane.doe@domain.com&email_new=jane@domain.com")
	f.must(f.RemoveContact("plain", jane.ID))
	f.expect("c=detail&subscriber_id=1001", "FAILURE: …")
}
