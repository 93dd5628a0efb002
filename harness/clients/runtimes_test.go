package clients

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// TestRuntimes runs cases on the package in runtimes without a page. Each failure is in
// the suite's list of known failures, with its reason.
func TestRuntimes(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	adapter := root + "/harness/clients/node.mjs eventsource-wasm"
	setup := "node --import " + root + "/harness/clients/setup/"
	runtimes := root + "/build/runtimes/node_modules/"
	tests := []struct {
		name     string // of the client
		command  string
		requires string // in build
	}{
		{"eventsource-wasm", "node " + adapter, ""},
		{"eventsource-wasm@plus", "node " + adapter + "/plus", ""},
		{"eventsource-wasm@jsdom", "JSDOM=" + root + "/build/package/node_modules/jsdom " + setup + "jsdom.mjs " + adapter, "package/node_modules/jsdom"},
		{"eventsource-wasm@happy-dom", "HAPPY_DOM=" + runtimes + "happy-dom/lib/index.js " + setup + "happy-dom.mjs " + adapter, "runtimes/node_modules/happy-dom"},
		{"eventsource-wasm@node18", runtimes + "node18/bin/node " + adapter, "runtimes/node_modules/node18"},
		{"eventsource-wasm@node22", runtimes + "node22/bin/node " + adapter, "runtimes/node_modules/node22"},
		{"eventsource-wasm@node24", runtimes + "node24/bin/node " + adapter, "runtimes/node_modules/node24"},
		{"eventsource-wasm@bun", runtimes + "@oven/bun-linux-x64-baseline/bin/bun " + adapter, "runtimes/node_modules/@oven"},
		{"eventsource-wasm@deno", runtimes + "@deno/linux-x64-glibc/deno run --quiet --allow-all --no-lock " + adapter, "runtimes/node_modules/@deno"},
		{"eventsource-wasm@miniprogram", setup + "miniprogram.mjs " + adapter + "/miniprogram", ""},
		{"eventsource-wasm@react-native", setup + "react-native.mjs " + adapter, ""},
	}
	all, err := conformance.Cases()
	require.NoError(t, err)
	known, err := conformance.ReadExpectations(root+"/harness/conformance/runner/expectations.json", all)
	require.NoError(t, err)
	cases, err := conformance.Cases("parse/", "decode/", "state/", "network/", "response/", "last-event-id/", "redirect/", "request/cache-control-no-cache")
	require.NoError(t, err)
	inPackage := "cd " + root + "/polyfill && " // where its name resolves to the package itself
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat(filepath.Join(root, "build", tt.requires)); err != nil {
				missing(t, tt.requires+" is not installed: run sh scripts/install-package-tools.sh and sh scripts/install-runtimes.sh")
			}
			result, err := conformance.RunClient(t.Context(), conformance.ClientPlan{Name: tt.name, Command: inPackage + tt.command, Cases: cases, Retries: 1,
				Allow: func(r report.Result) (bool, string) { return known.Allow(r, report.Target{}) }})
			require.NoError(t, err)
			passed := 0
			for _, r := range result.Results {
				if r.Verdict == catalogue.Pass {
					passed++
				}
				require.True(t, r.Expected, "%s %s: want %s, got %s", r.Verdict, r.Case, r.Want, r.Got)
			}
			require.Greater(t, passed, 100)
		})
	}
}
