package visits

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
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
	c.visits, err = NewServer(t.Context(), func(r *report.Report) (string, error) {
		c.stored <- r
		return "stored", nil
	})
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

// record posts an empty record for the page of a case.
func (c *testServer) record(page string) {
	c.t.Helper()
	response, err := http.Post(page+"result", "application/json", strings.NewReader(`{"complete": true}`))
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
	require.Equal(t, "stored", s.Result)
	require.Equal(t, []score{{"firefox/native/window", 0, 1}}, s.Targets)
	require.Equal(t, "parse/lf", s.Differences[0].Case)

	d := <-c.stored
	require.Equal(t, "Firefox/153.0", d.Targets[0].BrowserVersion)
}

// If the visitor leaves, the remaining cases are errors, and the report is not stored.
func TestLeave(t *testing.T) {
	c := start(t)
	s := c.until(c.begin().ID, func(s state) bool { return s.Frame != "" })
	c.next(s)
	status, _ := c.request("POST", "/conformance/visits/"+s.ID+"/leave", nil)
	require.Equal(t, http.StatusNoContent, status)
	s = c.until(s.ID, over)
	require.Equal(t, "the page was closed", s.Error)
	require.Equal(t, 1, s.Failed)
	require.Equal(t, string(catalogue.Error), s.Differences[0].Verdict)
	require.Empty(t, s.Result)
	require.Empty(t, c.stored)
}

// A result is shown even if its report cannot be stored.
func TestKeepFails(t *testing.T) {
	c := start(t)
	c.visits.keep = func(*report.Report) (string, error) { return "", errors.New("disk full") }
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
		{"a file", url.Values{"implementation": {"/etc/passwd.js"}}, nil, 400, `unknown implementation "/etc/passwd.js": want native or polyfill`},
		{"no such case", url.Values{"implementation": {"native"}, "case": {"x/"}}, nil, 400, `catalogue: no case "x/" (see harness list)`},
		{"no such context", url.Values{"implementation": {"native"}, "contexts": {"x"}}, nil, 400, `unknown contexts "x": want window or all`},
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
