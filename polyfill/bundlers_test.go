package polyfill_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/polyfill"
)

// TestBundlers checks that the package works in bundlers for old browsers, which do
// not read "exports" in package.json.
func TestBundlers(t *testing.T) {
	t.Parallel()
	const (
		module = `import 'eventsource-wasm/legacy'
			import 'eventsource-wasm/script'
			import { EventSource } from 'eventsource-wasm'
			new EventSource('/events').onmessage = function (event) { console.log(event.data, EventSourcePolyfill.version, EventSource.tier) }`
		common = `require('eventsource-wasm/legacy')
			require('eventsource-wasm/script')
			var EventSource = require('eventsource-wasm').EventSource
			new EventSource('/events').onmessage = function (event) { console.log(event.data, EventSourcePolyfill.version, EventSource.tier) }`
		moduleAlone = `import { EventSource } from 'eventsource-wasm'
			new EventSource('/events').onmessage = function (event) { console.log(event.data, EventSource.version, EventSource.tier) }`
		inWorker = `import 'eventsource-wasm/legacy'
			import { EventSource } from 'eventsource-wasm'
			new EventSource('/events').onmessage = function (event) { postMessage([event.data, EventSource.version, EventSource.tier].join(' ')) }`
		page       = `<script src="main.js"></script>`
		modulePage = `<script type="module" src="main.js"></script>`
	)
	tests := []struct {
		name   string
		bundle func(t *testing.T, p project, files site)
		files  site
		legacy bool // whether the page loads the legacy file
	}{
		{"webpack 4", webpack4("production"), site{"index.html": page, "main.js": module}, false},
		{"webpack 4, CommonJS", webpack4("production"), site{"index.html": page, "main.js": common}, false},
		{"webpack 4, development", webpack4("development"), site{"index.html": page, "main.js": module}, false},
		{"webpack 4, development, legacy file beside the page", webpack4("development"), site{"index.html": page, "main.js": moduleAlone}, true},
		{"browserify", byBrowserify, site{"index.html": page, "main.js": common}, false},
		{"Parcel", byParcel, site{"index.html": modulePage, "main.js": module}, false},
		{"Parcel, module worker", byParcel, site{
			"index.html": modulePage,
			"main.js": `new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
				.onmessage = function (event) { console.log(event.data) }`,
			"worker.js": "delete self.WebAssembly\n" + inWorker,
		}, false},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.bundle(t, p, tt.files)
			tt.files["index.html"] = "<script>delete self.WebAssembly</script>" + tt.files["index.html"]
			if tt.legacy {
				copied(t, p, tt.files)
			}
			s := serve(t, tt.files, "")
			require.Equal(t, "hello "+polyfill.Version+" js", s.logged(t, window))
			require.Equal(t, tt.legacy, s.served("/eventsource-legacy.js"))
		})
	}
}

// webpack4 returns a function that replaces main.js by the bundle of webpack 4.
func webpack4(mode string) func(t *testing.T, p project, files site) {
	return func(t *testing.T, p project, files site) {
		p.write(t, "main.js", files["main.js"])
		p.write(t, "webpack.js", `
			require(process.argv[2])({
				mode: process.argv[3],
				context: __dirname,
				entry: './main.js',
				output: { path: __dirname + '/built', filename: 'main.js' }
			}, function (error, stats) {
				if (error) throw error
				if (stats.hasErrors()) throw stats.toString()
			})`)
		// webpack 4 uses MD4, which OpenSSL 3 counts among its old algorithms.
		p.run(t, "node", "--openssl-legacy-provider", "webpack.js", installed(t, "webpack4"), mode)
		files.add(t, p.sub("built"))
	}
}

func byBrowserify(t *testing.T, p project, files site) {
	p.write(t, "main.js", files["main.js"])
	p.run(t, tool(t, "browserify"), "main.js", "-o", "built.js")
	built, err := os.ReadFile(filepath.Join(p.folder, "built.js"))
	require.NoError(t, err)
	files["main.js"] = string(built)
}

func byParcel(t *testing.T, p project, files site) {
	for name, content := range files {
		p.write(t, name, content)
	}
	p.run(t, tool(t, "parcel"), "build", "index.html", "--no-cache", "--dist-dir", "parcel")
	files.add(t, p.sub("parcel"))
}

// TestTestRunners checks that the package works in test runners that give Node.js the
// DOM of jsdom.
func TestTestRunners(t *testing.T) {
	t.Parallel()
	const receives = `
		test('a message arrives', function () {
			return new Promise(function (resolve, reject) {
				var source = new EventSource('STREAM')
				source.onmessage = function (event) {
					source.close()
					event.data == 'hello' ? resolve() : reject(event.data)
				}
				source.onerror = function () { reject(new Error('readyState ' + source.readyState)) }
			})
		}, 30000)`
	tests := []struct {
		name, file, code, config string
		command                  []string
	}{
		{"Vitest, module", "vitest.test.mjs", `import { EventSource } from 'eventsource-wasm'` + receives, "export default {}",
			[]string{"vitest", "run", "--environment", "jsdom", "--globals"}},
		{"Vitest, script", "vitest.test.mjs", receives, "export default { test: { setupFiles: ['eventsource-wasm/script'] } }",
			[]string{"vitest", "run", "--environment", "jsdom", "--globals"}},
		{"Jest, module", "jest.test.js", `require('eventsource-wasm/legacy')
			var EventSource = require('eventsource-wasm').EventSource` + receives, "",
			[]string{"jest"}},
		{"Jest, script", "jest.test.js", receives, "",
			[]string{"jest", "--setupFiles", "eventsource-wasm/legacy", "--setupFiles", "eventsource-wasm/script"}},
	}
	p := newProject(t)
	s := serve(t, site{}, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.write(t, tt.file, strings.ReplaceAll(tt.code, "STREAM", s.URL+"/events"))
			p.write(t, "vitest.config.mjs", tt.config)
			arguments := append([]string{tt.file}, tt.command[1:]...)
			if tt.command[0] == "jest" {
				arguments = append(arguments, "--rootDir", p.folder, "--env", installed(t, "jest-environment-jsdom"))
			} else {
				arguments = append(arguments[1:], tt.file)
			}
			p.run(t, tool(t, tt.command[0]), arguments...)
		})
	}
}

// TestJSDOM checks the script in a page of jsdom, which loads no files unless it is
// told to. Then a source fails, and the console says what is missing.
func TestJSDOM(t *testing.T) {
	t.Parallel()
	const (
		listen = `<script>
			var source = new EventSource('/events')
			source.onmessage = function (event) { console.log(event.data) }
			source.onerror = function () { console.log('error ' + source.readyState) }
		</script>`
		inline = `<script>SCRIPT</script>`
		legacy = `<script>LEGACY</script>`
		failed = "EventSource URL/events failed: cannot load eventsource-legacy.js, needed because: fetch or TextDecoder is missing"
	)
	tests := []struct {
		name, page string
		options    string
		want       []string // lines of the console
	}{
		{"the script alone", inline + listen, "{}", []string{failed, "error 2"}},
		{"with the legacy file", inline + legacy + listen, "{}", []string{"hello"}},
		{"jsdom loads files", `<script src="eventsource.js"></script>` + listen, "{ resources: 'usable' }", []string{"hello"}},
	}
	p := newProject(t)
	files := site{}
	copied(t, p, files)
	s := serve(t, files, "")
	p.write(t, "page.js", `
		const { JSDOM, VirtualConsole } = require(process.argv[2])
		const { page, options, url, count } = JSON.parse(process.argv[3])
		const dist = __dirname + '/node_modules/eventsource-wasm/dist/'
		const read = function (name) { return require('fs').readFileSync(dist + name, 'utf8') }
		const lines = []
		const virtualConsole = new VirtualConsole()
		const began = Date.now()
		virtualConsole.on('log', log).on('error', log).on('jsdomError', log)
		new JSDOM(page.replace('SCRIPT', function () { return read('eventsource.js') }).replace('LEGACY', function () { return read('eventsource-legacy.js') }), {
			...eval('(' + options + ')'), url, runScripts: 'dangerously', virtualConsole
		}).window.eval('delete self.EventSource')
		function log() {
			lines.push([].join.call(arguments, ' ').replaceAll(url, 'URL'))
			if (lines.length < count) return
			require('fs').writeFileSync('lines.json', JSON.stringify({ lines, took: Date.now() - began }))
			process.exit()
		}
	`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			arguments, err := json.Marshal(map[string]any{"page": tt.page, "options": tt.options, "url": s.URL, "count": len(tt.want)})
			require.NoError(t, err)
			p.run(t, "node", "page.js", installed(t, "jsdom"), string(arguments))
			written, err := os.ReadFile(filepath.Join(p.folder, "lines.json"))
			require.NoError(t, err)
			var got struct {
				Lines []string
				Took  int // milliseconds
			}
			require.NoError(t, json.Unmarshal(written, &got))
			require.Equal(t, tt.want, got.Lines)
			require.Less(t, got.Took, 30000, "a page that loads files waits for 30 s")
		})
	}
}

// TestLint checks the package with publint and are-the-types-wrong.
func TestLint(t *testing.T) {
	t.Parallel()
	tarball := pack(t)
	p := project{t.TempDir()}
	for _, command := range [][]string{{"publint", "--strict"}, {"attw"}} {
		t.Run(command[0], func(t *testing.T) {
			p.run(t, tool(t, command[0]), append(command[1:], tarball)...)
		})
	}
}

// installed returns the folder of a package that scripts/install-package-tools.sh
// installs.
func installed(t *testing.T, name string) string {
	path, err := filepath.Abs("../build/package/node_modules/" + name)
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		missing(t, name+" is not installed: run sh scripts/install-package-tools.sh")
	}
	return path
}
