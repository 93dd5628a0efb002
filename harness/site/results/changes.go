package results

import (
	"net/http"

	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/respond"
)

// A comparison is what changed between two reports, such as those of two versions of a
// browser.
type comparison struct {
	From    string   `json:"from"` // name of the report
	To      string   `json:"to"`
	Worse   []change `json:"worse"`
	Better  []change `json:"better"`
	Other   []change `json:"other"`
	Warning string   `json:"warning,omitempty"` // why the two may not compare
}

// A change is the verdict of a case, then and now; "" if it did not run.
type change struct {
	Case   string `json:"case"`
	Where  string `json:"where"` // implementation and context
	Before string `json:"before"`
	Now    string `json:"now"`
	Got    string `json:"got,omitempty"`
}

// compare returns what changed from one report to another. Their browsers may have
// different names, so targets are compared by implementation and context.
func (s *Store) compare(from, to string) (comparison, error) {
	s.mu.Lock()
	before, now := s.find(from), s.find(to)
	s.mu.Unlock()
	if before == nil || now == nil {
		return comparison{}, errNone
	}
	changes, err := report.Compare(withoutBrowser(before), withoutBrowser(now))
	if err != nil {
		return comparison{}, err
	}
	return comparison{
		From: from, To: to, Warning: changes.Warning,
		Worse: listed(changes.Worse), Better: listed(changes.Better), Other: listed(append(changes.Other, append(changes.New, changes.Gone...)...)),
	}, nil
}

// withoutBrowser returns a copy of a report whose targets are named after their
// implementation and context.
func withoutBrowser(r *report.Report) *report.Report {
	names := map[string]string{}
	c := &report.Report{Cases: r.Cases}
	for _, t := range r.Targets {
		names[t.Name] = t.Implementation + "/" + t.Context
		t.Name = names[t.Name]
		c.Targets = append(c.Targets, t)
	}
	for _, result := range r.Results {
		result.Target = names[result.Target]
		c.Results = append(c.Results, result)
	}
	return c
}

func listed(changes []report.Change) []change {
	list := []change{}
	for _, c := range changes {
		one := change{Case: c.Case, Where: c.Target}
		if c.Before != nil {
			one.Before = string(c.Before.Verdict)
		}
		if c.Now != nil {
			one.Now, one.Got = string(c.Now.Verdict), c.Now.Got
		}
		list = append(list, one)
	}
	return list
}

// serveChanges serves what changed between the reports that the query names.
func (s *Store) serveChanges(w http.ResponseWriter, r *http.Request) {
	found, err := s.compare(r.URL.Query().Get("from"), r.URL.Query().Get("to"))
	if err != nil {
		respond.Fail(w, r, http.StatusNotFound, err)
		return
	}
	writeJSON(w, found)
}
