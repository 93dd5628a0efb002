package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Standing is how many of the must cases passed in a browser.
type Standing struct {
	Browser  string // as in --browser
	Version  string // as it says itself
	Emulates string // as in --profile
	Build    Build  // of the polyfill, if it ran and its build was recorded
	Date     string // of the last run
	Native   Places
	Ours     Places
}

// Places are those in which an implementation was judged.
type Places struct{ Page, Workers Score }

// Standings are those of the browsers of the document.
func (d *Report) Standings() (all []Standing) {
	m := d.Matrix()
	for i, t := range d.Targets {
		same := func(s Standing) bool { return s.Browser == t.Browser && s.Emulates == t.Emulates }
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
			all = append(all, Standing{Browser: t.Browser, Version: t.BrowserVersion, Emulates: t.Emulates})
		}
		all[at].Date = max(all[at].Date, t.Started.Format(time.DateOnly))
		switch t.Implementation {
		case "native":
			all[at].Native.add(t, m.Score(i))
		case "polyfill":
			all[at].Ours.add(t, m.Score(i))
			all[at].Build = t.Build
		}
	}
	return all
}

func (p *Places) add(t Target, s Score) {
	if t.Context == string(catalogue.Window) {
		p.Page = p.Page.plus(s)
	} else {
		p.Workers = p.Workers.plus(s)
	}
}

// WriteBrowsers writes how many of the must cases passed in each browser into a
// file of Markdown, in the place of what stands there between two lines.
func WriteBrowsers(path string, runs []*Report) error {
	return writeBetween(path, "browsers", browsers(runs))
}

// browsers is a table in Markdown: a row for each browser.
func browsers(runs []*Report) string {
	var b strings.Builder
	fmt.Fprint(&b, "| browser | reports itself as | native | polyfill | native, in workers | polyfill, in workers | date | polyfill build |\n",
		"| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n")
	for _, d := range runs {
		for _, s := range d.Standings() {
			name := visible(s.Browser)
			if s.Emulates != "" {
				name += " emulating " + visible(s.Emulates)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", name, visible(s.Version),
				s.Native.Page.orNone(), s.Ours.Page.orNone(), s.Native.Workers.orNone(), s.Ours.Workers.orNone(),
				s.Date, buildCell(s.Build))
		}
	}
	return b.String()
}

// buildCell returns the cell of a build in a Markdown table.
func buildCell(b Build) string {
	if b.Short() == "" {
		return notRecorded
	}
	return strings.TrimSpace(visible(b.Version) + " `" + visible(b.Short()) + "`")
}

// orNone tells the score, if anything was judged.
func (s Score) orNone() string {
	if s.Judged == 0 {
		return "–"
	}
	return s.String()
}
