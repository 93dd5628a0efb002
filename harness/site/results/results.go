// Package results keeps result documents and shows them: those that are committed,
// and those of visitors who have played the catalogue by hand.
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

	"eventsource-wasm/harness/conformance/report"
)

// maxByHand is how many documents of visitors are shown, the last ones.
const maxByHand = 64

// A Store holds documents by name. The zero value is an empty one.
type Store struct {
	folder string // where those of visitors are written; "": nowhere

	mu     sync.Mutex
	all    []entry // the committed ones by name, then those of visitors, the oldest first
	byHand int     // how many are of visitors
}

// An entry is a document that is shown.
type entry struct {
	name     string
	byHand   bool // of a visitor
	document *report.Report
}

// Open opens a store with the committed documents, and those that visitors have
// left in a folder, to which more are added; "": no folder.
func Open(committed fs.FS, folder string) (*Store, error) {
	all, err := read(committed, ".", false)
	if err != nil {
		return nil, err
	}
	s := &Store{folder: folder, all: all}
	if folder == "" {
		return s, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("no folder %s for the results of visitors: make it, or name another", folder)
	}
	kept, err := read(os.DirFS(folder), folder, true)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(kept, func(a, b entry) int { return a.document.Started.Compare(b.document.Started) })
	for _, e := range kept {
		s.addByHand(e)
	}
	return s, nil
}

// read reads the documents of a folder.
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

// addByHand adds the document of a visitor, in place of the oldest if there are
// too many.
func (s *Store) addByHand(e entry) {
	s.all = append(s.all, e)
	if s.byHand++; s.byHand > maxByHand {
		s.byHand--
		oldest := slices.IndexFunc(s.all, func(e entry) bool { return e.byHand })
		s.all = slices.Delete(s.all, oldest, oldest+1)
	}
}

// Keep adds the document of a visitor, and returns the name by which it is shown.
func (s *Store) Keep(d *report.Report) (name string, err error) {
	if len(d.Targets) == 0 {
		return "", errors.New("nothing was played")
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

// free is a name that no document has yet.
func (s *Store) free(name string) string {
	free := name
	for n := 2; s.find(free) != nil; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// find finds a document; nil: there is none. The store is locked.
func (s *Store) find(name string) *report.Report {
	i := slices.IndexFunc(s.all, func(e entry) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return s.all[i].document
}

// nameOf names a document by browser, version, implementations and date. Whatever
// a browser says of itself, it is the name of a file in its folder.
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
		part = strange.ReplaceAllString(part, "-")
		parts[i] = strings.Trim(part[:min(len(part), maxPart)], "-.")
	}
	return cmp.Or(strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "-"), "unknown")
}

// maxPart is the most of a part of a name, in bytes.
const maxPart = 24

var strange = regexp.MustCompile(`[^A-Za-z0-9.]+`)

// list is a copy of the entries.
func (s *Store) list() []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}
