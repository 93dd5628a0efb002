package visits

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/report"
)

// A testServer is a server that records the reports it stores.
type testServer struct {
	t      *testing.T
	visits *Server
	server *httptest.Server
	stored chan *report.Report
}

func start(t *testing.T) *testServer {
	c := &testServer{t: t, stored: make(chan *report.Report, maxKept)}
	var err error
	c.visits, err = NewServer(t.Context(), Config{Keep: func(r *report.Report) (string, error) {
		c.stored <- r
		return "stored", nil
	}})
	require.NoError(t, err)
	c.server = httptest.NewServer(c.visits.Handler())
	t.Cleanup(c.server.Close)
	return c
}

// request makes a request and returns the status and text of the response.
func (c *testServer) request(method, path string, form url.Values, headers ...string) (int, string) {
	c.t.Helper()
	request, err := http.NewRequest(method, c.server.URL+path, strings.NewReader(form.Encode()))
	require.NoError(c.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.server.Client().Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	return response.StatusCode, strings.TrimSpace(string(body))
}

// begin starts a visit.
func (c *testServer) begin() state {
	c.t.Helper()
	status, text := c.request("POST", "/conformance/visits", url.Values{"implementation": {"native"}, "case": {"parse/lf"}}, "User-Agent", "Firefox/153.0")
	require.Equal(c.t, http.StatusOK, status, text)
	return c.read(text)
}

// read decodes a state.
func (c *testServer) read(text string) (s state) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal([]byte(text), &s))
	return s
}

// until requests the state of a visit until it is as wanted.
func (c *testServer) until(id string, wanted func(state) bool) state {
	c.t.Helper()
	var s state
	require.Eventually(c.t, func() bool {
		_, text := c.request("GET", "/conformance/visits/"+id, nil)
		s = c.read(text)
		return wanted(s)
	}, 30*time.Second, 10*time.Millisecond)
	return s
}

func over(s state) bool { return s.Over }

// next requests a case, as the page in the frame does, and returns the URL of its page.
func (c *testServer) next(s state) (page string) {
	c.t.Helper()
	response, err := http.Get(s.Frame + "next?slot=0")
	require.NoError(c.t, err)
	defer response.Body.Close()
	var next struct{ Page string }
	require.NoError(c.t, json.NewDecoder(response.Body).Decode(&next))
	return next.Page
}

// key matches the key of the page of a case.
var key = regexp.MustCompile(`(?:recorder\.trust\(|data-key=)"(\w+)"`)

// record loads the page of a case, and posts a record of a wrong event.
func (c *testServer) record(page string) {
	c.t.Helper()
	response, err := http.Get(page)
	require.NoError(c.t, err)
	content, err := io.ReadAll(response.Body)
	response.Body.Close()
	require.NoError(c.t, err)
	found := key.FindSubmatch(content)
	require.NotNil(c.t, found, string(content))
	response, err = http.Post(page+"result?key="+string(found[1]), "application/json", strings.NewReader(`{"complete": true, "events": [{"type": "error", "class": "Event"}]}`))
	if err == nil { // the server may close before it answers the last one
		require.NoError(c.t, response.Body.Close())
	}
}

// The page in the frame runs cases as in any browser. Here a few requests replace the
// browser.
func TestVisit(t *testing.T) {
	c := start(t)
	s := c.until(c.begin().ID, func(s state) bool { return s.Frame != "" })
	require.Equal(t, 1, s.Total)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/session/`, s.Frame)

	c.record(c.next(s))
	s = c.until(s.ID, over)
	require.Equal(t, 1, s.Done)
	require.Equal(t, 1, s.Failed)
	require.Empty(t, s.Error)
	require.False(t, s.Stopped)
	require.Equal(t, "stored", s.Result)
	require.Equal(t, []score{{"firefox/native/window", 0, 1}}, s.Targets)
	require.Equal(t, "parse/lf", s.Differences[0].Case)

	d := <-c.stored
	require.Equal(t, "Firefox/153.0", d.Targets[0].BrowserVersion)
}

// If the visitor leaves, the cases that have run are judged, the remaining ones count as
// not run, and the report is not stored.
func TestLeave(t *testing.T) {
	c := start(t)
	s := c.until(c.begin().ID, func(s state) bool { return s.Frame != "" })
	c.next(s)
	status, _ := c.request("POST", "/conformance/visits/"+s.ID+"/leave", nil)
	require.Equal(t, http.StatusNoContent, status)
	s = c.until(s.ID, over)
	require.True(t, s.Stopped)
	require.Equal(t, "the page was closed", s.Error)
	require.Equal(t, "页面已关闭", s.ErrorZH)
	require.Zero(t, s.Done)
	require.Zero(t, s.Failed)
	require.Empty(t, s.Differences)
	require.Empty(t, s.Result)
	require.Empty(t, c.stored)
}

// A result is shown even if its report cannot be stored.
func TestKeepFails(t *testing.T) {
	c := start(t)
	c.visits.Keep = func(*report.Report) (string, error) { return "", errors.New("disk full") }
	s := c.until(c.begin().ID, func(s state) bool { return s.Frame != "" })
	c.record(c.next(s))
	s = c.until(s.ID, over)
	require.Equal(t, "disk full", s.Error)
	require.Len(t, s.Targets, 1)
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name    string
		form    url.Values
		headers []string
		status  int
		text    string
	}{
		{"no implementation", nil, nil, 400, "implementation: want native, polyfill or both"},
		{"too many", url.Values{"implementation": {"native", "native", "native"}}, nil, 400, "implementation: want native, polyfill or both"},
		{"a file", url.Values{"implementation": {"/etc/passwd.js"}}, nil, 400, `unknown implementation "/etc/passwd.js": want one of native, polyfill, polyfill-js, polyfill-xhr`},
		{"no such case", url.Values{"implementation": {"native"}, "case": {"x/"}}, nil, 400, `catalogue: no case "x/" (see harness list)`},
		{"no such context", url.Values{"implementation": {"native"}, "contexts": {"x"}}, nil, 400, `unknown context "x": want window, dedicated-worker, shared-worker or service-worker`},
		{"too large", url.Values{"implementation": {strings.Repeat("x", maxForm)}}, nil, 400, "cannot read the form"},
		{"another origin", url.Values{"implementation": {"native"}}, []string{"Origin", "http://evil.test"}, 403, "cross-origin request detected"},
	}
	c := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, text := c.request("POST", "/conformance/visits", tt.form, tt.headers...)
			require.Equal(t, tt.status, status)
			require.Contains(t, text, tt.text)
		})
	}
	status, _ := c.request("GET", "/conformance/visits/none", nil)
	require.Equal(t, http.StatusNotFound, status)
}

// The number of visits that run at once is limited, and so is that of ended ones that
// are kept.
func TestLimits(t *testing.T) {
	c := start(t)
	var ids []string
	for range maxRunning {
		ids = append(ids, c.begin().ID)
	}
	status, text := c.request("POST", "/conformance/visits", url.Values{"implementation": {"native"}})
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "4 visits are running: try again when one of them has ended", text)
	first, ids := ids[0], ids[1:]
	for range maxKept {
		c.visits.find(ids[0]).leave()
		c.until(ids[0], over)
		ids = append(ids[1:], c.begin().ID)
	}
	require.Len(t, c.visits.visits, maxKept)
	require.NotNil(t, c.visits.find(first), "it is still running")
}

// The page of a case shows what both sides do, runs the case, and shows what they have
// recorded. Nothing is stored.
func TestSingleCase(t *testing.T) {
	c := start(t)
	status, text := c.request("GET", "/conformance/cases", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, `{"id":"parse/lf","title":"Ends lines with LF",`)

	status, text = c.request("GET", "/conformance/cases/parse/lf", nil)
	require.Equal(t, http.StatusOK, status)
	for _, part := range []string{
		`"server":["each connection","    0 ms  head 200 OK",`, `"client":["source = new EventSource(`, `"expect":["event 1: `,
		`"specURL":"https://html.spec.whatwg.org/`, `"implementations":["native","polyfill","polyfill-js","polyfill-xhr"]`,
	} {
		require.Contains(t, text, part)
	}
	status, text = c.request("GET", "/conformance/cases/parse/lff", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "No case is called parse/lff. Did you mean parse/lf?", strings.TrimSpace(text))

	status, text = c.request("POST", "/conformance/cases/parse/lf", url.Values{"implementation": {"native"}, "contexts": {"shared-worker"}})
	require.Equal(t, http.StatusOK, status, text)
	s := c.until(c.read(text).ID, func(s state) bool { return s.Frame != "" })
	c.record(c.next(s))
	s = c.until(s.ID, over)
	require.Len(t, s.Outcomes, 1)
	require.Equal(t, "unknown/native/shared-worker", s.Outcomes[0].Target)
	require.Equal(t, "fail", s.Outcomes[0].Verdict)
	require.Equal(t, []string{"    0 ms  error, readyState 0"}, s.Outcomes[0].Page)
	require.Equal(t, []string{"no request"}, s.Outcomes[0].Server)
	require.Empty(t, s.Result)
	require.Empty(t, c.stored)

	status, text = c.request("POST", "/conformance/cases/cors/document-domain", url.Values{"implementation": {"native"}, "contexts": {"shared-worker"}})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "the case does not run in this context", text)
}

// Somebody who debugs chooses a file, which is read for each run. The report of each is
// passed on.
func TestDebug(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.js")
	done := make(chan *report.Report, 1)
	c := start(t)
	c.visits.Debug = &Debug{Implementation: file, Done: func(r *report.Report) { done <- r }}
	_, text := c.request("GET", "/conformance/cases/parse/lf", nil)
	require.Contains(t, text, `"implementations":["`+file+`","native",`)

	form := url.Values{"implementation": {file}, "contexts": {"window"}}
	status, text := c.request("POST", "/conformance/cases/parse/lf", form)
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, text, "no such file")

	for _, script := range []string{"one", "two"} {
		require.NoError(t, os.WriteFile(file, []byte(script), 0o644))
		status, text = c.request("POST", "/conformance/cases/parse/lf", form)
		require.Equal(t, http.StatusOK, status, text)
		s := c.until(c.read(text).ID, func(s state) bool { return s.Frame != "" })
		response, err := http.Get(s.Frame + "implementation.js")
		require.NoError(t, err)
		served, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, script, string(served))
		c.record(c.next(s))
		require.Equal(t, "mine.js", (<-done).Targets[0].Implementation)
	}
	status, _ = c.request("POST", "/conformance/cases/parse/lf", url.Values{"implementation": {file + ".js"}})
	require.Equal(t, http.StatusBadRequest, status)
}
