package polyfill_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sourceStory prints what happens to a source of the URL {url}, and closes it. CLASS is
// EventSource.
const sourceStory = `
	const source = new CLASS('{url}')
	source.onopen = () => console.log('open', source.readyState, CLASS.tier)
	source.onerror = event => console.log(event.type, source.readyState)
	source.onmessage = event => {
		console.log(event.data, event.lastEventId)
		if (event.data == '世界') source.close()
	}
	try {
		new CLASS('/events')
	} catch (error) {
		console.log(error.name, /must be absolute/.test(error.message))
	}
`

// storyOf is what programme prints with a tier.
func storyOf(tier string) string {
	return fmt.Sprintf("SyntaxError true\nopen 1 %s\nhello 1\nerror 0\nopen 1 %[1]s\n世界 2\n", tier)
}

// storyServer answers the first request of a client with an event and ends, and the
// second with another event, after a while and cut inside a character, and waits. Both
// requests must have the headers that no cache answers.
func storyServer(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// happy-dom is a page, where fetch should add them, but its fetch does not.
		if !strings.Contains(r.UserAgent(), "HappyDOM") {
			assert.Equal(t, []string{"no-cache"}, r.Header["Cache-Control"])
			assert.Equal(t, []string{"no-cache"}, r.Header["Pragma"])
		}
		w.Header().Set("Content-Type", "text/event-stream")
		switch id := r.Header.Get("Last-Event-ID"); id {
		case "":
			fmt.Fprint(w, "retry: 1\nid: 1\ndata: hello\n\n")
		case "1":
			rest := "data: 世界\nid: 2\n\n"
			for _, part := range []string{rest[:7], rest[7:]} {
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
				fmt.Fprint(w, part)
			}
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			t.Errorf("Last-Event-ID is %q", id)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// runtime returns the path of a program that scripts/install-runtimes.sh installs.
func runtime(t *testing.T, path string) string {
	path, err := filepath.Abs("../build/runtimes/node_modules/" + path)
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		missing(t, path+" is not installed: run sh scripts/install-runtimes.sh")
	}
	return path
}

// TestRuntimes checks that the package works in runtimes without a page, both builds,
// imported and required, and that the program ends by itself when its source is
// closed, but not before.
func TestRuntimes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, program string
		args          []string
	}{
		{"Node.js", "", nil},
		{"Node.js 18", "node18/bin/node", nil},
		{"Node.js 22", "node22/bin/node", nil},
		{"Node.js 24", "node24/bin/node", nil},
		{"Bun", "@oven/bun-linux-x64-baseline/bin/bun", nil},
		{"Deno", "@deno/linux-x64-glibc/deno", []string{"run", "--quiet", "--allow-net", "--allow-read", "--no-lock"}},
	}
	url := storyServer(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			program := "node"
			if tt.program != "" {
				program = runtime(t, tt.program)
			}
			for _, name := range []string{"eventsource-wasm", "eventsource-wasm/plus"} {
				code := strings.NewReplacer("{url}", url, "CLASS", "EventSource").Replace(sourceStory)
				p.write(t, "import.mjs", fmt.Sprintf("import { EventSource } from '%s'\n%s", name, code))
				p.write(t, "require.cjs", fmt.Sprintf("const { EventSource } = require('%s')\n%s", name, code))
				for _, file := range []string{"import.mjs", "require.cjs"} {
					require.Equal(t, storyOf("wasm"), p.output(t, program, append(tt.args, file)...), "%s of %s", file, name)
				}
			}
		})
	}
}

// TestHappyDOM checks that the package works with the globals of happy-dom, among them
// its fetch.
func TestHappyDOM(t *testing.T) {
	setup, err := filepath.Abs("../harness/clients/setup/happy-dom.mjs")
	require.NoError(t, err)
	t.Setenv("HAPPY_DOM", runtime(t, "happy-dom/lib/index.js"))
	p := newProject(t)
	p.write(t, "main.mjs", strings.ReplaceAll(`
		import { EventSource } from 'eventsource-wasm'
		const source = new EventSource('{url}')
		source.onmessage = event => {
			console.log(event.data, event instanceof window.MessageEvent, new EventSource('/events').url)
			process.exit()
		}`, "{url}", storyServer(t)))
	require.Equal(t, "hello true http://localhost/events\n", p.output(t, "node", "--import", setup, "main.mjs"))
}

// TestWorkerThread checks that a worker of Node.js ends when its source is closed.
func TestWorkerThread(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	code := strings.NewReplacer("{url}", storyServer(t), "CLASS", "EventSource").Replace(sourceStory)
	p.write(t, "worker.mjs", "import { EventSource } from 'eventsource-wasm'\n"+code)
	p.write(t, "main.mjs", "import { Worker } from 'node:worker_threads'\nnew Worker('./worker.mjs')")
	require.Equal(t, storyOf("wasm"), p.output(t, "node", "main.mjs"))
}

// TestFetchOption checks that in Node.js requests of the second build go through the
// caller's fetch, which may use a proxy, and that a header of the caller is not sent
// twice.
func TestFetchOption(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.write(t, "main.mjs", strings.ReplaceAll(`
		import { EventSource } from 'eventsource-wasm/plus'
		const source = new EventSource('http://stream.invalid/', {
			headers: { Authorization: 'Bearer x', pragma: 'no-cache' },
			fetch: (url, init) => {
				const { cache, ...rest } = init // as runtimes whose fetch ignores it
				console.log(url, init.headers)
				return fetch('{url}', rest)
			}
		})
		for await (const event of source) {
			console.log(event.data)
			source.close()
		}`, "{url}", storyServer(t)))
	require.Equal(t, "http://stream.invalid/ "+`{
  Accept: 'text/event-stream',
  Authorization: 'Bearer x',
  pragma: 'no-cache',
  'Cache-Control': 'no-cache'
}`+"\nhello\n", p.output(t, "node", "main.mjs"))
}

// TestWorkerd checks that the package works in Cloudflare's runtime, whose fetch throws
// on members for browsers, and which compiles no WebAssembly from bytes.
func TestWorkerd(t *testing.T) {
	t.Parallel()
	program := runtime(t, "@cloudflare/workerd-linux-64/bin/workerd")
	for _, name := range []string{"eventsource-wasm", "eventsource-wasm/plus"} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			code := strings.NewReplacer("{url}", storyServer(t), "CLASS", "EventSource").Replace(sourceStory)
			p.write(t, "main.mjs", fmt.Sprintf(`
				import { EventSource } from '%s'
				export default {
					async test() {
						%s
						while (source.readyState != 2) await new Promise(resolve => setTimeout(resolve, 10))
					}
				}`, name, code))
			result := api.Build(api.BuildOptions{
				AbsWorkingDir: p.folder,
				EntryPoints:   []string{"main.mjs"},
				Bundle:        true,
				Format:        api.FormatESModule,
				Conditions:    []string{"workerd", "worker", "browser"},
				Outfile:       filepath.Join(p.folder, "worker.mjs"),
				Write:         true,
				LogLevel:      api.LogLevelSilent,
			})
			require.Empty(t, result.Errors)
			p.write(t, "config.capnp", `
				using Workerd = import "/workerd/workerd.capnp";
				const config :Workerd.Config = (services = [
					(name = "main", worker = (modules = [(name = "worker", esModule = embed "worker.mjs")], compatibilityDate = "2023-02-28")),
					(name = "internet", network = (allow = ["private"])),
				]);`)
			require.Equal(t, storyOf("js"), p.output(t, program, "test", "config.capnp"))
		})
	}
}

// TestBareContext checks that the module loads and works with few globals: what the
// least of runtimes has, and nothing of a page.
func TestBareContext(t *testing.T) {
	t.Parallel()
	const timers = "console, setTimeout, clearTimeout"
	const run = `
		const globals = { exports: {}, GLOBALS }
		require('vm').runInNewContext(require('fs').readFileSync(require.resolve('PACKAGE')) + '', globals)
		const { EventSource } = globals.exports
	`
	tests := []struct{ name, globals, tier string }{
		{"fetch and streams", timers + ", fetch, Response, Request, URL, Event, EventTarget, AbortController, TextDecoder", "wasm"},
		{"without WebAssembly, classes of events, URL and AbortController", timers + ", fetch, Response, WebAssembly: undefined", "js"},
	}
	p := newProject(t)
	url := storyServer(t)
	for _, tt := range tests {
		for _, name := range []string{"eventsource-wasm", "eventsource-wasm/plus"} {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				p.write(t, "main.cjs", strings.NewReplacer("GLOBALS", tt.globals, "PACKAGE", name).Replace(run)+
					strings.NewReplacer("{url}", url, "CLASS", "EventSource").Replace(sourceStory))
				require.Equal(t, storyOf(tt.tier), p.output(t, "node", "main.cjs"))
			})
		}
	}
}

// output runs a program in the project, which must succeed, and returns what it prints.
func (p project) output(t *testing.T, name string, args ...string) string {
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = p.folder
	var errors strings.Builder
	command.Stderr = &errors
	out, err := command.Output()
	require.NoError(t, err, "%s%s", out, errors.String())
	return string(out)
}
