package contact

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// reportNote is what is remembered of the report of changed contacts.
type reportNote struct {
	// Since is when it was last asked, in seconds since 1970 by the clock of the
	// service; 0: it has not shown yet that it can be relied on.
	Since int64 `json:"since,omitempty"`
	// Digests are what it has said of each row, in the order of subscriber ids, and
	// zeros where it has said nothing, or does not say when that was.
	Digests []byte `json:"digests,omitempty"`
}

// reportDigest is what the report says of a row.
type reportDigest [8]byte

// reportMargin is by how much more the report is asked for than is needed, on
// both sides. The zone in which it takes dates is not known, and may be 14 hours
// from UTC. whatcounts.md#rpt_sub_by_update_datetime.
const reportMargin = 26 * time.Hour

// reportFrom is a date before all contacts.
var reportFrom = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)

// readReport takes the digests out of the note.
func (s *set) readReport() {
	ids := s.sortedIDs()
	if len(s.note.Report.Digests) != len(ids)*len(reportDigest{}) {
		s.note.Report = reportNote{}
		return
	}
	s.said = make(map[int64]reportDigest, len(ids))
	for i, id := range ids {
		if digest := reportDigest(s.note.Report.Digests[i*len(reportDigest{}):]); digest != (reportDigest{}) {
			s.said[id] = digest
		}
	}
}

// writeReport puts them back.
func (s *set) writeReport() {
	s.note.Report.Digests = nil
	if s.note.Report.Since == 0 {
		return
	}
	ids := s.sortedIDs()
	digests := make([]byte, 0, len(ids)*len(reportDigest{}))
	for _, id := range ids {
		digest := s.said[id]
		digests = append(digests, digest[:]...)
	}
	s.note.Report.Digests = digests
}

func (s *set) sortedIDs() []int64 {
	ids := make([]int64, len(s.rows))
	for i, row := range s.rows {
		ids[i] = row.id
	}
	slices.Sort(ids)
	return ids
}

// serviceTime is what time it is for the service, as far as that is known.
func (r *SetResource) serviceTime() time.Time {
	if now, known := r.services.WhatCounts.ServiceTime(); known {
		return now
	}
	return time.Now()
}

// report is what the report says of the contacts on the set's lists that have
// changed since a time.
func (r *SetResource) report(ctx context.Context, s *set, since time.Time) (map[int64]reportDigest, error) {
	said := make(map[int64]reportDigest, len(s.rows))
	for _, list := range s.lists() {
		rows, err := r.services.WhatCounts.UpdatedBetween(ctx, list, since.Add(-reportMargin), r.serviceTime().Add(reportMargin))
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			// A contact on several lists, or several times on one, has one digest of all
			// that is said of it.
			digest := said[row.SubscriberID]
			if more, err := hex.DecodeString(row.Digest); err == nil && row.Dated {
				for i := range min(len(digest), len(more)) {
					digest[i] = digest[i]*31 + more[i] + byte(list)
				}
			}
			said[row.SubscriberID] = digest
		}
	}
	return said, nil
}

// unchangedSince are the ids of rows of which the report says nothing new since
// the last refresh. It is relied on once it has shown every contact that the
// lists show; until then, and where it fails, every row counts as changed.
func (r *SetResource) unchangedSince(ctx context.Context, s *set, shown listPages) map[int64]bool {
	asked, since := r.serviceTime(), reportFrom
	isRelied := s.note.Report.Since != 0
	if isRelied {
		since = time.Unix(s.note.Report.Since, 0)
	}
	said, err := r.report(ctx, s, since)
	if errors.Is(err, whatcounts.ErrNoReport) {
		s.note.Report, s.said = reportNote{}, nil
	}
	if err != nil {
		return nil
	}
	unchanged := make(map[int64]bool, len(s.rows))
	for _, row := range s.rows {
		now, isSaid := said[row.id]
		unchanged[row.id] = isRelied && (!isSaid || now == s.said[row.id] && now != reportDigest{})
		if !isRelied && !isSaid && (s.note.Imported || shown.has(row.id)) {
			return nil
		}
	}
	s.note.Report.Since, s.said = asked.Unix(), said
	return unchanged
}

// stillShownOn are the set's lists where the refresh has just seen every row on
// their pages, and the report says nothing new since, of a row or of anybody else:
// a contact with another address or name would show there, and so would somebody
// who has taken those of a row. Otherwise the pages have to be read again.
func (r *SetResource) stillShownOn(ctx context.Context, s *set) []int64 {
	if !s.note.isJustSeen(time.Now()) || s.note.Report.Since == 0 {
		return nil
	}
	said, err := r.report(ctx, s, time.Unix(s.note.Report.Since, 0))
	if err != nil {
		return nil
	}
	for id, now := range said {
		if now == (reportDigest{}) || now != s.said[id] {
			return nil
		}
	}
	return s.lists()
}

// rememberReport notes what the report says of rows after they were written, so
// that the next refresh does not take that for a change by others. A report that
// does not show what has just been written is not relied on.
func (r *SetResource) rememberReport(ctx context.Context, s *set, written []int64, began time.Time) {
	if len(written) == 0 {
		return
	}
	if s.note.Report.Since == 0 {
		if len(written) < len(s.rows) {
			return // what others were changed to is not known
		}
		s.note.Report.Since = began.Unix()
	}
	since := time.Unix(s.note.Report.Since, 0)
	said, err := r.report(ctx, s, since)
	if err != nil && !errors.Is(err, whatcounts.ErrNoReport) {
		return // of these rows it will say something new
	}
	if s.said == nil {
		s.said = make(map[int64]reportDigest, len(written))
	}
	for _, id := range written {
		digest, isSaid := said[id]
		if !isSaid {
			s.note.Report, s.said = reportNote{}, nil
			return
		}
		s.said[id] = digest
	}
}
