// Package report holds the results of runs. A [Report] is one versioned JSON
// document; the terminal's text, the page, the JUnit file and the Markdown tables are
// views of it.
package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/atomicfile"
)

// Format and Version name the JSON form of a [Report]. A change that an older reader
// would misread increments the version.
const (
	Format  = "eventsource-conformance"
	Version = 2
)

// A Report is the results of one or more runs, with all that is needed to read them.
type Report struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Started      time.Time `json:"started"`
	Milliseconds int64     `json:"milliseconds"` // from start to end

	Targets []Target `json:"targets"` // in the order in which they ran
	Cases   []Case   `json:"cases"`   // in order of the catalogue
	Results []Result `json:"results"` // by target, then by case, in the orders above
}

// A Target is what cases run on.
type Target struct {
	Name string `json:"name"` // BROWSER/IMPLEMENTATION/CONTEXT, as in Result

	Browser        string `json:"browser"`          // as in --browser
	Remote         bool   `json:"remote,omitempty"` // at an endpoint, as in --webdriver
	BrowserVersion string `json:"browserVersion"`   // as it reports itself: "Chrome/156.0.7800.0"
	UserAgent      string `json:"userAgent"`        // as it sends
	Implementation string `json:"implementation"`   // as in --implementation; of a file, its base name
	Path           string `json:"path,omitempty"`   // of that file, as in --implementation
	Context        string `json:"context"`          // "window"

	Suite        Suite     `json:"suite,omitzero"`
	Build        Build     `json:"build,omitzero"`
	Started      time.Time `json:"started"`      // to the second, in UTC
	Milliseconds int64     `json:"milliseconds"` // from start to end

	// Emulates is the older browser that hidden features emulate, as in --profile.
	Emulates string `json:"emulates,omitempty"`

	// Protocol is the version of HTTP over which pages and streams came, as in
	// --protocol; "": HTTP/1.1.
	Protocol catalogue.Protocol `json:"protocol,omitempty"`

	// Note says how somebody else's device was measured, as in harness results add.
	Note string `json:"note,omitempty"`

	// Folder has cases beside those of the catalogue, as in --cases.
	Folder string `json:"folder,omitempty"`

	// Arguments were passed to the browser, as in --browser-argument.
	Arguments []string `json:"arguments,omitempty"`

	// Hidden are the features of the browser that were hidden, as in --hide.
	Hidden []string `json:"hidden,omitempty"`

	// Client is the command of a client in another process, as in --client; "": the
	// target is a browser.
	Client string `json:"client,omitempty"`

	// Reports are what that client reports beside types and data, and Can what it can
	// do beside reading a stream: see harness/clients/README.md.
	Reports []string `json:"reports,omitempty"`
	Can     []string `json:"can,omitempty"`

	// Losses say how the browser exited or hung, and what was running then.
	Losses []string `json:"losses,omitempty"`
}

// A Case describes a case for readers of its results.
type Case struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Requirement string          `json:"requirement"`
	Level       catalogue.Level `json:"level"`
	Spec        string          `json:"spec"`

	Contexts   []catalogue.Context `json:"contexts,omitempty"`   // where it makes sense
	Impossible string              `json:"impossible,omitempty"` // why it cannot run

	// Expect is everything that the case expects, one element a line, as the file of
	// the case says it.
	Expect []string `json:"expect,omitempty"`

	// Server and Client are what both sides do, a step a line.
	Server []string `json:"server,omitempty"`
	Client []string `json:"client,omitempty"`
}

// A Result is the verdict of one case on one target.
type Result struct {
	Target string `json:"target"`
	Case   string `json:"case"`

	Verdict  catalogue.Verdict `json:"verdict"`
	Expected bool              `json:"expected"`         // the verdict is as the list of known failures says
	Reason   string            `json:"reason,omitempty"` // why the case is expected to fail

	Want         string  `json:"want,omitempty"` // at the first difference: see [catalogue.Judgement]
	Got          string  `json:"got,omitempty"`
	Milliseconds float64 `json:"milliseconds,omitzero"` // from handing the case out until its transcript arrived

	// Attempts are all attempts, if the case ran more than once: because it failed on
	// time alone, as in --retries, or because it was to, as in --repeat.
	Attempts []Attempt `json:"attempts,omitempty"`

	Transcript catalogue.Transcript `json:"transcript,omitzero"`
}

// An Attempt is one of several runs of a case on a target.
type Attempt struct {
	Verdict      catalogue.Verdict `json:"verdict"`
	Want         string            `json:"want,omitempty"`
	Got          string            `json:"got,omitempty"`
	Milliseconds float64           `json:"milliseconds,omitzero"`
}

// String returns the verdict and its reason.
func (a Attempt) String() string {
	switch {
	case a.Got == "":
		return string(a.Verdict)
	case a.Want == "":
		return fmt.Sprintf("%s: %s", a.Verdict, a.Got)
	}
	return fmt.Sprintf("%s: want %s, got %s", a.Verdict, a.Want, a.Got)
}

// Attempts returns what a report says of the attempts of a case; nil if there is one.
func Attempts(results []Result) (attempts []Attempt) {
	if len(results) < 2 {
		return nil
	}
	for _, r := range results {
		attempts = append(attempts, Attempt{r.Verdict, r.Want, r.Got, r.Milliseconds})
	}
	return attempts
}

// Worst returns the first result that is not as expected, or else the first.
func Worst(results []Result) Result {
	failed := slices.IndexFunc(results, func(r Result) bool { return !r.Expected })
	return results[max(failed, 0)]
}

// Flaky reports whether the case passed in some of its attempts, and not in others.
func (r *Result) Flaky() bool {
	passed := func(a Attempt) bool { return a.Verdict == catalogue.Pass }
	failed := func(a Attempt) bool { return !passed(a) }
	return slices.ContainsFunc(r.Attempts, passed) && slices.ContainsFunc(r.Attempts, failed)
}

// New returns the report of a run of cases, without targets and results.
func New(started time.Time, cases []catalogue.Case) *Report {
	r := &Report{Format: Format, Version: Version, Started: started.UTC().Truncate(time.Second)}
	for _, c := range cases {
		r.Cases = append(r.Cases, Describe(c))
	}
	return r
}

// Describe returns the whole description of a case.
func Describe(c catalogue.Case) Case {
	d := Summary(c)
	d.Expect, d.Server, d.Client = said(c.Expect), serverScript(c), clientScript(c)
	return d
}

// Summary returns the description of a case without its scripts and expectations.
func Summary(c catalogue.Case) Case {
	return Case{
		ID: c.ID, Title: c.Title, Requirement: c.Requirement, Level: c.Level, Spec: c.Spec,
		Contexts: c.Contexts, Impossible: c.Impossible,
	}
}

// Sort sorts the results by target and case, in the orders of the report's lists.
func (r *Report) Sort() {
	targets, cases := map[string]int{}, map[string]int{}
	for i, t := range r.Targets {
		targets[t.Name] = i
	}
	for i, c := range r.Cases {
		cases[c.ID] = i
	}
	slices.SortStableFunc(r.Results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(targets[a.Target], targets[b.Target]),
			cmp.Compare(cases[a.Case], cases[b.Case]),
		)
	})
}

// AsExpected reports whether every verdict is as expected.
func (r *Report) AsExpected() bool {
	return !slices.ContainsFunc(r.Results, func(result Result) bool { return !result.Expected })
}

// Slim returns the report without the times of results, the scripts of cases whose
// results are as expected, and the transcripts of cases that passed. It is a tenth of
// the size, and two runs with the same verdicts differ in few lines. For
// clients it has neither transcripts, because what was wanted and what was received says
// what a parser did, nor cases that are not applicable, which are most.
func (r *Report) Slim() *Report {
	slim := *r
	unexpected := map[string]bool{}
	for _, result := range r.Results {
		unexpected[result.Case] = unexpected[result.Case] || !result.Expected
	}
	slim.Cases = slices.Clone(r.Cases)
	for i := range slim.Cases {
		c := &slim.Cases[i]
		c.Expect = nil
		if !unexpected[c.ID] {
			c.Server, c.Client = nil, nil
		}
	}
	clients := map[string]bool{}
	for _, t := range r.Targets {
		clients[t.Name] = t.Client != ""
	}
	slim.Results = slices.DeleteFunc(slices.Clone(r.Results), func(result Result) bool {
		return clients[result.Target] && result.Verdict == catalogue.NotApplicable
	})
	for i := range slim.Results {
		result := &slim.Results[i]
		result.Milliseconds = 0
		if labelOf(result).Good || clients[result.Target] {
			result.Transcript = catalogue.Transcript{}
		}
	}
	if len(slim.Results) < len(r.Results) {
		left := map[string]bool{}
		for _, result := range slim.Results {
			left[result.Case] = true
		}
		slim.Cases = slices.DeleteFunc(slim.Cases, func(c Case) bool { return !left[c.ID] })
	}
	return &slim
}

// JSON writes the report as JSON. Each element of a list is on its own line, so that
// reports can be compared line by line.
func (r *Report) JSON(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"format\": %q,\n\"version\": %d,\n\"started\": %q,\n\"milliseconds\": %d",
		r.Format, r.Version, r.Started.Format(time.RFC3339Nano), r.Milliseconds)
	err := cmp.Or(writeList(&b, "targets", r.Targets), writeList(&b, "cases", r.Cases), writeList(&b, "results", r.Results))
	if err != nil {
		return err
	}
	b.WriteString("}\n")
	_, err = b.WriteTo(w)
	return err
}

func writeList[T any](b *bytes.Buffer, name string, list []T) error {
	fmt.Fprintf(b, ",\n%q: [\n", name)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, element := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(element); err != nil { // ends with a newline
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// Write writes the report to a file as JSON. The file is replaced as a whole or not at
// all.
func (r *Report) Write(path string) error {
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := atomicfile.Write(path, b.Bytes()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Read reads a report from a file that [Report.Write] wrote.
func Read(path string) (*Report, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return Parse(path, content)
}

// Parse reads a report from JSON. The path of its file is for errors.
func Parse(path string, content []byte) (*Report, error) {
	var head struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return nil, fmt.Errorf("report: %s is not JSON: %w (make it again: harness run --json %[1]s)", path, err)
	}
	if head.Format != Format {
		return nil, fmt.Errorf("report: %s has format %q: want %q, as harness run --json writes it", path, head.Format, Format)
	}
	if head.Version < Version {
		return nil, fmt.Errorf("report: %s has format version %d, and this harness reads version %d: make it again with harness run --json", path, head.Version, Version)
	}
	if head.Version > Version {
		return nil, fmt.Errorf("report: %s has format version %d, and this harness reads version %d: use the harness that wrote it, or a newer one", path, head.Version, Version)
	}
	var r Report
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("report: %s: %w", path, err)
	}
	return &r, nil
}
