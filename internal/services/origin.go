package services

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// SummaryElsewhere heads the refusal of a record that was last seen in another
// place than the one that the provider is configured for.
const SummaryElsewhere = "Record of another environment"

// Origin is a place that records are in: a 7G environment, or a realm at an
// address of WhatCounts. Each counts its records anew, so that an id may be
// somebody else's in another one.
type Origin struct {
	Endpoint string // the address of the service
	Realm    string // the realm there; empty for 7G
	Settings string // the attributes that say which it is, with their variables
}

// Mark writes the place into a note.
func (o Origin) Mark(note *Note) { note.Origin, note.Realm = o.Endpoint, o.Realm }

// String is the place as words in a sentence.
func (o Origin) String() string {
	switch {
	case o.Realm == "":
		return o.Endpoint
	case o.Endpoint == "":
		return "the realm " + o.Realm
	}
	return "the realm " + o.Realm + " at " + o.Endpoint
}

// originOf is the place in a note. Older notes of contacts hold the name of the
// realm alone.
func (o Origin) originOf(note Note) Origin {
	if o.Realm != "" && note.Realm == "" {
		return Origin{Realm: note.Origin}
	}
	return Origin{Endpoint: note.Origin, Realm: note.Realm}
}

// Refuse refuses a record that was last seen in another place: before it is
// read, changed or deleted. A note that names no address, or no place at all,
// is taken at the word that it has.
func (o Origin) Refuse(note Note, record deletion.Record) diag.Diagnostics {
	return o.RefuseAs(note, record, "reach_"+record.Kind, strconv.FormatInt(record.ID, 10))
}

// RefuseAs is Refuse for a record that is imported as part of a resource of another
// type.
func (o Origin) RefuseAs(note Note, record deletion.Record, resourceType, importID string) diag.Diagnostics {
	last := o.originOf(note)
	if note.Origin == "" || last.Realm == o.Realm && (last.Endpoint == "" || httpclient.SameEndpoint(last.Endpoint, o.Endpoint)) {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(SummaryElsewhere, fmt.Sprintf(
		"The %s was last seen in %s, and the provider is configured for %s, where its id may be another person's. Nothing was read, changed or deleted.\n\n"+
			"Set %s back. If the service has moved, and the record with it: run terraform state rm on the resource, add this block, and apply if terraform plan shows the same record:\n\n%s",
		record, last, o, o.Settings, diagnostic.ImportBlock(resourceType, importID)))}
}
