// Command update generates the features.json of package compat from
// browser-compat-data. scripts/update-compat.sh runs it.
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

// browsers lists the browsers to extract.
var browsers = []string{"chrome", "edge", "firefox", "ie", "opera", "safari", "safari_ios"}

// features maps each feature that the harness can hide to its names in
// browser-compat-data. A browser has the feature if it supports all of the names.
var features = map[string][]string{
	"AbortController":          {"api.AbortController"},
	"CustomEvent-constructor":  {"api.CustomEvent.CustomEvent"},
	"DOMException-constructor": {"api.DOMException.DOMException"},
	"Event-constructor":        {"api.Event.Event"},
	"EventSource":              {"api.EventSource"},
	"EventTarget-constructor":  {"api.EventTarget.EventTarget"},
	"MessageEvent-constructor": {"api.MessageEvent.MessageEvent"},
	"Promise":                  {"javascript.builtins.Promise"},
	"Symbol":                   {"javascript.builtins.Symbol"},
	"TextDecoder":              {"api.TextDecoder"},
	"TextEncoder":              {"api.TextEncoder"},
	"URL":                      {"api.URL"},
	"URL-constructor":          {"api.URL.URL"},
	"WeakMap":                  {"javascript.builtins.WeakMap"},
	"WebAssembly":              {"webassembly.api"},
	"bind":                     {"javascript.builtins.Function.bind"},
	"currentScript":            {"api.Document.currentScript"},
	"fetch":                    {"api.fetch"},
	"fetch-streams":            {"api.Response.body", "api.ReadableStream.getReader"},
	"globalThis":               {"javascript.builtins.globalThis"},
	"origin":                   {"api.origin"},
	"overrideMimeType":         {"api.XMLHttpRequest.overrideMimeType"},
	"performance-now":          {"api.Performance.now"},
	"queueMicrotask":           {"api.queueMicrotask"},
	"reportError":              {"api.reportError"},
	"responseURL":              {"api.XMLHttpRequest.responseURL"},
	"scheduler":                {"api.Scheduler"},
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
		return errors.New("want two arguments, a file and its version: run scripts/update-compat.sh")
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

// A node is an object of browser-compat-data, whose members are nodes or values.
type node map[string]json.RawMessage

// decode decodes the member with a name like api.EventSource.
func decode(tree node, name string, to any) error {
	parts := strings.Split(name, ".")
	for _, part := range parts[:len(parts)-1] {
		var next node
		if err := json.Unmarshal(tree[part], &next); err != nil {
			return fmt.Errorf("no %s in browser-compat-data: %w", name, err)
		}
		tree = next
	}
	if err := json.Unmarshal(tree[parts[len(parts)-1]], to); err != nil {
		return fmt.Errorf("no %s in browser-compat-data: %w", name, err)
	}
	return nil
}

// versions returns the releases of a browser, oldest first.
func versions(tree node, browser string) ([]string, error) {
	var releases map[string]json.RawMessage
	if err := decode(tree, "browsers."+browser+".releases", &releases); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Keys(releases), compat.Compare), nil
}

// added returns, for each browser, the first version that supports all of the names.
// Browsers that do not are left out.
func added(tree node, names []string) (map[string]string, error) {
	latest := map[string]string{}
	for _, browser := range browsers {
		var versions []string
		for _, name := range names {
			var all statements
			if err := decode(tree, name+".__compat.support."+browser, &all); err != nil {
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

// A statement is a support statement of browser-compat-data.
type statement struct {
	Added   any               `json:"version_added"` // "10.1", "≤15", "preview", false
	Removed any               `json:"version_removed"`
	Prefix  string            `json:"prefix"`
	Other   string            `json:"alternative_name"`
	Flags   []json.RawMessage `json:"flags"`
}

// statements is a single support statement, or a list of them, newest first.
type statements []statement

func (all *statements) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]statement)(all))
	}
	*all = make(statements, 1)
	return json.Unmarshal(b, &(*all)[0])
}

// first returns the first version that supports the feature at least in part, under
// its standard name and by default. It returns "" if there is none or if the feature
// was removed.
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
