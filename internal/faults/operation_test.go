package faults

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// The services, as the guide calls them.
const (
	sevenG     = "7G"
	whatCounts = "WhatCounts"
)

// operation is a column of the table: something that the provider does for a
// user, and the request in it that changes something or asks for it.
type operation struct {
	name    string
	service string
	command string   // the request that the fault meets
	names   []string // further names of the command, tried when it is refused
	looks   []string // the requests that tell what became of it; none for a read
	summary string   // of its errors

	setUp func(*trial) // what is there before, made without a fault
	run   func(*trial) []*tfprotov6.Diagnostic
	done  func(*trial) bool // whether the service, or the answer of a read, is as asked
	left  int               // how many records there are when it is done
}

func (o *operation) writes() bool { return o.looks != nil }

// The operations that are about tokens alone.
const (
	login   = "login"
	renewal = "renewal of the token"
)

const (
	communicationType = "reach_communication"
	contactType       = "reach_contact"
)

func billing(value, externalID string) map[string]any {
	config := map[string]any{"type": "email", "value": value, "owner": map[string]any{"type": "biz_entity", "id": 42}}
	if externalID != "" {
		config["external_id"] = externalID
	}
	return config
}

func jane(email string, changes map[string]any) map[string]any {
	config := map[string]any{"email": email, "first_name": "Jane", "subscriptions": []any{map[string]any{"list_id": 5}}}
	for name, value := range changes {
		config[name] = value
	}
	return config
}

const (
	value, otherValue     = "billing@example.com", "accounts@example.com"
	address, otherAddress = "jane@example.com", "jane.doe@example.com"
)

// change is a run that plans and applies.
func change(typeName string, config map[string]any) func(*trial) []*tfprotov6.Diagnostic {
	return func(x *trial) []*tfprotov6.Diagnostic {
		if !x.state.Value.IsNull() || config == nil {
			return x.apply(typeName, config)
		}
		x.state = x.server.None(typeName)
		return x.apply(typeName, config)
	}
}

// given is a set-up that makes a resource.
func given(typeName string, config map[string]any) func(*trial) {
	return func(x *trial) {
		x.state = x.server.None(typeName)
		acctest.NoErrors(x.t, x.apply(typeName, config))
	}
}

func nothing(typeName string) func(*trial) {
	return func(x *trial) { x.state = x.server.None(typeName) }
}

func refresh(typeName string) func(*trial) []*tfprotov6.Diagnostic {
	return func(x *trial) []*tfprotov6.Diagnostic {
		state, diagnostics := x.server.Refresh(typeName, x.state)
		x.state = state
		return diagnostics
	}
}

// holdsCommunication is whether 7G holds this value, and nothing else.
func holdsCommunication(value string) func(*trial) bool {
	return func(x *trial) bool {
		held := x.sim.SevenG.Communications()
		return len(held) == 1 && held[0].Name == value
	}
}

func holdsContact(email, last string, lists int) func(*trial) bool {
	return func(x *trial) bool {
		held := x.sim.WhatCounts.Contacts(acctest.Realm)
		return len(held) == 1 && held[0].Email == email && held[0].Fields["last"] == last && len(held[0].Subscriptions) == lists
	}
}

func holdsNothing(x *trial) bool { return x.records() == 0 }

// keepsState is whether a read left the resource in state as it was.
func keepsState(x *trial) bool { return x.state.Value.Equal(x.before.Value) }

func operations() []*operation {
	looks7G := []string{"GET /communication", "GET /bizentity"}
	looksWC := []string{"find", "detail"}
	deleting := func(policy string) map[string]any { return jane(address, map[string]any{"deletion_policy": policy}) }
	return []*operation{
		{
			name: "create", service: sevenG, command: "POST /communication", looks: looks7G, summary: communication.SummaryNotCreated,
			setUp: nothing(communicationType), run: change(communicationType, billing(value, "EMAIL-001")), done: holdsCommunication(value), left: 1,
		},
		{
			name: "create without `external_id`", service: sevenG, command: "POST /communication", looks: looks7G, summary: communication.SummaryNotCreated,
			setUp: nothing(communicationType), run: change(communicationType, billing(value, "")), done: holdsCommunication(value), left: 1,
		},
		{
			name: "read", service: sevenG, command: "GET /communication", summary: communication.SummaryNotRead,
			setUp: given(communicationType, billing(value, "EMAIL-001")), run: refresh(communicationType), done: keepsState, left: 1,
		},
		{
			name: "update", service: sevenG, command: "PUT /communication", looks: looks7G, summary: communication.SummaryNotUpdated,
			setUp: given(communicationType, billing(value, "EMAIL-001")), run: change(communicationType, billing(otherValue, "EMAIL-001")), done: holdsCommunication(otherValue), left: 1,
		},
		{
			name: "delete", service: sevenG, command: "DELETE /communication", looks: looks7G, summary: communication.SummaryNotDeleted,
			setUp: given(communicationType, billing(value, "EMAIL-001")), run: change(communicationType, nil), done: holdsNothing,
		},
		{
			name: "list of an owner", service: sevenG, command: "GET /bizentity", summary: communication.SummaryNotRead,
			setUp: given(communicationType, billing(value, "EMAIL-001")), left: 1,
			run: func(x *trial) []*tfprotov6.Diagnostic {
				return x.look("reach_communications", map[string]any{"owner": map[string]any{"type": "biz_entity", "id": 42}})
			},
			done: func(x *trial) bool { return x.answer != nil && len(x.answer["communications"].([]any)) == 1 },
		},
		{
			name: login, service: sevenG, command: "POST /user/login", summary: communication.SummaryNotRead,
			setUp: func(x *trial) {
				given(communicationType, billing(value, "EMAIL-001"))(x)
				x.restart() // what was logged in is another process
			},
			run: refresh(communicationType), done: keepsState, left: 1,
		},
		{
			name: renewal, service: sevenG, command: "POST /user/refreshtoken", summary: communication.SummaryNotRead,
			setUp: func(x *trial) {
				given(communicationType, billing(value, "EMAIL-001"))(x)
				x.sim.SevenG.RevokeAccessTokens()
			},
			run: refresh(communicationType), done: keepsState, left: 1,
		},
		{
			name: "create", service: whatCounts, command: "sub", looks: looksWC, summary: contact.SummaryNotCreated,
			setUp: nothing(contactType), run: change(contactType, jane(address, nil)), done: holdsContact(address, "", 1), left: 1,
		},
		{
			name: "read", service: whatCounts, command: "detail", summary: contact.SummaryNotRead,
			setUp: given(contactType, jane(address, nil)), run: refresh(contactType), done: keepsState, left: 1,
		},
		{
			name: "update", service: whatCounts, command: "update", looks: looksWC, summary: contact.SummaryNotUpdated,
			setUp: given(contactType, jane(address, nil)), run: change(contactType, jane(address, map[string]any{"last_name": "Doe"})), done: holdsContact(address, "Doe", 1), left: 1,
		},
		{
			name: "change of address", service: whatCounts, command: "change", looks: looksWC, summary: contact.SummaryNotUpdated,
			setUp: given(contactType, jane(address, nil)), run: change(contactType, jane(otherAddress, nil)), done: holdsContact(otherAddress, "", 1), left: 1,
		},
		{
			name: "delete", service: whatCounts, command: "delete", looks: looksWC, summary: contact.SummaryNotDeleted,
			setUp: given(contactType, deleting("delete")), run: change(contactType, nil), done: holdsNothing,
		},
		{
			name: "`delete_without_optout`", service: whatCounts, command: "deletesubid", names: []string{"deletebyid"}, looks: looksWC, summary: contact.SummaryNotDeleted,
			setUp: given(contactType, deleting("delete_without_optout")), run: change(contactType, nil), done: holdsNothing,
		},
		{
			name: "`unsubscribe`", service: whatCounts, command: "unsub", looks: looksWC, summary: contact.SummaryNotDeleted,
			setUp: given(contactType, deleting("unsubscribe")), run: change(contactType, nil), done: holdsContact(address, "", 0), left: 1,
		},
		{
			name: "opt-out query", service: whatCounts, command: "show_optglobal", summary: contact.SummaryOptoutsNotRead,
			setUp: func(x *trial) {
				if err := x.sim.WhatCounts.OptOut(acctest.Realm, address, 0); err != nil {
					x.t.Fatal(err)
				}
			},
			run: func(x *trial) []*tfprotov6.Diagnostic {
				return x.look("reach_optout", map[string]any{"email": address})
			},
			done: func(x *trial) bool { return x.answer != nil && x.answer["opted_out"] == true },
		},
	}
}
