// Package results stores reports and serves them: the committed ones, and those of
// visitors who have run the catalogue in their browsers.
package results

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// maxByHand is the number of visitors' reports that are kept, the newest ones.
const maxByHand = 64

// A Store holds reports by name. The zero value is empty.
type Store struct {
	folder  string         // to which visitors' reports are written; "" for none
	clients *report.Report // of clients outside browsers; nil for none

	// levels are those of the cases of the catalogue. Pages that compare browsers count
	// by them, whatever level a case had when it ran.
	levels map[string]catalogue.Level

	mu     sync.Mutex
	all    []entry // the committed ones by name, then those of visitors, oldest first
	byHand int     // number of those of visitors

	revision int                  // counts the changes of all
	rendered map[string]*rendered // by path
}

// An entry is a stored report.
type entry struct {
	name   string
	byHand bool // of a visitor
	report *report.Report
}

// Open opens a store with the committed reports, of browsers and in the folder clients of
// other clients, and with those of visitors in a folder, to which [Store.Keep] adds more.
// If folder is "", it adds them in memory.
func Open(committed fs.FS, folder string) (*Store, error) {
	all, err := read(committed, ".", false)
	if err != nil {
		return nil, err
	}
	levels, err := catalogueLevels()
	if err != nil {
		return nil, err
	}
	s := &Store{folder: folder, all: all, levels: levels}
	outside, err := fs.Sub(committed, "clients")
	if err != nil {
		return nil, err
	}
	clients, err := read(outside, "clients", false)
	if err != nil {
		return nil, err
	}
	for _, e := range clients {
		s.clients = e.report
	}
	if folder == "" {
		return s, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("no folder %s for the results of visitors: create it, or name another", folder)
	}
	kept, err := read(os.DirFS(folder), folder, true)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(kept, func(a, b entry) int { return a.report.Started.Compare(b.report.Started) })
	for _, e := range kept {
		s.addByHand(e)
	}
	return s, nil
}

// catalogueLevels returns the levels of the cases of the catalogue by id.
var catalogueLevels = sync.OnceValues(func() (map[string]catalogue.Level, error) {
	cases, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	levels := map[string]catalogue.Level{}
	for _, c := range cases {
		levels[c.ID] = c.Level
	}
	return levels, nil
})

// read reads the reports in a folder.
func read(folder fs.FS, shown string, byHand bool) (all []entry, err error) {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		content, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, err
		}
		d, err := report.Parse(path.Join(shown, file), content)
		if err != nil {
			return nil, err
		}
		all = append(all, entry{strings.TrimSuffix(file, ".json"), byHand, d})
	}
	return all, nil
}

// addByHand adds the report of a visitor. If there are too many, it removes the
// oldest.
func (s *Store) addByHand(e entry) {
	s.revision++
	s.all = append(s.all, e)
	if s.byHand++; s.byHand > maxByHand {
		s.byHand--
		oldest := slices.IndexFunc(s.all, func(e entry) bool { return e.byHand })
		s.all = slices.Delete(s.all, oldest, oldest+1)
	}
}

// Keep adds the report of a visitor, and returns its name.
func (s *Store) Keep(d *report.Report) (name string, err error) {
	if len(d.Targets) == 0 {
		return "", errors.New("no case was run")
	}
	d = d.Slim()
	s.mu.Lock()
	defer s.mu.Unlock()
	name = s.free(nameOf(d))
	if s.folder != "" {
		if err := d.Write(filepath.Join(s.folder, name+".json")); err != nil {
			return "", err
		}
	}
	s.addByHand(entry{name, true, d})
	return name, nil
}

// free returns a name that no report has yet.
func (s *Store) free(name string) string {
	free := name
	for n := 2; s.find(free) != nil; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// find returns the report with a name, or nil. The caller holds s.mu.
func (s *Store) find(name string) *report.Report {
	if name == "clients" {
		return s.clients
	}
	i := slices.IndexFunc(s.all, func(e entry) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return s.all[i].report
}

// nameOf returns a name made of browser, version, implementations and date. Whatever a
// browser reports as its version, the name is safe as that of a file.
func nameOf(d *report.Report) string {
	parts := []string{d.Targets[0].Browser}
	if _, version, ok := strings.Cut(d.Targets[0].BrowserVersion, "/"); ok {
		parts = append(parts, version)
	}
	for _, t := range d.Targets {
		if !slices.Contains(parts, t.Implementation) {
			parts = append(parts, t.Implementation)
		}
	}
	parts = append(parts, d.Started.UTC().Format("20060102-150405"))
	for i, part := range parts {
		part = unsafe.ReplaceAllString(part, "-")
		parts[i] = strings.Trim(part[:min(len(part), maxPart)], "-.")
	}
	return cmp.Or(strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "-"), "unknown")
}

// maxPart is the most bytes of a part of a name.
const maxPart = 24

var unsafe = regexp.MustCompile(`[^A-Za-z0-9.]+`)

// list returns a copy of the entries.
func (s *Store) list() []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}
