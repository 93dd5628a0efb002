package runner

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

//go:embed expectations.json
var expectations []byte

// An Expectation is a known failure. The case still runs, and must fail.
type Expectation struct {
	// Target is a target's name or its first parts. In a part, * matches anything:
	// "chromium", "chromium/native", "*/polyfill*".
	Target string `json:"target"`

	Case   string `json:"case"`
	Reason string `json:"reason"`
}

// Expectations is a list of known failures.
type Expectations []Expectation

// LoadExpectations returns the suite's known failures. Each must name one of the cases.
func LoadExpectations(cases []catalogue.Case) (Expectations, error) {
	return readExpectations(expectations, cases)
}

func readExpectations(content []byte, cases []catalogue.Case) (Expectations, error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	var list Expectations
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("expectations.json: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("expectations.json: more than one list: want one")
	}
	for i, e := range list {
		if err := e.check(cases); err != nil {
			return nil, fmt.Errorf("expectations.json: element %d: %w", i, err)
		}
	}
	return list, nil
}

func (e Expectation) check(cases []catalogue.Case) error {
	switch {
	case e.Target == "":
		return fmt.Errorf("no target: want one like chromium/native or */polyfill")
	case e.Reason == "":
		return fmt.Errorf("no reason for %s: write why it fails", e.Case)
	case !slices.ContainsFunc(cases, func(c catalogue.Case) bool { return c.ID == e.Case }):
		return fmt.Errorf("unknown case %q: want an id of the catalogue", e.Case)
	}
	return nil
}

// Allow reports whether a verdict is expected and, for a known failure, returns the
// reason. An error is never expected. A case that did not run is always expected.
func (list Expectations) Allow(r report.Result) (expected bool, reason string) {
	if r.Verdict == catalogue.NotApplicable || r.Verdict == catalogue.Skip {
		return true, ""
	}
	for _, e := range list {
		if e.Case == r.Case && e.covers(r.Target) {
			return r.Verdict == catalogue.Fail || r.Verdict == catalogue.Timeout, e.Reason
		}
	}
	switch r.Verdict {
	case catalogue.Fail, catalogue.Timeout, catalogue.Error:
		return false, ""
	}
	return true, ""
}

// covers reports whether the expectation is for a target.
func (e Expectation) covers(target string) bool {
	parts := strings.Split(target, "/")
	first := parts[:min(len(parts), 1+strings.Count(e.Target, "/"))]
	is, _ := path.Match(e.Target, strings.Join(first, "/"))
	return is
}
