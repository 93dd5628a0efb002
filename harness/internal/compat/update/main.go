// Command update makes of browser-compat-data what package compat embeds:
//
//	update DATA.json VERSION >features.json
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/compat"
)

// browsers are those that can be asked for.
var browsers = []string{"chrome", "edge", "firefox", "ie", "opera", "safari", "safari_ios"}

// features are those that can be hidden, with what the data calls them. One that
// has several names is there when all of them are.
var features = map[string][]string{
	"AbortController":          {"api.AbortController"},
	"DOMException-constructor": {"api.DOMException.DOMException"},
	"Event-constructor":        {"api.Event.Event"},
	"EventSource":              {"api.EventSource"},
	"EventTarget-constructor":  {"api.EventTarget.EventTarget"},
	"MessageEvent-constructor": {"api.MessageEvent.MessageEvent"},
	"Promise":                  {"javascript.builtins.Promise"},
	"Symbol":                   {"javascript.builtins.Symbol"},
	"TextDecoder":              {"api.TextDecoder"},
	"TextEncoder":              {"api.TextEncoder"},
	"URL":                      {"api.URL.URL"},
	"WeakMap":                  {"javascript.builtins.WeakMap"},
	"WebAssembly":              {"webassembly.api"},
	"bind":                     {"javascript.builtins.Function.bind"},
	"currentScript":            {"api.Document.currentScript"},
	"fetch":                    {"api.fetch"},
	"fetch-streams":            {"api.Response.body", "api.ReadableStream.getReader"},
	"globalThis":               {"javascript.builtins.globalThis"},
	"overrideMimeType":         {"api.XMLHttpRequest.overrideMimeType"},
	"performance-now":          {"api.Performance.now"},
	"queueMicrotask":           {"api.queueMicrotask"},
	"reportError":              {"api.reportError"},
	"responseURL":              {"api.XMLHttpRequest.responseURL"},
	"setPrototypeOf":           {"javascript.builtins.Object.setPrototypeOf"},
}

func main() {
	if err := extract(); err != nil {
		fmt.Fprintln(os.Stderr, "update:", err)
		os.Exit(1)
	}
}

func extract() error {
	if len(os.Args) != 3 {
		return errors.New("expected a file and its version: run scripts/compat.sh")
	}
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var tree node
	if err := json.Unmarshal(content, &tree); err != nil {
		return err
	}
	found := compat.Data{
		Source:   "@mdn/browser-compat-data " + os.Args[2],
		Versions: map[string][]string{},
		Added:    map[string]map[string]string{},
	}
	for _, browser := range browsers {
		if found.Versions[browser], err = versions(tree, browser); err != nil {
			return err
		}
	}
	for feature, names := range features {
		if found.Added[feature], err = added(tree, names); err != nil {
			return err
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", " ")
	return e.Encode(found)
}

// A node is an object of the data, which is a tree of names.
type node map[string]json.RawMessage

// at is the object of a name like api.EventSource, decoded.
func at(tree node, name string, to any) error {
	parts := strings.Split(name, ".")
	for _, part := range parts[:len(parts)-1] {
		var next node
		if err := json.Unmarshal(tree[part], &next); err != nil {
			return fmt.Errorf("no %s in the data: %w", name, err)
		}
		tree = next
	}
	if err := json.Unmarshal(tree[parts[len(parts)-1]], to); err != nil {
		return fmt.Errorf("no %s in the data: %w", name, err)
	}
	return nil
}

// versions are the releases of a browser, the oldest first.
func versions(tree node, browser string) ([]string, error) {
	var releases map[string]json.RawMessage
	if err := at(tree, "browsers."+browser+".releases", &releases); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Keys(releases), compat.Compare), nil
}

// added is by browser the version that brought all of the names.
func added(tree node, names []string) (map[string]string, error) {
	latest := map[string]string{}
	for _, browser := range browsers {
		var versions []string
		for _, name := range names {
			var all statements
			if err := at(tree, name+".__compat.support."+browser, &all); err != nil {
				return nil, err
			}
			versions = append(versions, all.first())
		}
		if !slices.Contains(versions, "") {
			latest[browser] = slices.MaxFunc(versions, compat.Compare)
		}
	}
	return latest, nil
}

// A statement says from which version a browser has a feature.
type statement struct {
	Added   any               `json:"version_added"` // "10.1", "≤15", "preview", false
	Removed any               `json:"version_removed"`
	Prefix  string            `json:"prefix"`
	Other   string            `json:"alternative_name"`
	Flags   []json.RawMessage `json:"flags"`
}

// statements are one, or a list of them, the newest first.
type statements []statement

func (all *statements) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]statement)(all))
	}
	*all = make(statements, 1)
	return json.Unmarshal(b, &(*all)[0])
}

// first is the first version that has the feature in any way, under its own name
// and without being asked to; "": none, or it has gone again.
func (all statements) first() (version string) {
	for i, s := range all {
		added, is := s.Added.(string)
		if !is || added == "preview" || s.Prefix != "" || s.Other != "" || s.Flags != nil {
			continue
		}
		if i == 0 && s.Removed != nil {
			return ""
		}
		version = strings.TrimPrefix(added, "≤")
	}
	return version
}
