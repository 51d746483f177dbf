package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

// The plot is a panel for each kind and step, in pixels. It is narrow, so that
// its text can still be read where a phone makes it smaller.
const (
	panelWidth, panelHeight = 140, 120
	marginLeft, marginTop   = 60, 186
	gapX, gapY              = 56, 84
	plotWidth               = marginLeft + 3*panelWidth + 2*gapX + 28
	plotHeight              = marginTop + 3*panelHeight + 2*gapY + 46
	labelWidth              = 48 // what a number below the axis takes
)

// style has a ground of its own, since the page around a picture may be light
// where the reader's system is dark, and the other way round. Lines differ in
// dashes as well as in colour. On a narrow screen the text is larger.
const style = `<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .paper { fill: #ffffff }
  .axis { stroke: #6e7781; stroke-width: 1; fill: none }
  .grid { stroke: #6e7781; stroke-opacity: .25; stroke-width: 1 }
  .line { fill: none; stroke-width: 2 }
  .floor { stroke: #6e7781; fill: #6e7781 } .ideal { stroke: #6e7781; fill: #6e7781 }
  .reach { stroke: #0969da; fill: #0969da } .curl { stroke: #bc4c00; fill: #bc4c00 }
  .line.floor, .line.ideal, .line.reach, .line.curl { fill: none }
  .line.ideal { stroke-dasharray: 4 4 } .line.curl { stroke-dasharray: 8 3 } .line.reach { stroke-width: 3 }
  @media (max-width: 500px) { text { font-size: 18px } }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .paper { fill: #14171a }
    .axis, .grid { stroke: #9ea7b3 }
    .floor { stroke: #9ea7b3; fill: #9ea7b3 } .ideal { stroke: #9ea7b3; fill: #9ea7b3 }
    .reach { stroke: #58a6ff; fill: #58a6ff } .curl { stroke: #f0883e; fill: #f0883e }
  }
</style>
`

// series is one line of a panel.
type series struct {
	class, label string
	value        func(*figures.Results, figures.Case, figures.Step) float64 // 0: none
}

func measured(lane figures.Lane) func(*figures.Results, figures.Case, figures.Step) float64 {
	return func(r *figures.Results, c figures.Case, step figures.Step) float64 {
		if m := r.Find(c, lane, step); m != nil {
			return figures.Median(m.Wall)
		}
		return 0
	}
}

var lines = []series{
	{"floor", "a provider that does nothing", measured(figures.Floor)},
	{"ideal", "ideal: with its network", (*figures.Results).Ideal},
	{"curl", "curl in provisioners", measured(figures.Curl)},
	{"reach", "reach", measured(figures.Provider)}, // the last is drawn over the others
}

type point struct{ x, y float64 }

// points are a line's values by number of records, for the latency and the
// parallelism of the judged case.
func (s series) points(r *figures.Results, kind figures.Kind, step figures.Step) []point {
	var found []point
	judged := figures.JudgedCase(kind)
	for _, c := range r.Cases() {
		if c.Kind != kind || c.Latency != judged.Latency || c.Parallelism != judged.Parallelism {
			continue
		}
		if value := s.value(r, c, step); value > 0 {
			found = append(found, point{float64(c.Records), value})
		}
	}
	slices.SortFunc(found, func(a, b point) int { return int(a.x - b.x) })
	return found
}

// Plot is the time by number of records, as SVG.
func Plot(r *figures.Results) string {
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="Seconds by number of records">`+"\n", plotWidth, plotHeight, plotWidth, plotHeight)
	svg.WriteString(style)
	fmt.Fprintf(&svg, `<rect class="paper" width="%d" height="%d" rx="6"/>`+"\n", plotWidth, plotHeight)
	judged := figures.JudgedCase(figures.Contact)
	fmt.Fprintf(&svg, `<text class="title" x="20" y="28">Seconds by number of records</text>`+"\n")
	fmt.Fprintf(&svg, `<text x="20" y="52">%d ms of latency, -parallelism=%d</text>`+"\n", judged.Latency, judged.Parallelism)
	legend(&svg)
	for row, kind := range figures.Kinds() {
		top := marginTop + row*(panelHeight+gapY)
		fmt.Fprintf(&svg, `<text class="title" x="20" y="%d">%s</text>`+"\n", top-30, kind.Resource())
		for column, step := range []figures.Step{figures.Apply, figures.Plan, figures.Destroy} {
			panel(&svg, r, kind, step, marginLeft+column*(panelWidth+gapX), top)
		}
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}

// legend explains the lines, two beside two.
func legend(svg *strings.Builder) {
	for i, s := range lines {
		x, y := 20+i%2*(plotWidth/2+20), 84+i/2*26
		fmt.Fprintf(svg, `<path class="line %s" d="M%d %dh24"/><text x="%d" y="%d">%s</text>`+"\n", s.class, x, y-4, x+32, y, s.label)
	}
}

func panel(svg *strings.Builder, r *figures.Results, kind figures.Kind, step figures.Step, left, top int) {
	var most point
	for _, s := range lines {
		for _, p := range s.points(r, kind, step) {
			most.x, most.y = max(most.x, p.x), max(most.y, p.y)
		}
	}
	if most.x == 0 {
		return
	}
	unit := tick(most.y)
	most.y = unit * math.Ceil(most.y/unit)
	x := func(value float64) float64 { return float64(left) + panelWidth*value/most.x }
	y := func(value float64) float64 { return float64(top) + panelHeight*(1-value/most.y) }
	fmt.Fprintf(svg, `<text x="%d" y="%d">%s</text>`+"\n", left, top-10, step)
	for value := 0.0; value <= most.y+unit/2; value += unit {
		fmt.Fprintf(svg, `<path class="grid" d="M%d %.1fh%d"/><text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n", left, y(value), panelWidth, left-6, y(value)+5, value)
	}
	fmt.Fprintf(svg, `<path class="axis" d="M%d %dv%dh%d"/>`+"\n", left, top, panelHeight, panelWidth)
	measured := map[float64]bool{}
	for _, s := range lines {
		points := s.points(r, kind, step)
		var path []string
		for _, p := range points {
			measured[p.x] = true
			fmt.Fprintf(svg, `<circle class="%s" cx="%.1f" cy="%.1f" r="3"/>`+"\n", s.class, x(p.x), y(p.y))
			path = append(path, fmt.Sprintf("%.1f %.1f", x(p.x), y(p.y)))
		}
		if len(path) > 0 {
			fmt.Fprintf(svg, `<path class="line %s" d="M%s"/>`+"\n", s.class, strings.Join(path, "L"))
		}
	}
	// From the right, as far as they do not run into each other.
	free := math.Inf(1)
	for _, records := range slices.Backward(slices.Sorted(maps.Keys(measured))) {
		if x(records)+labelWidth/2 > free {
			continue
		}
		free = x(records) - labelWidth/2
		fmt.Fprintf(svg, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(records), top+panelHeight+20, thousands(records))
	}
}

// thousands is a number with a k for three noughts.
func thousands(number float64) string {
	if number >= 1000 {
		return fmt.Sprintf("%gk", number/1000)
	}
	return fmt.Sprintf("%g", number)
}

// tick is a round distance between lines of the grid, of which three or so fit
// under the value.
func tick(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most/3)))
	for _, step := range []float64{1, 2, 5} {
		if most/(step*power) <= 4 {
			return step * power
		}
	}
	return 10 * power
}
