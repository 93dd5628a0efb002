package results

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// home is the link back from the pages of reports.
var home = &report.Link{URL: "/results/", Text: "Results"}

// A summary is the data of the page that shows all results.
type summary struct {
	Browsers    []standing              `json:"browsers"`
	Differences map[string][]difference `json:"differences"` // by implementation
}

// A standing says how many must cases passed in a browser.
type standing struct {
	Name     string `json:"name"` // of the report
	ByHand   bool   `json:"byHand"`
	Browser  string `json:"browser"`
	Version  string `json:"version"`
	Emulates string `json:"emulates"`
	Date     string `json:"date"`
	Build    string `json:"build"` // version and short hash of the polyfill; "": not recorded

	// Of native and polyfill in pages, then in workers.
	Scores [4]score `json:"scores"`
}

// A score is a pair: the number of cases that passed, and of those judged.
type score [2]int

// A difference is a case in which browsers behave differently.
type difference struct {
	Case        string      `json:"case"`
	Title       string      `json:"title"`
	Requirement string      `json:"requirement"`
	Level       string      `json:"level"`
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
	mux := http.NewServeMux()
	mux.HandleFunc("GET /results/summary", func(w http.ResponseWriter, r *http.Request) {
		send(w, "application/json", func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(s.summary()) })
	})
	for _, name := range implementations {
		mux.HandleFunc("GET /results/"+name, func(w http.ResponseWriter, r *http.Request) {
			sendPage(w, s.compared(name))
		})
	}
	mux.HandleFunc("GET /results/{name}", func(w http.ResponseWriter, r *http.Request) {
		name, asJSON := strings.CutSuffix(r.PathValue("name"), ".json")
		s.mu.Lock()
		d := s.find(name)
		s.mu.Unlock()
		switch {
		case d == nil:
			http.NotFound(w, r)
		case asJSON:
			send(w, "application/json", func(b *bytes.Buffer) error { return d.JSON(b) })
		default:
			sendPage(w, d)
		}
	})
	return mux
}

func sendPage(w http.ResponseWriter, d *report.Report) {
	send(w, "text/html; charset=utf-8", func(b *bytes.Buffer) error { return d.HTML(b, home) })
}

// send sends what write writes, or its error.
func send(w http.ResponseWriter, media string, write func(*bytes.Buffer) error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(b.Bytes())
}

// summary summarises all reports.
func (s *Store) summary() summary {
	sum := summary{Browsers: []standing{}, Differences: map[string][]difference{}}
	for _, e := range s.list() {
		for _, of := range e.report.Standings() {
			sum.Browsers = append(sum.Browsers, standing{
				Name: e.name, ByHand: e.byHand, Browser: of.Browser, Version: of.Version, Emulates: of.Emulates, Date: of.Date, Build: of.Build.String(),
				Scores: [4]score{pair(of.Native.Page), pair(of.Ours.Page), pair(of.Native.Workers), pair(of.Ours.Workers)},
			})
		}
	}
	for _, name := range implementations {
		sum.Differences[name] = differences(s.compared(name))
	}
	return sum
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
	return report.Join(runs...)
}

func differences(d *report.Report) []difference {
	all := []difference{}
	m := d.Matrix()
	for _, row := range m.Differences() {
		one := difference{Case: row.ID, Title: row.Title, Requirement: row.Requirement, Level: string(row.Level)}
		for _, of := range m.Shown(row) {
			label := of.Label()
			one.Shown = append(one.Shown, behaviour{browsers(of.Columns), label.Word, of.Got, label.Good})
		}
		all = append(all, one)
	}
	return all
}

// browsers returns the browsers of columns.
func browsers(columns []report.Column) (names []string) {
	for _, c := range columns {
		names = append(names, c.Browser)
	}
	return slices.Compact(names)
}
