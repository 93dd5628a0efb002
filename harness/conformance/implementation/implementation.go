// Package implementation knows what an implementation under test is: the
// browser's own EventSource, a tier of the polyfill or a script file, each with
// the features of the engine that are hidden from it.
//
// An [Implementation] also serves the scripts that put it into a page.
package implementation

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/suggest"
	"eventsource-wasm/polyfill"
)

// Native is the name of the browser's own EventSource.
const Native = "native"

// An Implementation is an EventSource under test.
type Implementation struct {
	Name   string   // Native, a tier of the polyfill, or the base name of the file
	Path   string   // of the file, as given; "": not a file
	Script []byte   // defines EventSource; nil: the browser's own is used
	Legacy []byte   // eventsource-legacy.js, which the polyfill loads from beside its script; nil: none
	Shared []byte   // eventsource-shared.js, which the second build loads from there; nil: none
	Hide   []string // features of the engine that are hidden from it: see Features
}

// A tier is a build of the polyfill in an engine that lacks features.
type tier struct {
	name           string
	script, legacy string   // files of polyfill/dist
	hide           []string // features that it must do without
}

const (
	scriptName = "eventsource.js"
	legacyName = "eventsource-legacy.js" // which a script loads from beside it

	plusScriptName = "eventsource-plus.js"
	plusLegacyName = "eventsource-plus-legacy.js"
	sharedName     = "eventsource-shared.js"
)

var tiers = []tier{
	{"polyfill", scriptName, legacyName, nil},
	{"polyfill-js", scriptName, legacyName, []string{"WebAssembly"}},
	{"polyfill-xhr", scriptName, legacyName, []string{"fetch"}},
	{"plus", plusScriptName, plusLegacyName, nil},
	{"plus-xhr", plusScriptName, plusLegacyName, []string{"fetch"}},
}

// Names returns the names that [Load] knows: "native", and the tiers of the polyfill.
func Names() []string {
	names := []string{Native}
	for _, t := range tiers {
		names = append(names, t.name)
	}
	return names
}

// Load returns the implementation with a name: "native", a tier of the polyfill,
// or the path of a script.
func Load(name string) (Implementation, error) {
	if name == Native {
		return Implementation{Name: name}, nil
	}
	if i := slices.IndexFunc(tiers, func(t tier) bool { return t.name == name }); i >= 0 {
		return tiers[i].load()
	}
	if !strings.HasSuffix(name, ".js") {
		return Implementation{}, fmt.Errorf("unknown implementation %q%s", name, cmp.Or(
			suggest.DidYouMean(name, Names()),
			fmt.Sprintf(": want %s or a FILE.js", strings.Join(Names(), ", ")),
		))
	}
	script, err := os.ReadFile(name)
	if err != nil {
		return Implementation{}, fmt.Errorf("implementation: %w", err)
	}
	legacy, err := os.ReadFile(filepath.Join(filepath.Dir(name), legacyName))
	if err != nil && !os.IsNotExist(err) {
		return Implementation{}, fmt.Errorf("implementation: %w", err)
	}
	return Implementation{Name: filepath.Base(name), Path: name, Script: script, Legacy: legacy}, nil
}

func (t tier) load() (Implementation, error) {
	script, err := fs.ReadFile(polyfill.Dist, t.script)
	if err != nil {
		return Implementation{}, err
	}
	i := Implementation{Name: t.name, Script: script, Hide: t.hide}
	if i.Legacy, err = fs.ReadFile(polyfill.Dist, t.legacy); err != nil {
		return Implementation{}, err
	}
	if t.script == plusScriptName {
		i.Shared, err = fs.ReadFile(polyfill.Dist, sharedName)
	}
	return i, err
}

// Build returns the hashes of the implementation's files, which name the build in
// results, and of the polyfill the version. The zero value is that of the browser's
// own EventSource.
func (i Implementation) Build() report.Build {
	b := report.Build{SHA256: hash(i.Script), Legacy: hash(i.Legacy)}
	if bytes.Equal(i.Script, polyfill.Script()) {
		b.Version = polyfill.Version
	}
	return b
}

// Blame returns the message of an error in which the implementation has the name that
// its user knows, in place of the URL of a script that the page loads.
func (i Implementation) Blame(message string) string {
	return scriptURL.ReplaceAllLiteralString(message, cmp.Or(i.Path, i.Name))
}

var scriptURL = regexp.MustCompile(`(https?://[^\s'"()]*/)?\bimplementation\.js\b`)

// hash returns the SHA-256 as 64 hex digits, or "" if there is no content.
func hash(content []byte) string {
	if content == nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Extends reports whether the implementation claims the options beyond the standard
// that cases of level extension use.
func (i Implementation) Extends() bool {
	return i.Path == "" && strings.HasPrefix(i.Name, "plus")
}
