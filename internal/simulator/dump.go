package simulator

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Dump is the text of WriteDump.
func (s *Simulator) Dump() string {
	var text strings.Builder
	// A Builder takes everything.
	_ = s.WriteDump(&text)
	return text.String()
}

// WriteDump prints every record of both services as aligned tables for people
// to read. It prints no passwords.
func (s *Simulator) WriteDump(to io.Writer) error {
	var text bytes.Buffer
	dumpSevenG(&text, s.SevenG.Snapshot())
	for _, realm := range s.WhatCounts.Snapshot().Realms {
		dumpRealm(&text, realm)
	}
	_, err := to.Write(text.Bytes())
	return err
}

func dumpSevenG(to *bytes.Buffer, state seveng.Snapshot) {
	types := map[int64]string{}
	for _, t := range state.Types {
		types[t.ID] = t.Name
	}
	count := map[seveng.OwnerKey]int{}
	var communications [][]string
	for _, c := range state.Communications {
		count[c.Owner]++
		communications = append(communications, []string{
			number(c.ID), c.ExternalID, types[c.TypeID], c.Name, fmt.Sprintf("%s %d", c.Owner.Kind, c.Owner.ID),
		})
	}
	var owners [][]string
	for _, o := range state.Owners {
		owners = append(owners, []string{string(o.Kind), number(o.ID), o.ExternalID, o.Name, strconv.Itoa(count[o.Key()])})
	}
	table(to, "7G: owners", []string{"KIND", "ID", "EXTERNAL ID", "NAME", "COMMUNICATIONS"}, owners)
	table(to, "7G: communications", []string{"ID", "EXTERNAL ID", "TYPE", "VALUE", "OWNER"}, communications)
}

func dumpRealm(to *bytes.Buffer, state whatcounts.RealmSnapshot) {
	title := "WhatCounts, realm " + state.Realm.Name + ": "
	count := map[int64]int{}
	var contacts [][]string
	for _, c := range state.Contacts {
		var lists []string
		for _, subscription := range c.Subscriptions {
			count[subscription.ListID]++
			lists = append(lists, fmt.Sprintf("%d (%s)", subscription.ListID, page.FormatName(subscription.Format)))
		}
		contacts = append(contacts, []string{
			number(c.ID), c.Email, c.First, c.CustomerKey, strings.Join(lists, ", "), pairs(c.Fields, ""), pairs(c.Custom, "custom_"),
		})
	}
	var lists, pending, optouts, rows [][]string
	for _, l := range state.Realm.Lists {
		confirmation := "no"
		if l.Confirmation {
			confirmation = "yes"
		}
		lists = append(lists, []string{number(l.ID), l.Name, confirmation, strconv.Itoa(count[l.ID])})
	}
	for _, p := range state.Pending {
		pending = append(pending, []string{number(p.ContactID), number(p.ListID), page.FormatName(p.Format)})
	}
	for _, o := range state.Optouts {
		list := "global"
		if o.ListID != 0 {
			list = number(o.ListID)
		}
		optouts = append(optouts, []string{o.Email, o.CustomerKey, list, o.Origin, o.Time.Format(time.DateTime)})
	}
	for _, r := range state.Rows {
		rows = append(rows, []string{r.Table, number(r.ContactID), pairs(r.Values, "")})
	}
	table(to, title+"lists", []string{"ID", "NAME", "CONFIRMATION", "CONTACTS"}, lists)
	table(to, title+"contacts", []string{"ID", "EMAIL", "FIRST", "CUSTOMER KEY", "LISTS", "FIELDS", "CUSTOM FIELDS"}, contacts)
	table(to, title+"opt-outs", []string{"EMAIL", "CUSTOMER KEY", "LIST", "ORIGIN", "TIME (UTC)"}, optouts)
	if len(pending) > 0 {
		table(to, title+"waiting for confirmation", []string{"CONTACT", "LIST", "FORMAT"}, pending)
	}
	if len(rows) > 0 {
		table(to, title+"relational rows", []string{"TABLE", "CONTACT", "VALUES"}, rows)
	}
}

// table prints one table under a title; without rows it says so.
func table(to *bytes.Buffer, title string, columns []string, rows [][]string) {
	fmt.Fprintf(to, "%s\n", title)
	if len(rows) == 0 {
		fmt.Fprint(to, "  none\n\n")
		return
	}
	aligned := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{columns}, rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cell == "" {
				cell = "-"
			}
			cells[i] = printable(cell)
		}
		fmt.Fprintf(aligned, "  %s\n", strings.Join(cells, "\t"))
	}
	// The buffer underneath takes everything.
	_ = aligned.Flush()
	fmt.Fprintln(to)
}

// printable keeps control characters of a value from breaking the table, or
// from reaching the terminal.
func printable(cell string) string {
	quoted := strconv.Quote(cell)
	if quoted == `"`+cell+`"` {
		return cell
	}
	return quoted
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

func pairs(values map[string]string, prefix string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, prefix+name+"="+values[name])
	}
	return strings.Join(list, ", ")
}
