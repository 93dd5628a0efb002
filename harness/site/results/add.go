package results

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"eventsource-wasm/harness/conformance/report"
)

// An Added says what [Add] did.
type Added struct {
	Path    string   // of the report in the folder
	Targets []string // whose results were added or replaced
	Warning string   // why the results may not compare with others; "": they do
}

// Add adds the report of a device that is not at hand to a folder of reports. The
// report may come from a visitor's browser: it is checked, and stripped of what the
// tables do not need. The note says what was measured and how, such as "iPhone 15, iOS
// 18.1, by hand"; it contains no names. If the folder has a report of the same version of
// the browser, the results become part of it, and replace those of the same targets.
func Add(folder, path, note string) (Added, error) {
	r, err := report.Read(path)
	if err != nil {
		return Added{}, err
	}
	if note = strings.TrimSpace(note); note == "" || len(note) > maxNote {
		return Added{}, fmt.Errorf("the note has %d bytes: want 1 to %d bytes that say what was measured and how, such as \"iPhone 15, iOS 18.1, by hand\"", len(note), maxNote)
	}
	name, err := addable(path, r)
	if err != nil {
		return Added{}, err
	}
	r = r.Slim()
	added := Added{Path: filepath.Join(folder, name+".json"), Warning: otherSuite(r)}
	replaced := map[string]bool{}
	for i := range r.Targets {
		r.Targets[i].Note = note
		added.Targets = append(added.Targets, r.Targets[i].Name)
		replaced[r.Targets[i].Name] = true
	}
	switch old, err := report.Read(added.Path); {
	case err == nil:
		r = report.Join(old.Only(func(t report.Target) bool { return !replaced[t.Name] }), r)
	case !errors.Is(err, fs.ErrNotExist):
		return Added{}, err
	}
	return added, r.Write(added.Path)
}

// maxNote is the most bytes of a note.
const maxNote = 120

// addable returns the name under which a report can be added: the browser and the first
// part of its version, as in safari@18.
func addable(path string, r *report.Report) (string, error) {
	if len(r.Targets) == 0 || len(r.Results) == 0 {
		return "", fmt.Errorf("%s has no results: run the suite on /conformance/ to the end, and download its JSON", path)
	}
	first := r.Targets[0]
	for _, t := range r.Targets {
		if t.Browser != first.Browser || t.BrowserVersion != first.BrowserVersion {
			return "", fmt.Errorf("%s has results of %s and of %s: add a report of one version of one browser", path, first.BrowserVersion, t.BrowserVersion)
		}
		if t.Started.IsZero() {
			return "", fmt.Errorf("%s does not say when %s ran: add a report that harness run or the site has written", path, t.Name)
		}
	}
	name := strings.Trim(unsafe.ReplaceAllString(first.Browser, "-"), "-.")
	if major := firstNumber.FindString(first.BrowserVersion); major != "" {
		name += "@" + major
	}
	return cmp.Or(name, "unknown"), nil
}

var firstNumber = regexp.MustCompile(`\d+`)

// otherSuite returns a warning if a report was made with another version of the
// catalogue than this program has, or "".
func otherSuite(r *report.Report) string {
	this := report.ThisSuite().Catalogue
	for _, t := range r.Targets {
		if t.Suite.Catalogue != this {
			return fmt.Sprintf("%s ran another version of the catalogue (%s, here %s), so cases may differ", t.Name, cmp.Or(t.Suite.Catalogue, "not recorded"), this)
		}
	}
	return ""
}
