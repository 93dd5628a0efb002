package compat

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLacks(t *testing.T) {
	tests := []struct {
		name  string
		lacks []string
	}{
		{"edge@16", []string{
			"DOMException-constructor", "EventSource", "EventTarget-constructor", "TextDecoder", "TextEncoder", "globalThis", "queueMicrotask", "reportError",
		}},
		{"edge@15", []string{
			"AbortController", "DOMException-constructor", "EventSource", "EventTarget-constructor", "TextDecoder", "TextEncoder", "WebAssembly",
			"globalThis", "queueMicrotask", "reportError",
		}},
		{"edge@79", []string{"reportError"}},
		{"edge@95", nil},
		{"firefox@60", []string{"fetch-streams", "globalThis", "queueMicrotask", "reportError"}},
		{"safari@11", []string{"AbortController", "EventTarget-constructor", "globalThis", "queueMicrotask", "reportError"}},
		{"chrome@64", []string{"AbortController", "globalThis", "queueMicrotask", "reportError"}},
		{"ie@11", []string{
			"AbortController", "DOMException-constructor", "Event-constructor", "EventSource", "EventTarget-constructor", "MessageEvent-constructor",
			"Promise", "Symbol", "TextDecoder", "TextEncoder", "URL", "WebAssembly", "currentScript", "fetch", "fetch-streams", "globalThis",
			"queueMicrotask", "reportError", "responseURL",
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
