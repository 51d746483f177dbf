package simulator

import (
	"bytes"
	"cmp"
	"fmt"
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

// Dump is every record of both services as aligned tables for people to read.
// It shows no passwords.
func (s *Simulator) Dump() string {
	var text bytes.Buffer
	dumpSevenG(&text, s.SevenG.Snapshot())
	for _, realm := range s.WhatCounts.Snapshot().Realms {
		dumpRealm(&text, realm)
	}
	return text.String()
}

func dumpSevenG(to *bytes.Buffer, state seveng.Snapshot) {
	types := map[int64]string{}
	for _, t := range state.Types {
		types[t.ID] = t.Name
	}
	owners := table{{"KIND", "ID", "EXTERNAL ID", "NAME", "COMMUNICATIONS"}}
	communications := table{{"ID", "EXTERNAL ID", "TYPE", "VALUE", "OWNER"}}
	count := map[seveng.OwnerKey]int{}
	for _, c := range state.Communications {
		count[c.Owner]++
		communications.add(c.ID, c.ExternalID, types[c.TypeID], c.Name, fmt.Sprintf("%s %d", c.Owner.Kind, c.Owner.ID))
	}
	for _, o := range state.Owners {
		owners.add(o.Kind, o.ID, o.ExternalID, o.Name, count[o.Key()])
	}
	owners.print(to, "7G: owners")
	communications.print(to, "7G: communications")
}

func dumpRealm(to *bytes.Buffer, state whatcounts.RealmSnapshot) {
	lists := table{{"ID", "NAME", "CONFIRMATION", "CONTACTS"}}
	contacts := table{{"ID", "EMAIL", "FIRST", "CUSTOMER KEY", "LISTS", "FIELDS", "CUSTOM FIELDS"}}
	optouts := table{{"EMAIL", "CUSTOMER KEY", "LIST", "ORIGIN", "TIME (UTC)"}}
	pending := table{{"CONTACT", "LIST", "FORMAT"}}
	rows := table{{"TABLE", "CONTACT", "VALUES"}}
	count := map[int64]int{}
	for _, c := range state.Contacts {
		var on []string
		for _, subscription := range c.Subscriptions {
			count[subscription.ListID]++
			on = append(on, fmt.Sprintf("%d (%s)", subscription.ListID, page.FormatName(subscription.Format)))
		}
		contacts.add(c.ID, c.Email, c.First, c.CustomerKey, strings.Join(on, ", "), pairs(c.Fields, ""), pairs(c.Custom, "custom_"))
	}
	for _, l := range state.Realm.Lists {
		lists.add(l.ID, l.Name, map[bool]string{true: "yes", false: "no"}[l.Confirmation], count[l.ID])
	}
	for _, o := range state.Optouts {
		list := "global"
		if o.ListID != 0 {
			list = strconv.FormatInt(o.ListID, 10)
		}
		optouts.add(o.Email, o.CustomerKey, list, o.Origin, o.Time.Format(time.DateTime))
	}
	for _, p := range state.Pending {
		pending.add(p.ContactID, p.ListID, page.FormatName(p.Format))
	}
	for _, r := range state.Rows {
		rows.add(r.Table, r.ContactID, pairs(r.Values, ""))
	}
	title := "WhatCounts, realm " + state.Realm.Name + ": "
	lists.print(to, title+"lists")
	contacts.print(to, title+"contacts")
	optouts.print(to, title+"opt-outs")
	if len(pending) > 1 {
		pending.print(to, title+"waiting for confirmation")
	}
	if len(rows) > 1 {
		rows.print(to, title+"relational rows")
	}
}

// table is cells by row, the first of which names the columns.
type table [][]string

func (t *table) add(cells ...any) {
	var row []string
	for _, cell := range cells {
		row = append(row, printable(cmp.Or(fmt.Sprint(cell), "-")))
	}
	*t = append(*t, row)
}

// print prints a table under a title; without rows it says so.
func (t table) print(to *bytes.Buffer, title string) {
	fmt.Fprintf(to, "%s\n", title)
	if len(t) == 1 {
		fmt.Fprint(to, "  none\n\n")
		return
	}
	aligned := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range t {
		fmt.Fprintf(aligned, "  %s\n", strings.Join(row, "\t"))
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

func pairs(values map[string]string, prefix string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, prefix+name+"="+values[name])
	}
	return strings.Join(list, ", ")
}
