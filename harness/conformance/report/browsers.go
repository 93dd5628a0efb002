package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Standing says how many must cases passed in a browser.
type Standing struct {
	Browser  string // as in --browser
	Version  string // as it reports itself
	Emulates string // as in --profile
	Build    Build  // of the polyfill, if it ran and its build was recorded
	Date     string // of the last run
	Note     string // how somebody else's device was measured
	Native   Places
	Ours     Places
}

// Places are the scores of an implementation, by where it ran.
type Places struct{ Page, Workers Score }

// Standings returns the standings of the report's browsers.
func (r *Report) Standings() (all []Standing) {
	m := r.Matrix()
	for i, t := range r.Targets {
		same := func(s Standing) bool { return s.Browser == t.Browser && s.Emulates == t.Emulates }
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
			all = append(all, Standing{Browser: t.Browser, Version: t.BrowserVersion, Emulates: t.Emulates, Note: t.Note})
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

// WriteBrowsers writes a table of how many must cases passed in each browser into a
// Markdown file, between the lines <!-- browsers --> and <!-- /browsers -->.
func WriteBrowsers(path string, runs []*Report) error {
	return writeBetween(path, "browsers", browsers(runs))
}

// browsers returns a Markdown table with a row for each browser.
func browsers(runs []*Report) string {
	var b strings.Builder
	fmt.Fprint(&b, "| browser | reports itself as | native | polyfill | native, in workers | polyfill, in workers | date | polyfill build |\n",
		"| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n")
	for _, r := range runs {
		for _, s := range r.Standings() {
			name := visible(s.Browser)
			if s.Emulates != "" {
				name += " emulating " + visible(s.Emulates)
			}
			if s.Note != "" {
				name += " (" + visible(s.Note) + ")"
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

// orNone returns the score as text, or a dash if nothing was judged.
func (s Score) orNone() string {
	if s.Judged == 0 {
		return "–"
	}
	return s.String()
}
