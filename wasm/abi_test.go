package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

var update = flag.Bool("update", false, "rewrite polyfill/src/abi.js")

const abiFile = "../polyfill/src/abi.js"

// TestABI checks that abi.js holds the constants of this package and of the two
// below it. With -update it rewrites the file.
func TestABI(t *testing.T) {
	want := abi()
	if *update {
		require.NoError(t, os.WriteFile(abiFile, []byte(want), 0o644))
	}
	got, err := os.ReadFile(abiFile)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run: go test ./wasm -run TestABI -update")
}

// abi returns the text of abi.js.
func abi() string {
	var out strings.Builder
	out.WriteString("// Constants of the core. Generated from Go: do not edit, but run\n" +
		"// go test ./wasm -run TestABI -update\n")
	section := func(comment string) { fmt.Fprintf(&out, "\n// %s\n", comment) }
	constant := func(name string, value int) { fmt.Fprintf(&out, "export var %s = %d\n", name, value) }

	const word = unsafe.Sizeof(int32(0))
	section("The window, in 32-bit words: wasm/main.go.")
	constant("COUNT", int(unsafe.Offsetof(window.count)/word))
	constant("FIRST_TOKEN", int(unsafe.Offsetof(window.tokens)/word))
	constant("TOKEN_WORDS", int(unsafe.Sizeof(window.tokens[0])/word))

	section("The window, in bytes.")
	constant("CHUNK", int(unsafe.Offsetof(window.chunk)))
	constant("CHUNK_SIZE", chunkSize)

	section("Kinds of token: wasm/eventstream/parser.go.")
	constant("COMMENT", int(eventstream.CommentLine))
	constant("ID", int(eventstream.ID))
	constant("TYPE", int(eventstream.Type))
	constant("DATA", int(eventstream.Data))
	constant("LINE", int(eventstream.Line))
	constant("APPEND", int(eventstream.Append))
	constant("DISCARD", int(eventstream.Discard))
	constant("COMMIT", int(eventstream.Commit))
	constant("DISPATCH", int(eventstream.Dispatch))
	constant("EVENT", int(eventstream.Event))

	section("Actions: wasm/eventsource/connection.go.")
	constant("NOTHING", int(eventsource.Nothing))
	constant("REQUEST", int(eventsource.Request))
	constant("ANNOUNCE", int(eventsource.Announce))
	constant("REESTABLISH", int(eventsource.Reestablish))
	constant("FAIL", int(eventsource.Fail))
	constant("WAIT", int(eventsource.Wait))

	section("Settings and reasons: wasm/eventsource/policy.go.")
	constant("MAX_DELAY", int(eventsource.MaxDelay))
	constant("FACTOR", int(eventsource.Factor))
	constant("JITTER", int(eventsource.Jitter))
	constant("ATTEMPTS", int(eventsource.Attempts))
	constant("ON_END", int(eventsource.OnEnd))
	constant("RETRY_AFTER", int(eventsource.UseRetryAfter))
	constant("MAX_EVENT", int(eventsource.MaxEvent))
	constant("COMMENTS", int(eventsource.Comments))
	constant("FIRST_DELAY", int(eventsource.FirstDelay))
	constant("STATUSES", int(eventsource.Statuses))
	constant("ONE", eventsource.One)
	constant("MAX_STATUSES", int(eventsource.MaxStatuses))
	constant("NETWORK", int(eventsource.Network))
	constant("END", int(eventsource.End))
	constant("TIMEOUT", int(eventsource.Timeout))
	constant("HIDDEN", int(eventsource.Hidden))
	constant("WAKE", int(eventsource.Wake))
	constant("VISIBLE", int(eventsource.Visible))
	names := make([]string, eventsource.Wake+1)
	for reason := range names {
		names[reason] = fmt.Sprintf("'%v'", eventsource.Reason(reason))
	}
	fmt.Fprintf(&out, "export var REASONS = [%s]\n", strings.Join(names, ", "))
	return out.String()
}

// TestExports checks that the scripts use nothing of the core that it does not
// export, and that every export is used: JavaScript would notice only at run time.
func TestExports(t *testing.T) {
	exported := matches(t, regexp.MustCompile(`(?m)^//go:wasmexport (\w+)$`), "*.go")
	exported = append(exported, "memory")
	used := matches(t, regexp.MustCompile(`\bcore\.(\w+)_\b`), "../polyfill/src/*.js")
	used = append(used, matches(t, regexp.MustCompile(`\bcore\.(\w+)_\b`), "../polyfill/src/plus/*.js")...)
	slices.Sort(exported)
	exported = slices.Compact(exported)
	slices.Sort(used)
	require.Equal(t, exported, slices.Compact(used))
}

// matches returns what the first group of a pattern matches in the files of a glob.
func matches(t *testing.T, pattern *regexp.Regexp, glob string) (all []string) {
	files, err := filepath.Glob(glob)
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range pattern.FindAllSubmatch(content, -1) {
			all = append(all, string(m[1]))
		}
	}
	require.NotEmpty(t, all, glob)
	return all
}
