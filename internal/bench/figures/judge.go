package figures

import (
	"fmt"
	"math"
)

// roundTrips are the requests of one record that have to wait for each other,
// at the least: a contact is looked for, subscribed and looked up; what is
// destroyed is read for the plan, read again, and deleted. Of a contact the
// answer to that proves nothing, so that its end is looked for. Rows are looked
// for one by one before they are added, and by the page afterwards.
var roundTrips = map[Kind]map[Step]float64{
	Communication: {Apply: 1, Plan: 1, Destroy: 3},
	Contact:       {Apply: 3, Plan: 1, Destroy: 4},
	Row:           {Apply: 1, Plan: 1.0 / rowsOnPage, Change: 1.0 / rowsOnPage, Destroy: 3.0 / rowsOnPage},
}

// rowsOnPage is how many contacts of a list one request shows, which stands in
// for a look at each row.
const rowsOnPage = 249

// Network is how long the requests of a step take when nothing but latency
// counts, in seconds.
func Network(c Case, step Step) float64 {
	return roundTrips[c.Kind][step] * float64(c.Records) * float64(c.Latency) / 1000 / float64(c.Parallelism)
}

// Ideal is the floor of a step with its network, in seconds, and 0 where no
// floor was measured.
func (r *Results) Ideal(c Case, step Step) float64 {
	floor := r.Find(c, Floor, step)
	if floor == nil {
		return 0
	}
	return Median(floor.Wall) + Network(c, step)
}

// Ratio is how many times the ideal a lane takes for a step, and 0 where that
// is not known.
func (r *Results) Ratio(c Case, lane Lane, step Step) float64 {
	m, ideal := r.Find(c, lane, step), r.Ideal(c, step)
	if m == nil || ideal == 0 {
		return 0
	}
	return Median(m.Wall) / ideal
}

// Judgement is one figure against its limit.
type Judgement struct {
	Name  string
	Value float64
	Limit float64
	Unit  string // behind the value; may be empty
}

// Passed reports whether the figure keeps to its limit.
func (j Judgement) Passed() bool { return j.Value <= j.Limit }

// The case that is judged.
const (
	judgedRecords     = 500
	judgedRows        = 10_000
	judgedLatency     = 50
	judgedParallelism = 10
	wideParallelism   = 100
)

var ratioLimits = map[Kind]map[Step]float64{
	Communication: {Apply: 1.25, Plan: 1.25, Destroy: 1.25},
	Contact:       {Apply: 1.3, Plan: 1.25, Destroy: 1.3},
}

// JudgedCase is the case whose times are judged.
func JudgedCase(kind Kind) Case {
	records := judgedRecords
	if kind == Row {
		records = judgedRows
	}
	return Case{Kind: kind, Records: records, Latency: judgedLatency, Parallelism: judgedParallelism}
}

// MostRows is the case of as many rows as one resource is measured with.
func MostRows() Case { return manyRows(50_000) }

func manyRows(number int) Case {
	c := JudgedCase(Row)
	c.Records = number
	return c
}

// WideCase is the judged case of contacts for which batches are largest.
func WideCase() Case {
	wide := JudgedCase(Contact)
	wide.Parallelism = wideParallelism
	return wide
}

// Judge holds what was measured against its limits. What was not measured is
// not there.
func (r *Results) Judge() []Judgement {
	var all []Judgement
	for _, kind := range Kinds() {
		for _, step := range Steps(kind) {
			limit, isJudged := ratioLimits[kind][step]
			if ratio := r.Ratio(JudgedCase(kind), Provider, step); isJudged && ratio > 0 {
				all = append(all, Judgement{fmt.Sprintf("%s, %s: time over floor and network", kind, step), ratio, limit, "×"})
			}
		}
	}
	all = append(all, r.judgeCommands()...)
	all = append(all, r.judgeRows()...)
	for _, kind := range []Kind{Communication, Contact} {
		if growth, measured := r.growth(kind); measured {
			all = append(all, Judgement{fmt.Sprintf("%s: memory for one more record", kind), growth / 1000, 20, " KB"})
		}
	}
	return append(all, r.Aside.judge()...)
}

func (r *Results) judgeCommands() []Judgement {
	var all []Judgement
	for _, one := range []struct {
		of    Case
		step  Step
		name  string
		limit float64
	}{
		{JudgedCase(Contact), Apply, "sub", 0.15},
		{JudgedCase(Contact), Destroy, "delete", 0.15},
		{WideCase(), Apply, "sub", 0.08},
		{WideCase(), Destroy, "delete", 0.08},
	} {
		if m := r.Find(one.of, Provider, one.step); m != nil {
			all = append(all, Judgement{fmt.Sprintf("contact, %s with -parallelism=%d: commands %s for one", one.step, one.of.Parallelism, one.name), m.PerRecord(one.name), one.limit, ""})
		}
	}
	if m := r.Find(JudgedCase(Contact), Provider, Apply); m != nil {
		all = append(all, Judgement{"contact, apply: requests for one", m.PerRecord(), 2.15, ""})
	}
	return all
}

// judgeRows holds many rows to what they may take in all.
func (r *Results) judgeRows() []Judgement {
	var all []Judgement
	for _, one := range []struct {
		step     Step
		seconds  float64
		requests float64 // 0: no limit
	}{
		{Apply, 60, 1.05 * judgedRows}, {Plan, 4, 45}, {Change, 6, 0}, {Destroy, 8, 70},
	} {
		m := r.Find(JudgedCase(Row), Provider, one.step)
		if m == nil {
			continue
		}
		name := fmt.Sprintf("%d rows, %s: ", judgedRows, one.step)
		all = append(all, Judgement{name + "time", Median(m.Wall), one.seconds, " s"})
		if one.requests > 0 {
			all = append(all, Judgement{name + "requests", float64(m.Total()), one.requests, ""})
		}
		if few := r.Find(manyRows(judgedRows/10), Provider, one.step); few != nil {
			all = append(all, Judgement{name + "time over that of a tenth of them", Median(m.Wall) / Median(few.Wall), 11, "×"})
		}
	}
	if m := r.Find(MostRows(), Provider, Plan); m != nil {
		all = append(all, Judgement{fmt.Sprintf("%d rows, plan: time", m.Records), Median(m.Wall), 20, " s"})
	}
	peak := 0.0
	for _, step := range Steps(Row) {
		if m := r.Find(MostRows(), Provider, step); m != nil {
			peak = max(peak, Median(m.Peak))
		}
	}
	if peak > 0 {
		all = append(all, Judgement{fmt.Sprintf("%d rows: memory", MostRows().Records), peak / 1e6, 300, " MB"})
	}
	return all
}

// growth is what one more record costs the provider's process in memory, from
// the smallest to the largest number of records that were measured alike.
func (r *Results) growth(kind Kind) (perRecord float64, measured bool) {
	perRecord = math.Inf(-1)
	for _, step := range Steps(kind) {
		var least, most *Measurement
		for _, c := range r.Cases() {
			m := r.Find(c, Provider, step)
			if c.Kind != kind || c.Latency != judgedLatency || c.Parallelism != judgedParallelism || m == nil {
				continue
			}
			if least == nil || m.Records < least.Records {
				least = m
			}
			if most == nil || m.Records > most.Records {
				most = m
			}
		}
		if least != nil && least != most {
			measured = true
			perRecord = max(perRecord, (Median(most.Peak)-Median(least.Peak))/float64(most.Records-least.Records))
		}
	}
	return perRecord, measured
}

func (a Aside) judge() []Judgement {
	var all []Judgement
	if a.OptoutRequests != nil {
		all = append(all, Judgement{fmt.Sprintf("a plan with %d reach_optout: requests", OptoutSources), float64(*a.OptoutRequests), 1, ""})
	}
	if a.MillionPeak != nil {
		all = append(all, Judgement{"a realm with a million opt-outs: memory", *a.MillionPeak / 1e6, 100, " MB"})
	}
	if len(a.SingleBatched) > 0 {
		all = append(all, Judgement{"a single contact: time added by batching", Median(a.SingleBatched) - Median(a.SingleUnbatched), 25, " ms"})
	}
	return all
}
