package polyfill_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLegacyFile checks that the script finds the legacy file, however it was loaded
// itself.
func TestLegacyFile(t *testing.T) {
	t.Parallel()
	const (
		noWasm   = "script-src 'self' 'unsafe-inline'"
		listen   = `<script>new EventSource('/events').onmessage = function (event) { console.log(event.data) }</script>`
		whenDone = `new EventSource('/events').onmessage = function (event) { console.log(event.data) }`
	)
	tests := []struct {
		name, page string
		policy     string
		loaded     string // the file that is loaded
	}{
		{"a query with slashes", `<script src="eventsource.js?v=2026/11/28"></script>` + listen, noWasm, "/eventsource-legacy.js"},
		{"a fragment with slashes", `<script src="eventsource.js#/a/b"></script>` + listen, noWasm, "/eventsource-legacy.js"},
		{"another folder", `<script src="lib/v1.2/eventsource.js"></script>` + listen, noWasm, "/lib/v1.2/eventsource-legacy.js"},
		{"a renamed script", `<script src="lib/v1.2/es.3f2a.js" data-legacy="/lib/old.9c1b.js"></script>` + listen, noWasm, "/lib/old.9c1b.js"},
		{"a package's name", `<script src="npm/eventsource-wasm"></script>` + listen, noWasm, "/npm/eventsource-wasm/dist/eventsource-legacy.js"},
		{"a package's name and version", `<script src="npm/eventsource-wasm@0.2.0"></script>` + listen, noWasm, "/npm/eventsource-wasm@0.2.0/dist/eventsource-legacy.js"},
		{"a script in the page", `<script>INLINE</script>` + listen, noWasm, "/eventsource-legacy.js"},
		{"an injected script", `<script>
			var script = document.createElement('script')
			script.src = 'lib/v1.2/eventsource.js'
			script.onload = function () { ` + whenDone + ` }
			document.head.appendChild(script)
		</script><script src="other/last.js"></script>`, noWasm, "/lib/v1.2/eventsource-legacy.js"},
		{"an injected script, without currentScript", `<script>
			delete Document.prototype.currentScript
			var script = document.createElement('script')
			script.src = 'lib/v1.2/eventsource.js?v=1/2'
			script.onload = function () { ` + whenDone + ` }
			document.head.appendChild(script)
		</script><script src="other/last.js"></script>`, noWasm, "/lib/v1.2/eventsource-legacy.js"},
		{"a trace that names webpack", `<script>
			INLINE_START
			self.Error = function () { this.stack = 'Error\n    at eval (webpack:///./node_modules/eventsource-wasm/dist/eventsource.mjs?:1:1)' }
			INLINE
		</script>` + listen, noWasm, "/eventsource-legacy.js"},
		{"a nonce, and a later script without one", `<script nonce="n" src="eventsource.js"></script><script type="application/ld+json">{}</script><script nonce="n">` + whenDone + `</script>`,
			"script-src 'nonce-n'", "/eventsource-legacy.js"},
		{"a module with a nonce, and a later script without one", `<script nonce="n" type="module">
			import { EventSource } from './eventsource.mjs'
			` + whenDone + `
		</script><script type="application/ld+json">{}</script>`, "script-src 'nonce-n' 'strict-dynamic'", "/eventsource-legacy.js"},
		{"data-core asks for JavaScript", `<script src="eventsource.js" data-core="javascript"></script>` + listen, "", "/eventsource-legacy.js"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"other/last.js": ""}
			copied(t, p, files)
			for _, name := range []string{"eventsource.js", "eventsource-legacy.js"} {
				files["lib/v1.2/"+name] = files[name]
				files["npm/eventsource-wasm/dist/"+name] = files[name]
				files["npm/eventsource-wasm@0.2.0/dist/"+name] = files[name]
			}
			files["npm/eventsource-wasm"] = files["eventsource.js"]
			files["npm/eventsource-wasm@0.2.0"] = files["eventsource.js"]
			files["lib/v1.2/es.3f2a.js"] = files["eventsource.js"]
			files["lib/old.9c1b.js"] = files["eventsource-legacy.js"]
			files["index.html"] = strings.NewReplacer("INLINE_START", "", "INLINE", files["eventsource.js"]).Replace(tt.page)
			s := serve(t, files, tt.policy)
			require.Equal(t, "hello", s.logged(t, window))
			require.True(t, s.served(tt.loaded), "%s was not loaded", tt.loaded)
		})
	}
}

// TestNoTrialOfWebAssembly checks that a page that loads the legacy file itself, or asks
// for the core in JavaScript, causes no violation of its policy.
func TestNoTrialOfWebAssembly(t *testing.T) {
	t.Parallel()
	const report = `<script nonce="n">
		addEventListener('securitypolicyviolation', function (event) { console.log('violation ' + event.violatedDirective) })
	</script>`
	const listen = `<script nonce="n">new EventSource('/events').onmessage = function (event) { console.log(event.data) }</script>`
	p := newProject(t)
	window := openBrowser(t)
	for _, scripts := range []string{
		`<script nonce="n" src="eventsource.js"></script><script nonce="n" src="eventsource-legacy.js"></script>`,
		`<script nonce="n" src="eventsource.js" data-core="javascript"></script>`,
	} {
		t.Run(scripts, func(t *testing.T) {
			files := site{"index.html": report + scripts + listen}
			copied(t, p, files)
			require.Equal(t, "hello", serve(t, files, "script-src 'nonce-n'").logged(t, window))
		})
	}
}
