package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed cases/*.json
var files embed.FS

// Load returns all cases, in the order of their file names and within a file in
// its order. The error names every faulty case by file, id and key.
func Load() ([]Case, error) { return loadFrom(files) }

// LoadWith returns all cases, then those of the files *.json in a folder.
func LoadWith(folder string) ([]Case, error) {
	cases, err := Load()
	if err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("catalogue: no file *.json in %s: want one for each group of cases", folder)
	}
	if err != nil {
		return nil, err
	}
	return loadFiles(cases, names, os.ReadFile)
}

func loadFrom(fsys fs.FS) ([]Case, error) {
	names, err := fs.Glob(fsys, "cases/*.json")
	if err != nil {
		return nil, err
	}
	return loadFiles(nil, names, func(name string) ([]byte, error) { return fs.ReadFile(fsys, name) })
}

// loadFiles adds the cases of files to others.
func loadFiles(cases []Case, names []string, read func(name string) ([]byte, error)) ([]Case, error) {
	var faults []error
	seen := map[string]string{} // file by id
	for _, c := range cases {
		seen[c.ID] = "the catalogue"
	}
	for _, name := range names {
		raw, err := read(name)
		if err != nil {
			return nil, err
		}
		list, err := decodeFile(name, raw)
		faults = append(faults, err)
		for _, c := range list {
			if first, twice := seen[c.ID]; twice {
				faults = append(faults, fmt.Errorf("%s: %s: id: is also in %s; expected another id", name, c.ID, first))
			}
			seen[c.ID] = name
		}
		cases = append(cases, list...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	return cases, nil
}

// decodeFile reads the cases of one file. The error joins the first fault of
// each case.
func decodeFile(name string, raw []byte) ([]Case, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s: %w; expected an array of cases", name, positioned(raw, err))
	}
	group := strings.TrimSuffix(filepath.Base(name), ".json")
	var cases []Case
	var faults []error
	for i, raw := range list {
		c, err := decodeCase(group, raw)
		if err != nil {
			at := c.ID
			if at == "" {
				at = fmt.Sprintf("case %d", i+1)
			}
			faults = append(faults, fmt.Errorf("%s: %s: %w", name, at, err))
			continue
		}
		cases = append(cases, c)
	}
	return cases, errors.Join(faults...)
}

// positioned adds the line number to a JSON syntax error.
func positioned(raw []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	line := 1 + bytes.Count(raw[:syntax.Offset], []byte("\n"))
	return fmt.Errorf("line %d: %w", line, err)
}

// decodeCase reads a case, sets its defaults and checks it. With an error, it
// returns the part of the case that could be read, so that its id is known.
func decodeCase(group string, raw []byte) (Case, error) {
	var named struct{ ID string }
	_ = json.Unmarshal(raw, &named) // only for the id; faults are found below

	c := Case{ID: named.ID, Client: Client{URL: "{url}", Limit: 4000, Settle: 200}}
	if err := decodeStrict("", raw, &c); err != nil {
		return c, err
	}
	c.Source = strings.ReplaceAll(string(raw), "\n  ", "\n") // the cases are elements of an indented array
	addresses := addressesIn(string(raw))
	c.OtherHosts = slices.ContainsFunc(addresses, func(p placeholderEntry) bool { return p.other })
	c.Scheme = fixedScheme(addresses)
	if c.Server == nil {
		c.Server = silent()
	}
	if c.Contexts == nil {
		c.Contexts = c.defaultContexts()
	}
	return c, c.check(group, addresses)
}

// fromJSON reads an object, or a string, which is a message event with that
// data.
func (e *Event) fromJSON(at string, raw []byte) error {
	type form Event
	if len(raw) > 0 && raw[0] == '"' {
		e.Type = "message"
		return decodeStrict(at, raw, &e.Data)
	}
	return decodeStrict(at, raw, (*form)(e))
}

// An expectForm is an Expect as it is written.
type expectForm struct {
	// Events are all events of the sources that are recorded.
	Events []Event `json:"events"`

	// Messages stands for one open event, then these events.
	Messages []Event `json:"messages"`

	// Log are all calls of the script's t.log, as pairs of name and value.
	Log []Entry `json:"log"`

	// Requests are all requests to the stream and its routes.
	Requests []Request `json:"requests"`
}

// fromJSON expands the shorthand "messages".
func (e *Expect) fromJSON(at string, raw []byte) error {
	var form expectForm
	if err := decodeStrict(at, raw, &form); err != nil {
		return err
	}
	*e = Expect{Events: form.Events, Log: form.Log, Requests: form.Requests}
	if form.Messages == nil {
		return nil
	}
	if form.Events != nil {
		return fmt.Errorf("%s: has both events and messages; expected one of them", at)
	}
	e.Events = []Event{{Type: "open"}}
	for _, m := range form.Messages {
		if m.Type == "" {
			m.Type = "message"
		}
		e.Events = append(e.Events, m)
	}
	return nil
}

func (e *Entry) fromJSON(at string, raw []byte) error {
	if err := json.Unmarshal(raw, e); err != nil {
		return fmt.Errorf("%s: %s; expected a pair of name and value", at, abbreviate(raw))
	}
	return nil
}
