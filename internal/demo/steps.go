package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/contact"
)

//go:embed configuration/*.tf
var configurations embed.FS

// realm is the simulator's realm that the demo works in.
const realm = "demo"

// steps are the steps, in order. Each announces, acts, and checks.
var steps = []func(context.Context, *demo) error{create, change, destroy, optout, addAgain, addByForce, cleanUp}

func create(ctx context.Context, d *demo) error {
	heading("1. Two records begin")
	say("An e-mail address of an entity in 7G, and a contact in WhatCounts.")
	if err := d.configure("1-create.tf"); err != nil {
		return err
	}
	if output, err := d.terminal.command(ctx, "init -input=false").CombinedOutput(); err != nil {
		return fmt.Errorf("terraform init: %w\n%s", err, output)
	}
	if _, err := d.terraform(ctx, "apply -auto-approve -input=false"); err != nil {
		return err
	}
	records, contacts := d.simulator.SevenG.Communications(), d.simulator.WhatCounts.Contacts(realm)
	if len(records) != 1 || records[0].Name != "billing@example.com" || len(contacts) != 1 || contacts[0].Email != "jane@example.com" || contacts[0].Custom["plan"] != "gold" {
		return d.differs("one communication billing@example.com and one contact jane@example.com on the plan gold")
	}
	confirm("7G holds communication %d, WhatCounts holds subscriber %d.", records[0].ID, contacts[0].ID)
	return d.nothingToDo(ctx)
}

func change(ctx context.Context, d *demo) error {
	heading("2. They change, in place")
	say("Another value and another owner in 7G; another last name and a second list in WhatCounts.")
	before, contactBefore := d.simulator.SevenG.Communications()[0], d.simulator.WhatCounts.Contacts(realm)[0]
	if err := d.configure("2-change.tf"); err != nil {
		return err
	}
	if _, err := d.terraform(ctx, "apply -auto-approve -input=false"); err != nil {
		return err
	}
	record, found := d.simulator.SevenG.Communication(before.ID)
	if !found || record.Name != "accounts@example.com" || record.Owner.Kind != "person" {
		return d.differs("communication %d with the value accounts@example.com, owned by a person", before.ID)
	}
	changed, found := d.simulator.WhatCounts.Contact(realm, contactBefore.ID)
	if !found || changed.Fields["last"] != "Miller" || len(changed.Subscriptions) != 2 {
		return d.differs("subscriber %d with the last name Miller and two subscriptions", contactBefore.ID)
	}
	confirm("The same two records, changed: nothing was deleted and made anew.")
	return d.nothingToDo(ctx)
}

func destroy(ctx context.Context, d *demo) error {
	heading("3. They end, and the plan says what that means")
	printed, err := d.terraform(ctx, "plan -destroy -out=end.tfplan -input=false")
	if err != nil {
		return err
	}
	if !strings.Contains(printed, contact.SummaryLeavesOptout) {
		return fmt.Errorf("the plan did not warn: %s", contact.SummaryLeavesOptout)
	}
	if len(d.simulator.SevenG.Communications()) != 1 || len(d.simulator.WhatCounts.Contacts(realm)) != 1 {
		return d.differs("both records still, since this was only a plan")
	}
	confirm("Nothing has happened yet. Now it does.")
	if _, err := d.terraform(ctx, "apply -input=false end.tfplan"); err != nil {
		return err
	}
	if len(d.simulator.SevenG.Communications()) != 0 || len(d.simulator.WhatCounts.Contacts(realm)) != 0 {
		return d.differs("no communication and no contact")
	}
	confirm("Both services have really deleted their record.")
	return nil
}

func optout(ctx context.Context, d *demo) error {
	heading("4. What stays behind")
	say("WhatCounts has recorded a Global Optout of the address. Nothing takes it back.")
	if err := d.configure("3-optout.tf"); err != nil {
		return err
	}
	if _, err := d.terraform(ctx, "apply -auto-approve -input=false"); err != nil {
		return err
	}
	optedOut, err := d.terminal.command(ctx, "output -json jane_has_opted_out").Output()
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(optedOut)) != "true" || len(d.simulator.WhatCounts.Optouts(realm)) != 1 {
		return d.differs("one Global Optout, seen by the data source")
	}
	confirm("The data source sees the opt-out that WhatCounts holds.")
	return nil
}

func addAgain(ctx context.Context, d *demo) error {
	heading("5. Adding the contact again is refused")
	say("An ordinary create does not pass an opt-out, and says so instead of reporting success.")
	if err := d.configure("4-add-again.tf"); err != nil {
		return err
	}
	printed, err := d.terraform(ctx, "apply -auto-approve -input=false")
	if err == nil {
		return errors.New("the contact was added, and its address has opted out")
	}
	if !strings.Contains(printed, contact.SummaryOptedOut) || !strings.Contains(printed, "force_sub = true") {
		return fmt.Errorf("the refusal names neither %q nor force_sub = true", contact.SummaryOptedOut)
	}
	if len(d.simulator.WhatCounts.Contacts(realm)) != 0 {
		return d.differs("no contact")
	}
	confirm("Nothing was added, and the error says what to do.")
	return nil
}

func addByForce(ctx context.Context, d *demo) error {
	heading("6. With force_sub = true it succeeds")
	if err := d.configure("5-add-by-force.tf"); err != nil {
		return err
	}
	if _, err := d.terraform(ctx, "apply -auto-approve -input=false"); err != nil {
		return err
	}
	contacts := d.simulator.WhatCounts.Contacts(realm)
	if len(contacts) != 1 || len(contacts[0].Subscriptions) != 1 {
		return d.differs("one contact with one subscription")
	}
	confirm("The contact is back, as subscriber %d: a new record, not the old one.", contacts[0].ID)
	return nil
}

func cleanUp(ctx context.Context, d *demo) error {
	heading("7. A test environment cleans up without a trace")
	say("deletion_policy = \"delete_without_optout\" deletes by subscriber id and leaves no opt-out.")
	before := len(d.simulator.WhatCounts.Optouts(realm))
	if _, err := d.terraform(ctx, "apply -destroy -auto-approve -input=false"); err != nil {
		return err
	}
	if len(d.simulator.WhatCounts.Contacts(realm)) != 0 || len(d.simulator.WhatCounts.Optouts(realm)) != before {
		return d.differs("no contact, and no opt-out more than before")
	}
	confirm("The contact is gone, and its address may be used again.")
	return nil
}

// nothingToDo checks that a second plan finds no difference, for which it would
// exit with 2.
func (d *demo) nothingToDo(ctx context.Context) error {
	if _, err := d.terraform(ctx, "plan -detailed-exitcode -input=false"); err != nil {
		return fmt.Errorf("a second plan should find nothing to do: %w", err)
	}
	confirm("A second plan finds nothing to do.")
	return nil
}

// differs is the end of a demo whose services hold something else than what
// it announced.
func (d *demo) differs(format string, arguments ...any) error {
	return fmt.Errorf("the services were to hold %s, and they hold:\n%s", fmt.Sprintf(format, arguments...), d.simulator.Dump())
}
