package polyfill_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/polyfill"
)

// limit is how long to wait for a page to log something.
const limit = 2 * time.Minute

// TestExamples checks that the examples of README.md, copied verbatim beside the files
// of the packed tarball, receive a message in a browser without EventSource.
func TestExamples(t *testing.T) {
	t.Parallel()
	const (
		noPolicy = ""
		noWasm   = "script-src 'self' 'unsafe-inline'"
	)
	tests := []struct {
		heading, how string
		prepare      func(t *testing.T, p project, files site)
		policy       string
		legacy       bool // whether the page loads the legacy file
	}{
		{"A page", "copied", copied, noPolicy, false},
		{"A page", "without WebAssembly", copied, noWasm, true},
		{"Only where it is missing", "copied", copied, noPolicy, false},
		{"Only where it is missing", "without WebAssembly", copied, noWasm, true},
		{"Only where it is missing", "Vite", byVite, noWasm, false},
		{"Internet Explorer 11", "emulated", emulatedIE, noPolicy, true},
		{"A module page", "copied", copied, noPolicy, false},
		{"The second build", "copied", copied, noPolicy, false},
		{"One connection for all tabs", "copied", copied, noPolicy, false},
		{"Which streams are open", "copied", copied, noPolicy, false},
		{"A module page", "without WebAssembly", copied, noWasm, true},
		{"A bundler", "esbuild", byESBuild, noPolicy, false},
		{"A bundler", "Vite", byVite, noPolicy, false},
		{"A bundler", "without WebAssembly", byESBuild, noWasm, false},
		{"A bundler", "legacy file beside the bundle", legacyBeside, noWasm, true},
		{"TypeScript", "tsc, then esbuild", byTypeScript, noPolicy, false},
		{"A worker", "copied", copied, noPolicy, false},
		{"A worker", "without WebAssembly", copied, noWasm, true},
		{"A worker", "without WebAssembly and stacks", withoutStacks, noWasm, true},
		{"A module worker", "copied", copied, noPolicy, true},
		{"A module worker", "without WebAssembly", copied, noWasm, true},
		{"A service worker", "copied", copied, noPolicy, false},
		{"A service worker", "without WebAssembly", legacyFromTheStart, noWasm, true},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.heading+"/"+tt.how, func(t *testing.T) {
			files := example(t, tt.heading)
			tt.prepare(t, p, files)
			s := serve(t, files, tt.policy)
			require.Equal(t, "hello", s.logged(t, window))
			require.Equal(t, tt.legacy, s.served("/eventsource-legacy.js"))
		})
	}
}

// TestOnlyWhereMissing checks that the examples load nothing in a browser with
// EventSource.
func TestOnlyWhereMissing(t *testing.T) {
	t.Parallel()
	const native = `<script>self.EventSource = function () { setTimeout(function (source) { source.onmessage({ data: 'native' }) }, 100, this) }</script>`
	p := newProject(t)
	window := openBrowser(t)
	for how, prepare := range map[string]func(t *testing.T, p project, files site){"copied": copied, "Vite": byVite} {
		t.Run(how, func(t *testing.T) {
			files := example(t, "Only where it is missing")
			prepare(t, p, files)
			files["index.html"] = native + files["index.html"]
			s := serve(t, files, "")
			require.Equal(t, "native", s.logged(t, window))
			for name, content := range files {
				if strings.Contains(content, "EventSourcePolyfill") {
					require.False(t, s.served("/"+name), name)
				}
			}
		})
	}
}

// TestPreflights checks that the servers of README.md allow Last-Event-ID to another
// origin.
func TestPreflights(t *testing.T) {
	t.Parallel()
	files := example(t, "Another origin")
	tests := []struct {
		file, before, after string // what the program has around the example
		command             func(t *testing.T, file string) []string
	}{
		{"express.js", "var app = require(process.argv[2])()\n", "app.listen(PORT, '127.0.0.1')\n",
			func(t *testing.T, file string) []string { return []string{"node", file, installed(t, "express")} }},
		{"main.go", "package main\n\nimport \"net/http\"\n\nfunc main() {\n", "http.ListenAndServe(\"127.0.0.1:PORT\", nil)\n}\n",
			func(t *testing.T, file string) []string {
				program := file + ".exe"
				out, err := exec.Command("go", "build", "-o", program, file).CombinedOutput()
				require.NoError(t, err, "%s", out)
				return []string{program}
			}},
		{"nginx.conf", "daemon off; master_process off; pid nginx.pid; error_log stderr; events {}\nhttp { " + nginxFiles + " server { listen 127.0.0.1:PORT;\n", "}}\n",
			func(t *testing.T, file string) []string {
				return []string{nginx(t), "-p", filepath.Dir(file), "-c", file}
			}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			require.Contains(t, files, tt.file)
			port := freePort(t)
			path := filepath.Join(t.TempDir(), tt.file)
			program := strings.ReplaceAll(tt.before+files[tt.file]+tt.after, "PORT", strconv.Itoa(port))
			require.NoError(t, os.WriteFile(path, []byte(program), 0o644))
			arguments := tt.command(t, path)
			server := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
			var out bytes.Buffer
			server.Stdout, server.Stderr = &out, &out
			server.WaitDelay = time.Second
			require.NoError(t, server.Start())
			defer server.Wait()
			defer server.Process.Kill()

			var response *http.Response
			request, err := http.NewRequest(http.MethodOptions, fmt.Sprintf("http://127.0.0.1:%d/events", port), nil)
			require.NoError(t, err)
			request.Header.Set("Origin", "https://www.example.com")
			request.Header.Set("Access-Control-Request-Method", "GET")
			request.Header.Set("Access-Control-Request-Headers", "last-event-id")
			require.Eventually(t, func() bool {
				response, err = http.DefaultClient.Do(request)
				return err == nil
			}, limit, 50*time.Millisecond, "%s", &out)
			response.Body.Close()
			require.Equal(t, http.StatusNoContent, response.StatusCode)
			require.Equal(t, "https://www.example.com", response.Header.Get("Access-Control-Allow-Origin"))
			require.Equal(t, "Last-Event-ID", response.Header.Get("Access-Control-Allow-Headers"))
			require.Equal(t, "86400", response.Header.Get("Access-Control-Max-Age"))
		})
	}
}

// nginxFiles are directives for the block http of nginx: nothing is logged, and its
// temporary files are in its own folder, because those of Debian need an installed nginx.
const nginxFiles = "access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;"

// nginx returns the path of nginx.
func nginx(t *testing.T) string {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "no nginx found: run sh scripts/install-nginx.sh and add its folder to PATH")
	return ""
}

func freePort(t *testing.T) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// TestInstall checks which class the script installs, and that it names its version.
func TestInstall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page string
		want       string // EventSource, NativeEventSource, and the version
	}{
		{"none", `<script src="eventsource.js"></script>`, "ours undefined " + polyfill.Version},
		{"a native one", `<script>EventSource = Object</script><script src="eventsource.js"></script>`, "native native " + polyfill.Version},
		{"a native one, data-install", `<script>EventSource = Object</script><script src="eventsource.js" data-install="always"></script>`, "ours native " + polyfill.Version},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"index.html": tt.page + `<script>
				function name(it) { return it === EventSourcePolyfill ? 'ours' : it === Object ? 'native' : '' + it }
				console.log(name(EventSource), name(NativeEventSource), EventSourcePolyfill.version)
			</script>`}
			copied(t, p, files)
			require.Equal(t, tt.want, serve(t, files, "").logged(t, window))
		})
	}
}

// TestTier checks that the class says what runs, from the first listener on.
func TestTier(t *testing.T) {
	t.Parallel()
	tests := []struct{ hidden, want string }{
		{"nothing", "undefined wasm"},
		{"WebAssembly", "undefined js"},
		{"fetch", "undefined xhr"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		for _, script := range []string{"eventsource.js", "eventsource.dev.js"} {
			t.Run(script+" without "+tt.hidden, func(t *testing.T) {
				files := site{"index.html": `<script>delete self.` + tt.hidden + `</script><script src="` + script + `"></script><script>
					var before = EventSource.tier
					new EventSource('/events').onopen = function () { console.log(before + ' ' + EventSource.tier) }
				</script>`}
				copied(t, p, files)
				require.Equal(t, tt.want, serve(t, files, "").logged(t, window))
			})
		}
	}
}

// TestEventAfterDispatch checks that an event is at rest after its dispatch, so that the page
// can dispatch it again.
func TestEventAfterDispatch(t *testing.T) {
	t.Parallel()
	files := site{"index.html": `<script src="eventsource.js"></script><script>
		var source = new EventSource('/events'), seen = []
		var event = document.createEvent('Event')
		event.initEvent('other', false, false)
		source.addEventListener('other', function () { seen.push(event.eventPhase, event.currentTarget == source) })
		source.dispatchEvent(event)
		seen.push(event.eventPhase, event.currentTarget)
		source.dispatchEvent(event)
		console.log(seen.join(' '))
	</script>`}
	copied(t, newProject(t), files)
	require.Equal(t, "2 true 0  2 true", serve(t, files, "").logged(t, openBrowser(t)))
}

// TestMessages checks the exceptions that the page's mistakes cause.
func TestMessages(t *testing.T) {
	t.Parallel()
	tests := []struct{ code, want string }{
		{"EventSource('/events')", "TypeError: Failed to construct 'EventSource': use 'new' with a URL"},
		{"new EventSource", "TypeError: Failed to construct 'EventSource': use 'new' with a URL"},
		{"new EventSource('http://[')", "SyntaxError: Failed to construct 'EventSource': invalid URL http://["},
		{"new EventSource('/events', 1)", "TypeError: Failed to construct 'EventSource': the options must be an object"},
		{"source.addEventListener('message')", "TypeError: addEventListener: 2 arguments required"},
		{"source.addEventListener('message', 'f')", "TypeError: addEventListener: the listener must be a function or an object"},
		{"source.removeEventListener()", "TypeError: removeEventListener: 2 arguments required"},
		{"source.dispatchEvent('message')", "TypeError: dispatchEvent: expected an Event"},
		{"source.dispatchEvent(document.createEvent('Event'))", "InvalidStateError: dispatchEvent: the event is in use or has no type"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			files := site{"index.html": `<script src="eventsource.js"></script><script>
				var source = new EventSource('/events')
				try { ` + tt.code + `; console.log('nothing thrown') } catch (error) { console.log(error) }
			</script>`}
			copied(t, p, files)
			require.Equal(t, tt.want, serve(t, files, "").logged(t, window))
		})
	}
}

// TestPolicies checks what README.md says about content security policies.
func TestPolicies(t *testing.T) {
	t.Parallel()
	const (
		script = `<script nonce="n" src="eventsource.js"></script>`
		legacy = `<script nonce="n" src="eventsource-legacy.js"></script>`
		main   = `<script nonce="n" src="main.js"></script>`

		refused = "EventSource /events failed: cannot load /eventsource-legacy.js, needed because: CompileError"
	)
	tests := []struct {
		policy, page string
		want         string // prefix of what the page logs
		legacy       bool
	}{
		{"script-src 'self' 'wasm-unsafe-eval'", script + main, "hello", false},
		{"script-src 'self'", script + main, "hello", true},
		{"script-src 'nonce-n' 'strict-dynamic'", script + main, "hello", true},
		{"script-src 'nonce-n'", script + main, "hello", true},
		{"script-src 'nonce-n'", script + legacy + main, "hello", true},
		{"default-src 'none'; script-src 'self'; connect-src 'self'", script + main, "hello", true},
		{"script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'", script + main, "hello", false},
		{"script-src 'self'; require-trusted-types-for 'script'", script + main, "hello", true},
		{"script-src 'self'; require-trusted-types-for 'script'; trusted-types eventsource-wasm", script + main, "hello", true},
		{"script-src 'self'; require-trusted-types-for 'script'; trusted-types other", script + main, refused, false},
		{"script-src 'self'; require-trusted-types-for 'script'; trusted-types other", script + legacy + main, "hello", true},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.policy, func(t *testing.T) {
			files := site{
				"index.html": tt.page,
				"main.js":    "new EventSource('/events').onmessage = function (event) { console.log(event.data) }",
			}
			copied(t, p, files)
			s := serve(t, files, tt.policy)
			logged := strings.ReplaceAll(s.logged(t, window), s.URL, "")
			require.True(t, strings.HasPrefix(logged, tt.want), logged)
			require.Equal(t, tt.legacy, s.served("/eventsource-legacy.js"))
		})
	}
}

// TestIntegrity checks that the tags in README.md load the files from another origin,
// and refuse files that were modified.
func TestIntegrity(t *testing.T) {
	t.Parallel()
	const noWasm = "script-src * 'unsafe-inline'"
	tests := []struct {
		name, changed string // the modified file of the other origin; "": none
		policy        string
		want          string
	}{
		{"as built", "", "", "hello"},
		{"as built, without WebAssembly", "", noWasm, "hello"},
		{"modified script", "eventsource.js", "", "Uncaught ReferenceError: EventSource is not defined"},
	}
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{}
			copied(t, p, files)
			if tt.changed != "" {
				files[tt.changed] += "\n"
			}
			cdn := serve(t, files, "")
			tags := regexp.MustCompile("(?s)<!-- integrity -->\n```html\n(.*?)```").FindStringSubmatch(readme(t))
			require.NotNil(t, tags)
			s := serve(t, site{
				"index.html": strings.ReplaceAll(tags[1], `src="`, `src="`+cdn.URL+`/`) +
					"<script>new EventSource('/events').onmessage = function (event) { console.log(event.data) }</script>",
			}, tt.policy)
			require.Equal(t, tt.want, s.logged(t, window))
		})
	}
}

// A site maps the names of files to their contents.
type site map[string]string

// example returns the files that README.md shows under a heading. Each is a block of
// code whose first line is a comment with the file's name.
func example(t *testing.T, heading string) site {
	_, section, found := strings.Cut(readme(t), "\n## "+heading+"\n")
	require.True(t, found, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	files := site{}
	for _, block := range blocks.FindAllStringSubmatch(section, -1) {
		files[block[1]] = block[2]
	}
	require.NotEmpty(t, files)
	return files
}

var blocks = regexp.MustCompile("(?ms)^```\\w+\n(?:<!--|//|#) (\\S+)(?: -->)?\n(.*?)^```$")

func readme(t *testing.T) string {
	content, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(content)
}

// copied adds the files of dist.
func copied(t *testing.T, p project, files site) {
	files.add(t, p.sub("node_modules/eventsource-wasm/dist"))
}

func byESBuild(t *testing.T, p project, files site) { bundle(t, p, files, "main.js") }

func byVite(t *testing.T, p project, files site) {
	p.write(t, "index.html", `<!doctype html><script type="module" src="/main.js"></script>`)
	p.write(t, "main.js", files["main.js"])
	p.run(t, tool(t, "vite"), "build", "--outDir", "built", "--emptyOutDir")
	files.add(t, p.sub("built"))
}

func byTypeScript(t *testing.T, p project, files site) {
	p.write(t, "main.ts", files["main.ts"])
	p.tsc(t, "main.ts", "--lib", "es2020,dom", "--module", "esnext", "--moduleResolution", "bundler")
	bundle(t, p, files, "main.ts")
}

// legacyBeside bundles the example without the legacy file, which it copies.
func legacyBeside(t *testing.T, p project, files site) {
	files["main.js"] = strings.Replace(files["main.js"], "import 'eventsource-wasm/legacy'\n", "", 1)
	bundle(t, p, files, "main.js")
	copied(t, p, files)
}

// emulatedIE copies the files and emulates Internet Explorer.
func emulatedIE(t *testing.T, p project, files site) {
	copied(t, p, files)
	files["hide.js"] = hiding(t, transports["Internet Explorer 11"])
	files["index.html"] = strings.Replace(files["index.html"], "<script", `<script src="hide.js"></script><script`, 1)
}

// withoutStacks copies the files and removes the stacks of errors.
func withoutStacks(t *testing.T, p project, files site) {
	copied(t, p, files)
	files["worker.js"] = "Error.stackTraceLimit = 0\n" + files["worker.js"]
}

func legacyFromTheStart(t *testing.T, p project, files site) {
	copied(t, p, files)
	const worker = "service-worker.js"
	files[worker] = strings.Replace(files[worker], "'eventsource.js'", "'eventsource.js', 'eventsource-legacy.js'", 1)
}

// bundle adds a page with one script: the bundle of the entry.
func bundle(t *testing.T, p project, files site, entry string) {
	p.write(t, entry, files[entry])
	files["index.html"] = `<script src="bundle.js"></script>`
	files["bundle.js"] = string(p.esbuild(t, entry))
}

// add adds the files of a folder.
func (files site) add(t *testing.T, folder fs.FS) {
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		files[name] = string(content)
		return err
	})
	require.NoError(t, err)
}

// A server serves the files of a site and a stream at /events, and receives what the
// pages log.
type server struct {
	*httptest.Server
	files  site
	policy string // for all responses; "": none
	log    chan string

	open    sync.WaitGroup // streams of stories that are open
	stories sync.Map       // *storyState by name

	mu    sync.Mutex
	paths map[string]bool // of files that were served
}

func serve(t *testing.T, files site, policy string) *server {
	prelude, err := os.ReadFile("testdata/prelude.js")
	require.NoError(t, err)
	s := &server{files: maps.Clone(files), policy: policy, log: make(chan string, 100), paths: map[string]bool{}}
	s.files["prelude.js"] = string(prelude)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", s.file)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /story", s.story)
	mux.HandleFunc("GET /cut", s.cut)
	mux.HandleFunc("GET /closed", s.closed)
	mux.HandleFunc("GET /burst", s.burst)
	mux.HandleFunc("POST /received", s.received)
	mux.HandleFunc("GET /disconnected", s.disconnected)
	mux.HandleFunc("POST /log", s.logs)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// file serves a file of the site, without the browser's own EventSource.
func (s *server) file(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	content, found := s.files[name]
	if !found {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	s.paths[r.URL.Path] = true
	s.mu.Unlock()

	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if s.policy != "" {
		w.Header().Set("Content-Security-Policy", s.policy)
	}
	switch {
	case path.Ext(name) == ".html":
		fmt.Fprintln(w, `<script nonce="n" src="/prelude.js"></script>`)
	case strings.HasSuffix(name, "worker.js"):
		fmt.Fprintln(w, "delete self.EventSource")
	}
	io.WriteString(w, content)
}

// events sends one message and keeps the stream open.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	io.WriteString(w, "data: hello\n\n")
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func (s *server) logs(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 10000))
	select {
	case s.log <- string(body):
	default: // the test has failed or passed by now
	}
}

// served reports whether a file was served.
func (s *server) served(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paths[path]
}

// logged opens the site's page and returns the first line that it logs.
func (s *server) logged(t *testing.T, window browser.Driver) string {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var tab browser.Tab
	var err error
	isShared := window == shared.driver
	if isShared {
		tab, err = shared.tabs.show(s.URL)
	} else {
		tab, err = window.OpenTab(ctx, s.URL)
	}
	require.NoError(t, err)
	select {
	case text := <-s.log:
		if isShared {
			shared.tabs.put(tab)
		} else {
			tab.Close()
		}
		return text
	case <-ctx.Done():
		tab.Close()
		require.Fail(t, "the page logged nothing")
		return ""
	}
}
