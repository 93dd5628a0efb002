package polyfill_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/wasm/eventstream"
)

// TestParser runs the tests of eventsource-wasm/parser, which are written in JavaScript.
func TestParser(t *testing.T) {
	t.Parallel()
	output, err := node(t, "--test", "testdata/parser.test.mjs").CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// TestReadableStream runs the tests of EventSource.fromReadableStream.
func TestReadableStream(t *testing.T) {
	output, err := node(t, "--test", "testdata/readable.test.mjs").CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// TestHostilePages runs the tests of what a page's functions, its server and its impatience
// may do to a source of the second build.
func TestHostilePages(t *testing.T) {
	output, err := node(t, "--test", "testdata/plus.test.mjs").CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// TestStreamsInBrowsers checks the parser's three ways and EventSource.fromReadableStream
// in a window and in a worker, on streams that the server keeps open.
func TestStreamsInBrowsers(t *testing.T) {
	files := site{
		"index.html": `<script type="module">
			import { story } from './streams.mjs'
			const inWindow = await story()
			const worker = new Worker('streams-worker.js', { type: 'module' })
			worker.onmessage = event => console.log(inWindow + '; ' + event.data)
		</script>`,
		"streams-worker.js": `
			import { story } from './streams.mjs'
			story().then(postMessage, error => postMessage(String(error)))`,
		"streams.mjs": `
			import { createParser, parse, ParserStream } from './parser.mjs'
			import { EventSource } from './eventsource-plus.mjs'

			// Firefox makes a request wait for another one that may fill its cache.
			const body = async () => (await fetch('/burst?3', { cache: 'no-store' })).body

			async function iterated() {
				const got = []
				for await (const event of parse(await body())) if (got.push(event.data) == 3) break
				return got
			}
			async function fed() {
				const got = []
				const parser = createParser({ onEvent: event => got.push(event.data) })
				for (const byte of new TextEncoder().encode('data: 中\n\ndata: 😀\n\n')) parser.feed(Uint8Array.of(byte))
				return got
			}
			async function piped() {
				const reader = (await body()).pipeThrough(new ParserStream()).getReader()
				const got = []
				while (got.push((await reader.read()).value.data) < 3);
				await reader.cancel()
				return got
			}
			async function dispatched() {
				const source = EventSource.fromReadableStream(await body())
				const got = []
				for await (const event of source) if (got.push(event.data + event.origin) == 3) break
				return got.concat(source.url, source.readyState)
			}
			export async function story() {
				try {
					return [await iterated(), await fed(), await piped(), await dispatched()].join(' ')
				} catch (error) {
					return String(error)
				}
			}`,
	}
	copied(t, newProject(t), files)
	const want = "1,2,3 中,😀 1,2,3 1null,2null,3null,about:event-stream,2"
	for _, name := range []string{"chromium", "wpe"} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, files, "")
			require.Equal(t, want+"; "+want, s.loggedIn(t, name))
		})
	}
}

// TestParserCases checks that the parser passes all cases of the catalogue that
// concern parsers, however it is used.
func TestParserCases(t *testing.T) {
	node(t)
	adapter, err := filepath.Abs("testdata/parser-client.mjs")
	require.NoError(t, err)
	cases, err := conformance.Cases()
	require.NoError(t, err)
	for _, way := range []string{"callback", "iterator", "stream"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel() // most of the time, each waits for the server
			report, err := conformance.RunClient(t.Context(), conformance.ClientPlan{Command: "node " + adapter + " " + way, Cases: cases, Retries: 3})
			require.NoError(t, err)
			passed := 0
			for _, r := range report.Results {
				switch r.Verdict {
				case catalogue.Pass:
					passed++
				case catalogue.Fail, catalogue.Timeout, catalogue.Error:
					t.Errorf("%s %s: want %s, got %s", r.Verdict, r.Case, r.Want, r.Got)
				}
			}
			t.Logf("%d cases passed", passed)
			require.GreaterOrEqual(t, passed, 92)
		})
	}
}

// A parserRun is a stream in chunks, and what a parser makes of it.
type parserRun struct {
	Chunks [][]byte      `json:"chunks"`
	Events []parsedEvent `json:"events"`
	Retry  int           `json:"retry"`
	ID     string        `json:"id"`
}

type parsedEvent struct {
	Type        string `json:"type"`
	Data        string `json:"data"`
	LastEventID string `json:"lastEventId"`
}

// TestParserAndCore checks that the parser and the core make the same of random
// streams, cut into random chunks.
func TestParserAndCore(t *testing.T) {
	t.Parallel()
	const count = 20_000
	const script = `
		const { createParser } = require('./dist/parser.cjs')
		const runs = JSON.parse(require('fs').readFileSync(0, 'utf8'))
		process.stdout.write(JSON.stringify(runs.map(({ chunks }) => {
			const events = []
			const parser = createParser({ onEvent: event => events.push(event) })
			for (const chunk of chunks) parser.feed(Buffer.from(chunk, 'base64'))
			return { chunks, events, retry: parser.reconnectionTime, id: parser.lastEventId }
		})))`
	random := rand.New(rand.NewPCG(1, 2))
	runs := make([]parserRun, count)
	for i := range runs {
		runs[i].Chunks = randomChunks(random)
	}
	input, err := json.Marshal(runs)
	require.NoError(t, err)
	command := node(t, "-e", script)
	command.Stdin = bytes.NewReader(input)
	output, err := command.Output()
	require.NoError(t, err)
	var got []parserRun
	require.NoError(t, json.Unmarshal(output, &got))
	require.Len(t, got, count)
	events := 0
	for i, run := range runs {
		want := coreRun(run.Chunks)
		events += len(want.Events)
		require.Equal(t, want, got[i], "%q", run.Chunks)
	}
	require.Greater(t, events, count/2)
}

// parts are what random streams consist of: fields, line ends, characters, pieces of
// characters and what is no UTF-8.
var parts = strings.Split("data|data:|data: |event: |event|id: |id|retry: |retry|:|: |a|b|name|12|0|9999999999|other: |dat|Data: |\x00|"+
	"\n|\n|\n|\n\n|\n\n|\r|\r|\r\n|\r\n|\r\n\r\n|\r\r|data: x\n\n|data: x\r\n\r\n|id: 7\nevent: name\ndata: {}\n\n|"+
	"\ufeff|é|中|😀|\xe4|\xb8|\xad|\xf0\x9f|\x80|\xff|\xc3| |  |\u2028|a long piece of text, longer than a short one", "|")

// plainParts are those of the usual stream, for which the parser has a path of its own.
var plainParts = slices.DeleteFunc(slices.Clone(parts), func(part string) bool {
	return strings.ContainsFunc(part, func(c rune) bool { return c == '\r' || c > unicode.MaxASCII })
})

func randomChunks(random *rand.Rand) (chunks [][]byte) {
	var stream []byte
	parts := parts
	if random.IntN(3) == 0 {
		parts = plainParts
	}
	most := 40
	if random.IntN(20) == 0 {
		most = 1000
	}
	for range 1 + random.IntN(most) {
		stream = append(stream, parts[random.IntN(len(parts))]...)
	}
	longest := 1 + random.IntN(1+len(stream))
	for len(stream) > 0 {
		size := min(len(stream), 1+random.IntN(longest))
		chunks = append(chunks, stream[:size])
		stream = stream[size:]
	}
	return chunks
}

// coreRun carries out the tokens of the core's parser: see [eventstream.Kind].
func coreRun(chunks [][]byte) parserRun {
	const firstDelay = 3000
	parser := eventstream.Parser{Retry: firstDelay}
	parser.Reset()
	run := parserRun{Chunks: chunks, Events: []parsedEvent{}}
	var value []byte
	var data, kind, id string
	for _, chunk := range chunks {
		tokens := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
		for _, token := range tokens[:parser.Feed(chunk, tokens)] {
			value = append(value, chunk[token.Start:token.End]...)
			text := decoded(value)
			switch token.Kind {
			case eventstream.Append:
				continue
			case eventstream.ID:
				id = text
			case eventstream.Type:
				kind = text
			case eventstream.Data, eventstream.Event:
				data = text
			case eventstream.Line:
				data += "\n" + text
			}
			value = nil
			if token.Kind >= eventstream.Commit {
				run.ID = id
			}
			if token.Kind > eventstream.Commit {
				if kind == "" {
					kind = "message"
				}
				run.Events = append(run.Events, parsedEvent{kind, data, id})
			}
			if token.Kind >= eventstream.Commit {
				kind = ""
			}
		}
	}
	run.Retry = parser.Retry
	return run
}

func decoded(value []byte) string {
	units := make([]uint16, len(value))
	return string(utf16.Decode(units[:eventstream.Decode(value, units)]))
}

// TestParserExample checks that the example of README.md runs in Node.js.
func TestParserExample(t *testing.T) {
	t.Parallel()
	stream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"text\": \"hello\"}\n\ndata: [DONE]\n\n")
	}))
	defer stream.Close()
	p := newProject(t)
	code := example(t, "A parser for your own client")["main.mjs"]
	require.Contains(t, code, "'/events'")
	p.write(t, "main.mjs", strings.Replace(code, "'/events'", "'"+stream.URL+"'", 1))
	command := node(t, "main.mjs")
	command.Dir = p.folder
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Equal(t, "hello\n", string(output))
}

// node returns a command that runs Node.js in this folder.
func node(t *testing.T, args ...string) *exec.Cmd {
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, "no node found: install Node.js")
	}
	return exec.CommandContext(t.Context(), "node", args...)
}
