package runner

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/suggest"
)

//go:embed expectations.json
var expectations []byte

// An Expectation is a known failure. The case still runs, and must fail.
type Expectation struct {
	// Target is a target's name or its first parts. In a part, * matches anything:
	// "chromium", "chromium/native", "*/polyfill*". For a browser that emulates another,
	// the name of either will do: "ie@11/polyfill".
	Target string `json:"target"`

	// Protocol is h2 or h3 for a failure over that protocol only, and h1 for one over
	// HTTP/1.1 only; "": over any.
	Protocol catalogue.Protocol `json:"protocol,omitempty"`

	Case   string `json:"case"`
	Reason string `json:"reason"`
}

// Expectations is a list of known failures.
type Expectations []Expectation

// LoadExpectations returns the suite's known failures. Each must name one of the cases.
func LoadExpectations(cases []catalogue.Case) (Expectations, error) {
	return readExpectations("expectations.json", expectations, cases)
}

// ReadExpectations returns the known failures of a file.
func ReadExpectations(path string, cases []catalogue.Case) (Expectations, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return readExpectations(path, content, cases)
}

func readExpectations(path string, content []byte, cases []catalogue.Case) (Expectations, error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	var list Expectations
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s: more than one list: want one", path)
	}
	for i, e := range list {
		if err := e.check(cases); err != nil {
			return nil, fmt.Errorf("%s: element %d: %w", path, i, err)
		}
	}
	return list, nil
}

func (e Expectation) check(cases []catalogue.Case) error {
	switch {
	case e.Target == "":
		return fmt.Errorf("no target: want one like chromium/native or */polyfill")
	case e.Protocol != "" && !slices.Contains(catalogue.Protocols, e.Protocol):
		_, err := catalogue.ParseProtocol(string(e.Protocol))
		return err
	case e.Reason == "":
		return fmt.Errorf("no reason for %s: write why it fails", e.Case)
	case !slices.ContainsFunc(cases, func(c catalogue.Case) bool { return c.ID == e.Case }):
		var ids []string
		for _, c := range cases {
			ids = append(ids, c.ID)
		}
		return fmt.Errorf("unknown case %q%s", e.Case, cmp.Or(suggest.DidYouMean(e.Case, ids), ": want an id of the catalogue"))
	}
	return nil
}

// Allow reports whether a verdict is expected and, for a known failure, returns the
// reason. An error is never expected. A case that did not run is always expected.
func (list Expectations) Allow(r report.Result, on report.Target) (expected bool, reason string) {
	if r.Verdict == catalogue.NotApplicable || r.Verdict == catalogue.Skip {
		return true, ""
	}
	for _, e := range list {
		if e.Case == r.Case && e.isOver(on.Protocol) && (e.covers(r.Target) || e.covers(emulated(r.Target, on.Emulates))) {
			return r.Verdict == catalogue.Fail || r.Verdict == catalogue.Timeout, e.Reason
		}
	}
	switch r.Verdict {
	case catalogue.Fail, catalogue.Timeout, catalogue.Error:
		return false, ""
	}
	return true, ""
}

// emulated returns the name of a target with the browser that its own emulates.
func emulated(target, emulates string) string {
	_, rest, _ := strings.Cut(target, "/")
	return emulates + "/" + rest
}

// isOver reports whether the expectation is for a protocol; "" is HTTP/1.1.
func (e Expectation) isOver(p catalogue.Protocol) bool {
	return e.Protocol == "" || e.Protocol == cmp.Or(p, catalogue.HTTP1)
}

// covers reports whether the expectation is for a target.
func (e Expectation) covers(target string) bool {
	parts := strings.Split(target, "/")
	first := parts[:min(len(parts), 1+strings.Count(e.Target, "/"))]
	is, _ := path.Match(e.Target, strings.Join(first, "/"))
	return is
}
