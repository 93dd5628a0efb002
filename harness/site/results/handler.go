package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/www"
)

// siteOf returns where the page of a report stands, in the language of a request.
func siteOf(r *http.Request) *report.Site {
	site := &report.Site{
		URL: "/results/?lang=en", Other: &report.Link{URL: r.URL.EscapedPath() + "?lang=zh", Name: "中文", Language: "zh"},
		Chinese: respond.Chinese(r), Cases: "/case/",
	}
	if site.Chinese {
		site.URL, site.Other = "/results/?lang=zh", &report.Link{URL: r.URL.EscapedPath() + "?lang=en", Name: "English", Language: "en"}
	}
	site.Navigation = template.HTML(www.Navigation("/results/", site.Chinese))
	return site
}

// A summary is the data of the page that shows all results.
type summary struct {
	Browsers []standing           `json:"browsers"`
	Groups   []group              `json:"groups"`
	Cases    map[string][]outcome `json:"cases"` // by implementation
}

// A group is a row of the matrix: the must cases with the same first part of the id, in
// pages of each browser.
type group struct {
	Name   string `json:"name"`
	NameZH string `json:"nameZH"`

	// Scores are those of an implementation in the browsers of the summary.
	Scores map[string][]score `json:"scores"`
}

// A standing says how many must cases passed in a browser.
type standing struct {
	Name     string `json:"name"` // of the report
	ByHand   bool   `json:"byHand"`
	Note     string `json:"note,omitempty"` // how a device that is not at hand was measured
	Browser  string `json:"browser"`
	Version  string `json:"version"`
	Emulates string `json:"emulates"`
	Date     string `json:"date"`
	Build    string `json:"build"` // version and short hash of the polyfill; "": not recorded

	// Of native and polyfill in pages, then in workers.
	Scores [4]score `json:"scores"`

	// Own are the scores on the page of the report, if they are others: it counts by the
	// levels that cases had when they ran.
	Own *[4]score `json:"own,omitempty"`
}

// A score is a pair: the number of cases that passed, and of those judged.
type score [2]int

// An outcome is what browsers do in a case.
type outcome struct {
	Case        string      `json:"case"`
	Title       string      `json:"title"`
	TitleZH     string      `json:"titleZH"`
	Requirement string      `json:"requirement"`
	Level       string      `json:"level"`
	Differs     bool        `json:"differs"` // whether browsers behave differently
	Shown       []behaviour `json:"shown"`
}

// A behaviour is what one or more browsers did in a case.
type behaviour struct {
	Browsers []string `json:"browsers"`
	Word     string   `json:"word"`
	Got      string   `json:"got"`
	Good     bool     `json:"good"`
}

// implementations are those that are compared across browsers.
var implementations = []string{"native", "polyfill"}

// Handler serves the reports below /results/.
func (s *Store) Handler() http.Handler {
	const html, asJSON = "text/html; charset=utf-8", "application/json"
	mux := http.NewServeMux()
	serve := func(media string, render func(r *http.Request) func(*bytes.Buffer) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			key := r.URL.Path
			if media == html && respond.Chinese(r) {
				key += "?lang=zh"
			}
			found, err := s.render(key, media, render(r))
			switch {
			case errors.Is(err, errNone):
				http.NotFound(w, r)
			case err != nil:
				http.Error(w, err.Error(), http.StatusInternalServerError)
			default:
				found.serve(w, r)
			}
		}
	}
	mux.HandleFunc("GET /results/summary", serve(asJSON, func(*http.Request) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(s.summary()) }
	}))
	mux.HandleFunc("GET /results/changes", s.serveChanges)
	for _, name := range implementations {
		mux.HandleFunc("GET /results/"+name, serve(html, func(r *http.Request) func(*bytes.Buffer) error {
			return func(b *bytes.Buffer) error { return s.compared(name).HTML(b, siteOf(r)) }
		}))
	}
	page := serve(html, func(r *http.Request) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return s.write(b, r.PathValue("name"), siteOf(r)) }
	})
	document := serve(asJSON, func(r *http.Request) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return s.write(b, strings.TrimSuffix(r.PathValue("name"), ".json"), nil) }
	})
	mux.HandleFunc("GET /results/{name}", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.PathValue("name"), ".json") {
			document(w, r)
		} else {
			page(w, r)
		}
	})
	return mux
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// errNone means that there is no report with the name of a request.
var errNone = respond.NewProblem("no such report", "没有这份结果")

// write writes the report with a name, as a page of a site, or as JSON if that is nil.
func (s *Store) write(b *bytes.Buffer, name string, site *report.Site) error {
	s.mu.Lock()
	d := s.find(name)
	s.mu.Unlock()
	switch {
	case d == nil:
		return errNone
	case site == nil:
		return d.JSON(b)
	}
	return d.HTML(b, site)
}

// summary summarises all reports.
func (s *Store) summary() summary {
	sum := summary{Browsers: []standing{}, Groups: []group{}, Cases: map[string][]outcome{}}
	for _, e := range s.list() {
		counted := e.report.WithLevels(s.levels)
		standings := counted.Standings()
		own := standings
		if counted != e.report {
			own = e.report.Standings()
		}
		for i, of := range standings {
			one := standing{
				Name: e.name, ByHand: e.byHand, Note: of.Note, Browser: of.Browser, Version: of.Version, Emulates: of.Emulates, Date: of.Date, Build: of.Build.String(),
				Scores: scores(of),
			}
			if own := scores(own[i]); own != one.Scores {
				one.Own = &own
			}
			sum.Browsers = append(sum.Browsers, one)
		}
	}
	for _, name := range implementations {
		sum.add(name, s.compared(name).Matrix())
	}
	return sum
}

// add adds the matrix of an implementation.
func (sum *summary) add(implementation string, m report.Matrix) {
	columns := make([]int, len(sum.Browsers))
	for i, b := range sum.Browsers {
		columns[i] = slices.IndexFunc(m.Columns, func(c report.Column) bool {
			return !b.ByHand && c.Browser == b.Browser && c.Emulates == b.Emulates
		})
	}
	sum.Cases[implementation] = outcomes(m)
	if len(m.Columns) == 0 {
		return
	}
	for _, g := range m.Groups {
		at := slices.IndexFunc(sum.Groups, func(known group) bool { return known.Name == g.Name })
		if at < 0 {
			at = len(sum.Groups)
			sum.Groups = append(sum.Groups, group{g.Name, catalogue.ChineseGroup(g.Name), map[string][]score{}})
		}
		scores := make([]score, len(columns))
		for i, column := range columns {
			if column >= 0 {
				scores[i] = pair(g.Score(column))
			}
		}
		sum.Groups[at].Scores[implementation] = scores
	}
}

func scores(s report.Standing) [4]score {
	return [4]score{pair(s.Native.Page), pair(s.Ours.Page), pair(s.Native.Workers), pair(s.Ours.Workers)}
}

func pair(s report.Score) score { return score{s.Passed, s.Judged} }

// compared returns the committed reports as one, limited to an implementation in
// pages.
func (s *Store) compared(implementation string) *report.Report {
	var runs []*report.Report
	for _, e := range s.list() {
		if !e.byHand {
			runs = append(runs, e.report.Only(func(t report.Target) bool {
				return t.Implementation == implementation && t.Context == string(catalogue.Window)
			}))
		}
	}
	return report.Join(runs...).WithLevels(s.levels)
}

func outcomes(m report.Matrix) []outcome {
	differing := map[string]bool{}
	for _, row := range m.Differences() {
		differing[row.ID] = true
	}
	all := []outcome{}
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			one := outcome{Case: row.ID, Title: row.Title, TitleZH: catalogue.ChineseTitle(row.ID), Requirement: row.Requirement, Level: string(row.Level), Differs: differing[row.ID], Shown: []behaviour{}}
			for _, of := range m.Shown(row) {
				label := of.Label()
				one.Shown = append(one.Shown, behaviour{browsers(of.Columns), label.Word, of.Got, label.Good})
			}
			if len(one.Shown) > 0 {
				all = append(all, one)
			}
		}
	}
	return all
}

// browsers returns the browsers of columns, with what they emulate.
func browsers(columns []report.Column) (names []string) {
	for _, c := range columns {
		if c.Emulates != "" {
			names = append(names, c.Browser+" emulating "+c.Emulates)
		} else {
			names = append(names, c.Browser)
		}
	}
	return slices.Compact(names)
}
