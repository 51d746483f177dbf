package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
)

// The plot is a panel for each kind and step, in pixels.
const (
	panelWidth, panelHeight = 250, 170
	marginLeft, marginTop   = 60, 70
	gapX, gapY              = 40, 60
	plotWidth               = marginLeft + 3*panelWidth + 2*gapX + 20
	plotHeight              = marginTop + 3*panelHeight + 2*gapY + 50
)

// style has colours that tell apart on white and on black, for readers of
// either, and dashes for those who see no colours.
const style = `<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .axis { stroke: #8c959f; stroke-width: 1; fill: none }
  .grid { stroke: #8c959f; stroke-opacity: .25; stroke-width: 1 }
  .line, .dot { fill: none; stroke-width: 2 }
  .floor { stroke: #6e7781 } .ideal { stroke: #6e7781; stroke-dasharray: 4 4 } .reach { stroke: #0969da } .curl { stroke: #bc4c00; stroke-dasharray: 8 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .floor, .ideal { stroke: #9ea7b3 } .reach { stroke: #58a6ff } .curl { stroke: #f0883e }
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
	{"reach", "reach", measured(figures.Provider)},
	{"curl", "curl in provisioners", measured(figures.Curl)},
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
	judged := figures.JudgedCase(figures.Contact)
	fmt.Fprintf(&svg, `<text class="title" x="%d" y="20">Seconds by number of records, %d ms of latency, -parallelism=%d</text>`+"\n", marginLeft, judged.Latency, judged.Parallelism)
	legend(&svg)
	for row, kind := range figures.Kinds() {
		for column, step := range []figures.Step{figures.Apply, figures.Plan, figures.Destroy} {
			panel(&svg, r, kind, step, marginLeft+column*(panelWidth+gapX), marginTop+row*(panelHeight+gapY))
		}
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}

func legend(svg *strings.Builder) {
	x := marginLeft
	for _, s := range lines {
		fmt.Fprintf(svg, `<path class="line %s" d="M%d 38h24"/><text x="%d" y="42">%s</text>`+"\n", s.class, x, x+30, s.label)
		x += 50 + 7*len(s.label)
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
	fmt.Fprintf(svg, `<text class="title" x="%d" y="%d">%s, %s</text>`+"\n", left, top-8, kind, step)
	for value := 0.0; value <= most.y+unit/2; value += unit {
		fmt.Fprintf(svg, `<path class="grid" d="M%d %.1fh%d"/><text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n", left, y(value), panelWidth, left-6, y(value)+4, value)
	}
	fmt.Fprintf(svg, `<path class="axis" d="M%d %dv%dh%d"/>`+"\n", left, top, panelHeight, panelWidth)
	labelled := map[float64]bool{}
	for _, s := range lines {
		points := s.points(r, kind, step)
		var path []string
		for _, p := range points {
			fmt.Fprintf(svg, `<circle class="dot %s" cx="%.1f" cy="%.1f" r="2"/>`+"\n", s.class, x(p.x), y(p.y))
			path = append(path, fmt.Sprintf("%.1f %.1f", x(p.x), y(p.y)))
			if !labelled[p.x] {
				labelled[p.x] = true
				fmt.Fprintf(svg, `<text x="%.1f" y="%d" text-anchor="middle">%g</text>`+"\n", x(p.x), top+panelHeight+16, p.x)
			}
		}
		if len(path) > 0 {
			fmt.Fprintf(svg, `<path class="line %s" d="M%s"/>`+"\n", s.class, strings.Join(path, "L"))
		}
	}
}

// tick is a round distance between lines of the grid, of which about four fit
// under the value.
func tick(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, step := range []float64{1, 2, 5} {
		if most/(step*power) <= 5 {
			return step * power
		}
	}
	return 10 * power
}
