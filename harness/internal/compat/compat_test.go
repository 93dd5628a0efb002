package compat

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLacks(t *testing.T) {
	tests := []struct {
		name  string
		lacks []string
	}{
		{"edge@16", []string{
			"DOMException-constructor", "EventSource", "EventTarget-constructor", "TextDecoder", "TextEncoder", "globalThis", "origin",
			"queueMicrotask", "reportError", "scheduler",
		}},
		{"edge@15", []string{
			"AbortController", "DOMException-constructor", "EventSource", "EventTarget-constructor", "TextDecoder", "TextEncoder", "WebAssembly",
			"globalThis", "origin", "queueMicrotask", "reportError", "scheduler",
		}},
		{"edge@79", []string{"reportError", "scheduler"}},
		{"edge@95", nil},
		{"firefox@60", []string{"fetch-streams", "globalThis", "queueMicrotask", "reportError", "scheduler"}},
		{"safari@11", []string{"AbortController", "EventTarget-constructor", "globalThis", "queueMicrotask", "reportError", "scheduler"}},
		{"chrome@64", []string{"AbortController", "globalThis", "queueMicrotask", "reportError", "scheduler"}},
		{"ie@11", []string{
			"AbortController", "CustomEvent-constructor", "DOMException-constructor", "Event-constructor", "EventSource", "EventTarget-constructor",
			"MessageEvent-constructor", "Promise", "Symbol", "TextDecoder", "TextEncoder", "URL-constructor", "WebAssembly", "currentScript", "fetch",
			"fetch-streams", "globalThis", "origin", "queueMicrotask", "reportError", "responseURL", "scheduler",
			"anchor-parts", "uncached-XMLHttpRequest", "unthrown-stack",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lacks, err := Lacks(tt.name)
			require.NoError(t, err)
			require.Equal(t, tt.lacks, lacks)
		})
	}
}

// TestQuirks checks which versions have the quirks, and that each names its source.
func TestQuirks(t *testing.T) {
	for version, want := range map[string]bool{"ie@7": false, "ie@8": true, "ie@10": true, "edge@12": false} {
		lacks, err := Lacks(version)
		require.NoError(t, err)
		require.Equal(t, want, slices.Contains(lacks, "anchor-parts"), version)
	}
	for browser, quirks := range Quirks {
		for _, quirk := range quirks {
			require.NotEmpty(t, quirk.Source, "%s: %s", browser, quirk.Feature)
			require.NotContains(t, Features(), quirk.Feature, "MDN knows it")
			require.Subset(t, data.Versions[browser], []string{quirk.First, quirk.Last}, quirk.Feature)
		}
	}
}

func TestLacksInvalid(t *testing.T) {
	for name, want := range map[string]string{
		"edgehtml@16": `unknown browser "edgehtml": want one of chrome, edge, firefox, ie, opera, safari, safari_ios, with a version as in edge@16`,
		"":            `unknown browser "": want one of chrome, edge, firefox, ie, opera, safari, safari_ios, with a version as in edge@16`,
		"edge":        `edge has no version "": want one from 12 to 160, as in edge@12`,
		"edge@50":     `edge has no version "50": want one from 12 to 160, as in edge@12`,
		"safari@x":    `safari has no version "x": want one from 1 to 27.3, as in safari@1`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Lacks(name)
			require.EqualError(t, err, want)
		})
	}
}

func TestCompare(t *testing.T) {
	for _, pair := range [][2]string{{"9", "10.1"}, {"10", "10.1"}, {"10.1", "10.3"}, {"64", "100"}, {"5", "5.1"}} {
		require.Negative(t, Compare(pair[0], pair[1]), pair)
		require.Positive(t, Compare(pair[1], pair[0]), pair)
		require.Zero(t, Compare(pair[0], pair[0]))
	}
}
