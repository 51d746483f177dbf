package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// setModel is reach_contacts as Terraform holds it.
type setModel struct {
	Contacts             jsontypes.Normalized `tfsdk:"contacts"`
	Subscriptions        types.Set            `tfsdk:"subscriptions"`
	SubscriberIDs        jsontypes.Normalized `tfsdk:"subscriber_ids"`
	ContactCount         types.Int64          `tfsdk:"contact_count"`
	OptedOut             jsontypes.Normalized `tfsdk:"opted_out"`
	SubscriptionDrift    jsontypes.Normalized `tfsdk:"subscription_drift"`
	ForceSub             types.Bool           `tfsdk:"force_sub"`
	OverrideConfirmation types.Bool           `tfsdk:"override_confirmation"`
	DeletionPolicy       types.String         `tfsdk:"deletion_policy"`
	Timeouts             timeouts.Value       `tfsdk:"timeouts"`
}

// set is a version of reach_contacts, in state or planned, with its rows.
type set struct {
	setModel
	rows []setRow
	note setNote
	said map[int64]reportDigest // what the report of changes has last said of rows
}

// setNote is what the provider remembers of a set beside its attributes. The
// note of the whole is that of services; this is what its rows have.
type setNote struct {
	services.Note
	// Rows are the notes of rows that need one, by subscriber id.
	Rows map[int64]services.Note `json:"rows,omitempty"`
	// Forgotten are subscriber ids whose planned end must delete nothing.
	Forgotten []int64 `json:"forgotten,omitempty"`
	// Failed says that the create of the set failed half way.
	Failed bool `json:"failed,omitempty"`
	// Creates is in the plan of a set that is to be added alone. Where that is the
	// second half of a replacement, Terraform hands it to the first.
	Creates bool `json:"creates,omitempty"`
	// TakesOver is in the plan of a set that is to be added alone: the key of the
	// instance in state, whose create failed and whose contacts it takes over.
	TakesOver string `json:"takes_over,omitempty"`
	// Imported says that the set is imported and not read yet.
	Imported bool `json:"imported,omitempty"`
	// Seen is when list pages have last shown every row as it is in state, in
	// seconds since 1970; 0 where they have not.
	Seen int64 `json:"seen,omitempty"`
	// Report is what the update report has last said.
	Report reportNote `json:"report,omitzero"`
}

// setNoteKey is where private state keeps what of a setNote is not the whole's.
const setNoteKey = "set"

func readSetNote(ctx context.Context, private services.PrivateReader) (setNote, diag.Diagnostics) {
	var note setNote
	value, problems := private.GetKey(ctx, setNoteKey)
	if len(value) > 0 {
		if err := json.Unmarshal(value, &note); err != nil {
			problems.AddError(summarySetNotRead, fmt.Sprintf("The note %q in private state is not what the provider wrote: %s.", setNoteKey, err))
		}
	}
	whole, more := services.ReadNote(ctx, private)
	problems.Append(more...)
	note.Note = whole
	return note, problems
}

// seenFor is how long after a refresh its list pages stand in for a look right
// before a delete. It covers an apply that follows the plan at once, and no time
// for a person to approve.
const seenFor = 15 * time.Second

// isJustSeen reports whether list pages have shown every row as it is in state
// shortly before now.
func (n setNote) isJustSeen(now time.Time) bool {
	return n.Seen != 0 && now.Sub(time.Unix(n.Seen, 0)).Abs() < seenFor
}

func (n setNote) write(ctx context.Context, private services.PrivateState) diag.Diagnostics {
	problems := n.Note.Write(ctx, private)
	n.Note = services.Note{}
	value, err := json.Marshal(n)
	if err != nil {
		problems.AddError(summarySetNotRead, err.Error())
		return problems
	}
	if stored, _ := private.GetKey(ctx, setNoteKey); string(value) == "{}" && len(stored) == 0 {
		return problems
	}
	problems.Append(private.SetKey(ctx, setNoteKey, value)...)
	return problems
}

// readSet is a set in state, with its note.
func readSet(ctx context.Context, from getter, private services.PrivateReader) (*set, diag.Diagnostics) {
	s := &set{}
	problems := from.Get(ctx, &s.setModel)
	note, more := readSetNote(ctx, private)
	problems.Append(more...)
	s.note = note
	if problems.HasError() {
		return s, problems
	}
	var wrong setProblems
	s.rows, wrong = parseRows(s.Contacts.ValueString())
	services.RaiseMemoryLimit(len(s.rows))
	ids, optedOut, drift := map[string]int64{}, map[string][]int64{}, map[string]map[int64]string{}
	for _, part := range []struct {
		from jsontypes.Normalized
		into any
	}{{s.SubscriberIDs, &ids}, {s.OptedOut, &optedOut}, {s.SubscriptionDrift, &drift}} {
		if part.from.ValueString() == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.from.ValueString()), part.into); err != nil {
			wrong.add("%v", err)
		}
	}
	for i := range s.rows {
		row := &s.rows[i]
		row.id, row.optedOut, row.drift = ids[row.key], optedOut[row.key], drift[row.key]
		row.note = s.note.Rows[row.id]
		if row.id == 0 {
			wrong.add("%q has no subscriber id", row.key)
		}
	}
	s.readReport()
	if !wrong.none() {
		problems.AddError(summarySetNotRead, "The state is not what the provider wrote:"+wrong.String())
	}
	return s, problems
}

// readPlannedSet is a set in a plan, as far as it is known.
func readPlannedSet(ctx context.Context, from, configuration getter) (s *set, problems diag.Diagnostics) {
	s = &set{}
	var config setModel
	problems = from.Get(ctx, &s.setModel)
	problems.Append(configuration.Get(ctx, &config)...)
	if problems.HasError() {
		return s, problems
	}
	s.Subscriptions = filledFormats(s.Subscriptions, config.Subscriptions)
	if s.Contacts.IsUnknown() {
		return s, problems
	}
	var wrong setProblems
	s.rows, wrong = parseRows(s.Contacts.ValueString())
	services.RaiseMemoryLimit(len(s.rows))
	checkRows(s.rows, &wrong)
	problems.Append(wrong.diagnostics()...)
	return s, problems
}

// filledFormats are planned subscriptions with the default format where the
// configuration has none.
func filledFormats(planned, config types.Set) types.Set {
	m := contactModel{Subscriptions: planned}
	m.fillFormats(contactModel{Subscriptions: config})
	return m.Subscriptions
}

// compute fills in what is computed, from the rows.
func (s *set) compute() {
	ids, optedOut, drift := map[string]int64{}, map[string][]int64{}, map[string]map[int64]string{}
	s.note.Rows = nil
	for i := range s.rows {
		row := &s.rows[i]
		ids[row.key] = row.id
		if len(row.optedOut) > 0 {
			optedOut[row.key] = row.optedOut
		}
		if len(row.drift) > 0 {
			drift[row.key] = row.drift
		}
		if note, err := json.Marshal(row.note); err != nil || string(note) != "{}" {
			if s.note.Rows == nil {
				s.note.Rows = map[int64]services.Note{}
			}
			s.note.Rows[row.id] = row.note
		}
	}
	s.SubscriberIDs, s.OptedOut, s.SubscriptionDrift = asJSON(ids), asJSON(optedOut), asJSON(drift)
	s.ContactCount = types.Int64Value(int64(len(s.rows)))
}

func asJSON(value any) jsontypes.Normalized {
	text, _ := json.Marshal(value) // maps of numbers and texts can be encoded
	return jsontypes.NewNormalizedValue(string(text))
}

// write keeps the set with what is computed of it.
func (s *set) write(ctx context.Context, to setter, private services.PrivateState) diag.Diagnostics {
	s.compute()
	s.writeReport()
	problems := to.Set(ctx, s.setModel)
	problems.Append(s.note.write(ctx, private)...)
	return problems
}

// contact is a row as reach_contact would hold it.
func (s *set) contact(row setRow) model {
	m := model{contactModel: row.contact(), OptedOut: listSet(row.optedOut), DeletionPolicy: s.DeletionPolicy}
	m.Subscriptions = s.subscriptionsOf(row)
	return m
}

// subscriptionsOf are those of the set's subscriptions that a row has, and those
// that its recipient has given up.
func (s *set) subscriptionsOf(row setRow) types.Set {
	if len(row.drift) == 0 {
		return s.Subscriptions
	}
	subscriptions, _ := readSubscriptions(s.Subscriptions)
	left := subscriptions[:0]
	for _, of := range subscriptions {
		switch is := row.drift[of.ListID.ValueInt64()]; is {
		case driftNone:
			continue
		case "":
		default:
			of.Format = types.StringValue(is)
		}
		left = append(left, of)
	}
	return subscriptionsOf(left)
}

// take puts into a row what a contact has, and reports whether that changes what
// its columns say.
func (s *set) take(row *setRow, m model, note services.Note) (changed bool) {
	changed = row.take(m.contactModel)
	row.id, row.note, row.optedOut, row.drift = m.SubscriberID.ValueInt64(), note, lists(m.OptedOut), nil
	row.note.Written = 0 // it is the whole set's
	has, _ := readSubscriptions(m.Subscriptions)
	wanted, _ := readSubscriptions(s.Subscriptions)
	for _, of := range wanted {
		list, is := of.ListID.ValueInt64(), driftNone
		if slices.Contains(row.optedOut, list) {
			continue
		}
		if i := slices.IndexFunc(has, func(h subscriptionModel) bool { return h.ListID.Equal(of.ListID) }); i >= 0 {
			is = has[i].Format.ValueString()
		}
		if is == of.Format.ValueString() {
			continue
		}
		if row.drift == nil {
			row.drift = map[int64]string{}
		}
		row.drift[list] = is
	}
	return changed
}

// lists are the ids of the set's lists.
func (s *set) lists() []int64 {
	return model{contactModel: contactModel{Subscriptions: s.Subscriptions}}.lists()
}

func (s *set) policy() deletion.Policy { return deletion.Policy(s.DeletionPolicy.ValueString()) }

// noteOf is the note of a row, with what is the whole set's.
func (s *set) noteOf(row setRow) services.Note {
	note := row.note
	note.Written = s.note.Written
	return note
}

// managed is what is managed of a row.
func (s *set) managed(row setRow) whatcounts.Managed {
	return s.contact(row).managed(row.note)
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

// idSet are ids to look up.
func idSet(ids []int64) map[int64]bool {
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
