// Package report holds the results of a run: one versioned JSON document, of
// which every other form of report is a view.
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

// Format and Version name the JSON form of a [Report]. The version grows when
// a reader of the last one would misread the next.
const (
	Format  = "eventsource-conformance"
	Version = 2
)

// A Report is what a run came to. It needs nothing else to be understood.
type Report struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Started      time.Time `json:"started"`
	Milliseconds int64     `json:"milliseconds"` // from start to end

	Targets []Target `json:"targets"` // in order of play
	Cases   []Case   `json:"cases"`   // in order of the catalogue
	Results []Result `json:"results"` // by target, then by case, in the orders above
}

// A Target is what cases are played on.
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

	// Hidden are the features of the browser that were hidden, as in --hide.
	Hidden []string `json:"hidden,omitempty"`
}

// A Case is what one must know of a case to read its results.
type Case struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Requirement string          `json:"requirement"`
	Level       catalogue.Level `json:"level"`
	Spec        string          `json:"spec"`

	Contexts   []catalogue.Context `json:"contexts,omitempty"`   // where it makes sense
	Impossible string              `json:"impossible,omitempty"` // why it is never played

	// Expect is all that must be seen, an element a line, as the file of the case
	// says it.
	Expect []string `json:"expect,omitempty"`
}

// A Result is what came of one case on one target.
type Result struct {
	Target string `json:"target"`
	Case   string `json:"case"`

	Verdict  catalogue.Verdict `json:"verdict"`
	Expected bool              `json:"expected"`         // the verdict is as it should be
	Reason   string            `json:"reason,omitempty"` // why the case is expected to fail

	Want         string  `json:"want,omitempty"` // at the first difference
	Got          string  `json:"got,omitempty"`
	Milliseconds float64 `json:"milliseconds,omitzero"` // from handing the case out to its record

	Transcript catalogue.Transcript `json:"transcript,omitzero"`
}

// New begins the document of a run of the cases.
func New(started time.Time, cases []catalogue.Case) *Report {
	d := &Report{Format: Format, Version: Version, Started: started.UTC().Truncate(time.Second)}
	for _, c := range cases {
		summary := Summary(c)
		summary.Expect = said(c.Expect)
		d.Cases = append(d.Cases, summary)
	}
	return d
}

// Summary is a case without what is played.
func Summary(c catalogue.Case) Case {
	return Case{
		ID: c.ID, Title: c.Title, Requirement: c.Requirement, Level: c.Level, Spec: c.Spec,
		Contexts: c.Contexts, Impossible: c.Impossible,
	}
}

// Sort puts the results in order.
func (d *Report) Sort() {
	targets, cases := map[string]int{}, map[string]int{}
	for i, t := range d.Targets {
		targets[t.Name] = i
	}
	for i, c := range d.Cases {
		cases[c.ID] = i
	}
	slices.SortStableFunc(d.Results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(targets[a.Target], targets[b.Target]),
			cmp.Compare(cases[a.Case], cases[b.Case]),
		)
	})
}

// AsExpected tells whether every verdict is as it should be.
func (d *Report) AsExpected() bool {
	return !slices.ContainsFunc(d.Results, func(r Result) bool { return !r.Expected })
}

// Slim is the document without what no view needs: times of results, and the
// transcripts of those that are as good as it gets. It is a tenth as large, and two
// runs with the same verdicts differ in few lines.
func (d *Report) Slim() *Report {
	slim := *d
	slim.Cases = slices.Clone(d.Cases)
	for i := range slim.Cases {
		slim.Cases[i].Expect = nil
	}
	slim.Results = slices.Clone(d.Results)
	for i := range slim.Results {
		r := &slim.Results[i]
		r.Milliseconds = 0
		if labelOf(r).Good {
			r.Transcript = catalogue.Transcript{}
		}
	}
	return &slim
}

// JSON writes the document: an element of its lists a line, so that two of them
// can be compared by lines.
func (d *Report) JSON(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"format\": %q,\n\"version\": %d,\n\"started\": %q,\n\"milliseconds\": %d",
		d.Format, d.Version, d.Started.Format(time.RFC3339Nano), d.Milliseconds)
	err := cmp.Or(writeList(&b, "targets", d.Targets), writeList(&b, "cases", d.Cases), writeList(&b, "results", d.Results))
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
		if err := e.Encode(element); err != nil { // with the end of its line
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// Write writes the document to a file, which is replaced as a whole or not at
// all.
func (d *Report) Write(path string) error {
	var b bytes.Buffer
	if err := d.JSON(&b); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := atomicfile.Write(path, b.Bytes()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Read reads the document that Write wrote.
func Read(path string) (*Report, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return Parse(path, content)
}

// Parse reads a document. The name is that of its file, for errors.
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
	var d Report
	if err := json.Unmarshal(content, &d); err != nil {
		return nil, fmt.Errorf("report: %s: %w", path, err)
	}
	return &d, nil
}
