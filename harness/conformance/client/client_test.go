package client

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

var load = sync.OnceValues(catalogue.Load)

// cases returns cases of the catalogue.
func cases(t *testing.T, patterns ...string) []catalogue.Case {
	all, err := load()
	require.NoError(t, err)
	selected, err := catalogue.Select(all, patterns)
	require.NoError(t, err)
	return selected
}

func TestNeeds(t *testing.T) {
	tests := []struct {
		id, reason string
		needs      []string
	}{
		{"parse/lf", "", nil},
		{"last-event-id/tab-and-controls", "", []string{reconnect}},
		{"idl/constants", "has a script for a page", nil},
		{"url/scheme-file", "opens a URL that is not http", nil},
	}
	for _, tt := range tests {
		found := cases(t, tt.id)
		needs, reason := NeedsOf(&found[0])
		require.Equal(t, tt.needs, needs, tt.id)
		require.Equal(t, tt.reason, reason, tt.id)
	}

	applicable := func(f Features) (n int) {
		for _, c := range cases(t) {
			if missing(&c, f) == "" {
				n++
			}
		}
		return n
	}
	require.GreaterOrEqual(t, applicable(Features{Reports: Reports, Can: []string{reconnect, closing}}), 221)
	require.GreaterOrEqual(t, applicable(Features{Reports: []string{"lastEventId"}, Can: []string{reconnect, closing}}), 200)
	require.GreaterOrEqual(t, applicable(Features{Reports: []string{"lastEventId"}, Can: []string{feed}}), 92)
}

// testRun marks the processes of this run of the tests, in their environment.
const testRun = "EVENTSOURCE_TEST_RUN"

const readyLine = `echo '{"ready":{"protocol":1,"name":"bad 1","reports":["open"],"can":["reconnect"]}}'; `

// run runs cases on a client that the shell starts.
func runCommand(t *testing.T, command string, ids ...string) (*report.Report, error) {
	return Run(t.Context(), Plan{Command: command, Cases: cases(t, ids...)})
}

// A program that is no client does not run, with a reason that helps.
func TestNoClient(t *testing.T) {
	skipWithoutShell(t)
	longest, slowest := maxLine, readyLimit
	maxLine, readyLimit = 1<<20, 5*time.Second
	t.Cleanup(func() { maxLine, readyLimit = longest, slowest; requireGone(t) })
	tests := []struct{ name, command, want string }{
		{"no such program", "no-such-program", "it exited: exit status 127; its last error output: "},
		{"it exits", "echo sorry >&2; exit 3", "it exited: exit status 3; its last error output: sorry"},
		{"it is silent", "sleep 1000", "it did not write its first line, ready, within 5s"},
		{"garbage", "echo hello; sleep 1000", `it wrote a line that is not a message: "hello" (text for people belongs on standard error)`},
		{"another version", `echo '{"ready":{"protocol":9,"name":"x"}}'; sleep 1000`, "it speaks version 9 of the protocol; this harness speaks version 1"},
		{"an unknown word", `echo '{"ready":{"protocol":1,"name":"x","can":["fly"]}}'; sleep 1000`, `ready.can: unknown word "fly": want words from the list reconnect, close, cookies, cors, feed`},
		{"no name", `echo '{"ready":{"protocol":1}}'; sleep 1000`, "ready.name: missing"},
		{"a line without an end", "head -c 2000000 /dev/zero | tr '\\0' x; sleep 1000", "it wrote a line longer than 1 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := runCommand(t, tt.command, "parse/lf")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// A client that misbehaves while cases run costs these cases, and no process is left.
func TestMisbehaviour(t *testing.T) {
	skipWithoutShell(t)
	t.Cleanup(func() { requireGone(t) })
	tests := []struct {
		name, command string
		verdict       catalogue.Verdict
		want          string
	}{
		{"it crashes", readyLine + "read line; echo panic >&2; exit 2", catalogue.Error, "it exited: exit status 2; its last error output: panic"},
		{"it exits as if all were well", readyLine + "read line", catalogue.Error, "it exited: exit status 0"},
		{"it hangs", readyLine + "sleep 1000", catalogue.Error, "it hung: neither a request nor an event in "},
		{"it prints garbage", readyLine + "read line; echo oops; sleep 1000", catalogue.Error, `not a message: "oops"`},
		{"it floods its output", readyLine + `read line; while :; do echo '{"in":"1","event":{"type":"message","data":"x"}}'; done`, catalogue.Fail, `message "x"`},
		{"it floods its error output", readyLine + "read line; yes >&2", catalogue.Error, "it hung"},
		{"a child outlives it", readyLine + "setsid sleep 1000 & sleep 1000 & read line; exit 0", catalogue.Error, "it exited: exit status 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			result, err := runCommand(t, tt.command, "parse/lf")
			require.NoError(t, err)
			require.Len(t, result.Results, 1)
			require.Equal(t, tt.verdict, result.Results[0].Verdict)
			require.Contains(t, result.Results[0].Got, tt.want)
			require.Equal(t, "client/bad", result.Targets[0].Name)
		})
	}
}

// A client that refuses the stream of one case has not hung, and its case ends long before
// the limit.
func TestRefusal(t *testing.T) {
	simple := simplest()
	require.Empty(t, missing(&simple, Features{Reports: []string{"open"}}))
	require.Empty(t, missing(&simple, Features{Can: []string{feed}}))

	t.Setenv(asClient, "1")
	refused := cases(t, "parse/lf")
	refused[0].Client.URL = "{url}?refuse"
	refused[0].Client.Limit = 120000
	started := time.Now()
	result, err := Run(t.Context(), Plan{Command: os.Args[0], Cases: refused})
	require.NoError(t, err)
	require.Equal(t, catalogue.Timeout, result.Results[0].Verdict)
	require.Empty(t, result.Targets[0].Losses)
	require.Less(t, time.Since(started), time.Minute)
}

// A parser that stops reading is not fed any more, is not started again, and its case ends long
// before the limit.
func TestParserStopsReading(t *testing.T) {
	t.Setenv(asClient, "parser")
	huge := cases(t, "long-stream/huge-comment")
	huge[0].Client.Limit = 120000
	started := time.Now()
	result, err := Run(t.Context(), Plan{Command: os.Args[0], Cases: huge})
	require.NoError(t, err)
	require.Equal(t, catalogue.Timeout, result.Results[0].Verdict)
	require.Len(t, result.Results[0].Transcript.Events, 0)
	require.Empty(t, result.Targets[0].Losses)
	require.Less(t, time.Since(started), 100*time.Second)
}

// Bytes that arrive for a stream that a parser has ended are dropped: they are not the start
// of another stream.
func TestBytesAfterParserHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		input, send := io.Pipe()
		var output bytes.Buffer
		served := make(chan error)
		go func() { served <- Serve(impatient{}, input, &output) }()
		for _, line := range []string{`{"feed":"1","bytes":"Og=="}`, `{"feed":"1","bytes":"MA=="}`, `{"feed":"1","end":true}`} {
			_, err := io.WriteString(send, line+"\n")
			require.NoError(t, err)
			synctest.Wait()
		}
		send.Close()
		require.NoError(t, <-served)
		require.Equal(t, 1, strings.Count(output.String(), `"closed"`), output.String())
		require.NotContains(t, output.String(), `"event"`)
	})
}

// After ten losses in a row no more cases run, however many there are.
func TestLosses(t *testing.T) {
	skipWithoutShell(t)
	result, err := runCommand(t, readyLine+"read line; exit 2", "parse/")
	require.NoError(t, err)
	require.Len(t, result.Targets[0].Losses, maxInARow)
	require.Equal(t, len(result.Cases), len(result.Results))
	last := result.Results[len(result.Results)-1]
	require.Equal(t, catalogue.Error, last.Verdict)
	require.Contains(t, last.Got, "not run: the client exited or hung 10 times; last: it exited: exit status 2")
	requireGone(t)
}

// A client that exits after a case has ended, because of that case, does not spoil the next
// one: this one runs again, in a new process.
func TestExitAfterCase(t *testing.T) {
	t.Setenv(asClient, "leaver")
	all := append(cases(t, "parse/lf"), cases(t, "parse/cr")...)
	for i := range all {
		all[i].Alone = true
	}
	all[0].Client.URL, all[0].Client.Limit = "{url}?leave", 9000 // the longest case is the first
	script, err := catalogue.ReadScript([]byte(`{"server": [[{"send": "data:a\n"}, {"pause": 1000}, {"send": "data:b\n\n"}]]}`))
	require.NoError(t, err)
	all[1].Server = script.Server
	result, err := Run(t.Context(), Plan{Command: os.Args[0], Cases: all})
	require.NoError(t, err)
	for _, r := range result.Results {
		require.Equal(t, catalogue.Pass, r.Verdict, "%s: %s", r.Case, r.Got)
	}
	require.Len(t, result.Targets[0].Losses, 1)
}

// With Repeat, each case runs that often, and a case that passed only sometimes is flaky.
func TestRepeat(t *testing.T) {
	t.Setenv(asClient, "1")
	result, err := Run(t.Context(), Plan{Command: os.Args[0], Cases: cases(t, "parse/lf"), Retries: 1, Repeat: 3})
	require.NoError(t, err)
	require.Len(t, result.Results, 1)
	r := result.Results[0]
	var verdicts []catalogue.Verdict
	for _, a := range r.Attempts {
		verdicts = append(verdicts, a.Verdict)
	}
	require.Equal(t, []catalogue.Verdict{catalogue.Fail, catalogue.Pass, catalogue.Fail}, verdicts)
	require.True(t, r.Flaky())
	require.Equal(t, catalogue.Fail, r.Verdict)
}

// asClient is a variable of the environment with which this test's program is a client.
const asClient = "EVENTSOURCE_TEST_CLIENT"

func TestMain(m *testing.M) {
	if os.Getenv(asClient) == "" {
		os.Setenv(testRun, rand.Text())
		os.Exit(m.Run())
	}
	var client Client = &sometimes{}
	switch os.Getenv(asClient) {
	case "parser":
		client = impatient{}
	case "counter":
		client = &counter{}
	case "leaver":
		client = leaver{}
	}
	if err := Serve(client, os.Stdin, os.Stdout); err != nil {
		panic(err)
	}
}

// A sometimes is a client that reports the right event on its second stream only, and
// refuses URLs that end with ?refuse.
type sometimes struct{ streams int }

func (*sometimes) Features() Features { return Features{Name: "sometimes 1", Can: []string{reconnect}} }

func (c *sometimes) Open(ctx context.Context, s Stream, report func(Event)) {
	if strings.HasSuffix(s.URL, "?refuse") {
		return
	}
	response, err := http.Get(s.URL)
	if err != nil {
		return
	}
	defer response.Body.Close()
	c.streams++
	data := "wrong"
	if c.streams == 2 {
		data = "a\nb"
	}
	report(Event{Type: "message", Data: []byte(data)})
	<-ctx.Done()
}

// A leaver is a client that knows one event only. Half a second after a stream has ended
// whose URL ends with ?leave, it exits.
type leaver struct{}

func (leaver) Features() Features { return Features{Name: "leaver 1"} }

func (leaver) Open(ctx context.Context, s Stream, report func(Event)) {
	response, err := http.Get(s.URL)
	if err != nil {
		return
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && lines.Text() != "" {
	}
	report(Event{Type: "message", Data: []byte("a\nb")})
	if strings.HasSuffix(s.URL, "?leave") {
		time.AfterFunc(500*time.Millisecond, func() { os.Exit(2) })
	}
	<-ctx.Done()
}

// impatient is a parser that stops reading a stream that begins with a comment, and
// reports an event for any other.
type impatient struct{}

func (impatient) Features() Features { return Features{Name: "impatient 1", Can: []string{feed}} }

func (impatient) Open(_ context.Context, s Stream, report func(Event)) {
	first := make([]byte, 1)
	if _, err := s.Body.Read(first); err == nil && first[0] != ':' {
		report(Event{Type: "message", Data: []byte("x")})
	}
}

// A counter is a parser whose events hold the most streams that were open while it read
// theirs.
type counter struct {
	mu   sync.Mutex
	open []*int // for each open stream, the most so far
}

func (*counter) Features() Features { return Features{Name: "counter 1", Can: []string{feed}} }

func (c *counter) Open(_ context.Context, s Stream, report func(Event)) {
	most := new(int)
	c.mu.Lock()
	c.open = append(c.open, most)
	for _, m := range c.open {
		*m = max(*m, len(c.open))
	}
	c.mu.Unlock()
	io.Copy(io.Discard, s.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	report(Event{Type: "message", Data: []byte(strconv.Itoa(*most))})
	c.open = slices.DeleteFunc(c.open, func(m *int) bool { return m == most })
}

// A case with many bytes runs with no other beside it: the others would wait in the pipe
// that all streams share.
func TestLargeRunsAlone(t *testing.T) {
	t.Setenv(asClient, "counter")
	script := func(id, server string) catalogue.Case {
		c, err := catalogue.ReadScript([]byte(server))
		require.NoError(t, err)
		c.ID, c.Level = id, catalogue.Info
		c.Contexts = []catalogue.Context{catalogue.Window}
		c.Client = catalogue.Client{URL: "{url}", Limit: 20000}
		c.Expect = catalogue.Expect{Events: []catalogue.Event{{Type: "open"}, {Type: "message"}}}
		return c
	}
	slow := `{"server": [[{"send": ":"}, {"pause": 500}, {"send": "\n"}, {"end": true}]]}`
	large := `{"server": [[{"send": "0123456789abcdef", "repeat": 100000, "chunk": 4096, "gap": 0}, {"end": true}]]}`
	plan := Plan{Command: os.Args[0], Cases: []catalogue.Case{script("slow/1", slow), script("large/1", large), script("slow/2", slow)}}
	result, err := Run(t.Context(), plan)
	require.NoError(t, err)
	most := map[string]string{}
	for _, r := range result.Results {
		require.Len(t, r.Transcript.Events, 1, "%s: %s", r.Case, r.Got)
		most[r.Case] = r.Transcript.Events[0].Data.String()
	}
	require.Equal(t, map[string]string{"large/1": `"1"`, "slow/1": `"2"`, "slow/2": `"2"`}, most)
}

// An interrupt ends a run at once.
func TestInterrupt(t *testing.T) {
	skipWithoutShell(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	started := time.Now()
	_, err := Run(ctx, Plan{Command: readyLine + "sleep 1000", Cases: cases(t, "parse/")})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(started), 10*time.Second)
	requireGone(t)
}

func skipWithoutShell(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("process groups are managed on Linux only")
	}
}

// requireGone fails if a process is left that a test has started for a client.
func requireGone(t *testing.T) {
	require.Eventually(t, func() bool {
		paths, err := filepath.Glob("/proc/[0-9]*/environ")
		require.NoError(t, err)
		for _, path := range paths {
			environment, _ := os.ReadFile(path)
			if bytes.Contains(environment, []byte(testRun+"="+os.Getenv(testRun))) && !strings.Contains(path, "/self/") {
				return false
			}
		}
		return true
	}, 10*time.Second, 50*time.Millisecond, "a process of the client is left")
}
