package report

import (
	"fmt"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Standing is how many of the must cases passed in a browser.
type Standing struct {
	Browser string // as in --browser
	Version string // as it says itself
	Plays   string // as in --profile
	Date    string // of the run
	Native  Places
	Ours    Places
}

// Places are those in which an implementation was judged.
type Places struct{ Page, Workers Score }

// Standings are those of the browsers of the document.
func (d *Report) Standings() (all []Standing) {
	m := d.Matrix()
	for i, t := range d.Targets {
		same := func(s Standing) bool { return s.Browser == t.Browser && s.Plays == t.Plays }
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
			all = append(all, Standing{Browser: t.Browser, Version: t.BrowserVersion, Plays: t.Plays, Date: d.Started.Format("2006-01-02")})
		}
		switch t.Implementation {
		case "native":
			all[at].Native.add(t, m.Score(i))
		case "polyfill":
			all[at].Ours.add(t, m.Score(i))
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
	fmt.Fprint(&b, "| browser | says it is | native | polyfill | native, in workers | polyfill, in workers | played |\n",
		"| --- | --- | ---: | ---: | ---: | ---: | --- |\n")
	for _, d := range runs {
		for _, s := range d.Standings() {
			name := visible(s.Browser)
			if s.Plays != "" {
				name += ", which plays " + visible(s.Plays)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", name, visible(s.Version),
				s.Native.Page.orNone(), s.Ours.Page.orNone(), s.Native.Workers.orNone(), s.Ours.Workers.orNone(), s.Date)
		}
	}
	return b.String()
}

// orNone tells the score, if anything was judged.
func (s Score) orNone() string {
	if s.Judged == 0 {
		return "–"
	}
	return s.String()
}
