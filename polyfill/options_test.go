package polyfill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// optionExamples returns the examples of the options in README.md, by the names of options
// that their first line lists.
func optionExamples(t *testing.T) map[string]string {
	_, section, found := strings.Cut(readme(t), "\n### Examples of the options\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	section, _, _ = strings.Cut(section, "\n### ")
	examples := map[string]string{}
	for _, block := range regexp.MustCompile("(?ms)^```js\n// ([\\w, ]+)(?:: [^\n]*)?\n(.*?)^```$").FindAllStringSubmatch(section, -1) {
		examples[block[1]] = block[2]
	}
	require.Len(t, examples, strings.Count(section, "```")/2, "each block begins with the options that it shows")
	return examples
}

// TestOptionExamples runs the examples of the options in README.md in Node.js, where each
// logs a line.
func TestOptionExamples(t *testing.T) {
	t.Parallel()
	const page = `import { EventSource } from 'eventsource-wasm/plus'
globalThis.location = { href: '{url}' }
globalThis.sessionStorage = { position: '6' }
globalThis.newToken = async () => 'secret'
const log = console.log
console.log = (...values) => {
	log(...values)
	process.exit()
}
`
	tests := map[string]string{ // what they log
		"headers":                           "GET /events Bearer secret",
		"method, body, reconnect":           "PUT /events {\"question\":\"Why?\"}",
		"redirect":                          "GET /events",
		"reconnect":                         "status 503 true",
		"idleTimeout, comments":             "hello",
		"lastEventId, lastEventIdParameter": "GET /events?after=6",
		"signal":                            "2",
		"fetch":                             "mocked",
		"observe":                           "request {url}/events",
		"maxEventSize, order":               "limit false",
		"shared, withCredentials":           "GET /events",
		"whenHidden":                        "GET /events",
	}
	examples := optionExamples(t)
	require.Len(t, examples, len(tests), "each example has a row here")
	p := newProject(t)
	for names, want := range tests {
		t.Run(names, func(t *testing.T) {
			require.Contains(t, examples, names)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if names == "reconnect" {
					http.Error(w, "", http.StatusServiceUnavailable)
					return
				}
				w.Header().Set("Content-Type", "text/event-stream")
				received := strings.Join(strings.Fields(strings.Join([]string{r.Method, r.RequestURI, r.Header.Get("Authorization"), string(body)}, " ")), " ")
				fmt.Fprintf(w, ": hello\nid: 7\ndata: %s\n\n", received)
				w.(http.Flusher).Flush()
				if names == "maxEventSize, order" {
					fmt.Fprint(w, "data: ", strings.Repeat("x", 2<<20))
				}
				if r.Method == http.MethodGet {
					w.(http.Flusher).Flush()
					<-r.Context().Done()
				}
			}))
			defer server.Close()
			p.write(t, "main.mjs", strings.ReplaceAll(page, "{url}", server.URL)+examples[names])
			require.Equal(t, strings.ReplaceAll(want, "{url}", server.URL)+"\n", p.output(t, "node", "main.mjs"))
		})
	}
}

// TestOptions checks that each option of plus.d.ts has a row in README.md, an example
// there, and a case of the suite.
func TestOptions(t *testing.T) {
	t.Parallel()
	types, err := os.ReadFile("plus.d.ts")
	require.NoError(t, err)
	_, declared, found := strings.Cut(string(types), "export interface ReconnectPolicy")
	require.True(t, found)
	declared, _, found = strings.Cut(declared, "/** Why an error event")
	require.True(t, found)
	options := regexp.MustCompile(`(?m)^  (\w+)\?:`).FindAllStringSubmatch(declared, -1)
	require.Greater(t, len(options), 20)

	var shown strings.Builder
	for names, code := range optionExamples(t) {
		fmt.Fprintln(&shown, names, code)
	}
	cases, err := catalogue.Load()
	require.NoError(t, err)
	var run strings.Builder
	for i := range cases {
		if strings.HasPrefix(cases[i].ID, "options/") {
			code, err := json.Marshal(cases[i].Client)
			require.NoError(t, err)
			run.Write(code)
		}
	}
	for _, option := range options {
		name := option[1]
		word := regexp.MustCompile(`\b` + name + `:`)
		row := regexp.MustCompile("(?m)^\\| .*`" + name + "`")
		require.True(t, row.MatchString(readme(t)), "%s has no row", name)
		require.True(t, word.MatchString(shown.String()), "no example shows %s", name)
		require.True(t, word.MatchString(run.String()), "no case uses %s", name)
	}
}
