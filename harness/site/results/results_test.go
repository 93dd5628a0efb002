package results

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// newReport returns a report with verdicts of the cases parse/a, parse/b and retry/c.
func newReport(browser, version, implementation string, verdicts ...catalogue.Verdict) *report.Report {
	d := report.New(noon, []catalogue.Case{
		{ID: "parse/a", Title: "Sends a", Requirement: "It is read.", Level: catalogue.Must},
		{ID: "parse/b", Title: "Sends b", Requirement: "It is read.", Level: catalogue.Must},
		{ID: "retry/c", Title: "Ends", Requirement: "It reconnects.", Level: catalogue.Info},
	})
	target := browser + "/" + implementation + "/window"
	d.Targets = []report.Target{{Name: target, Browser: browser, BrowserVersion: version, Implementation: implementation, Context: "window", Started: d.Started}}
	for i, verdict := range verdicts {
		result := report.Result{Target: target, Case: d.Cases[i].ID, Verdict: verdict, Expected: true, Got: "<i>" + browser + "</i>"}
		if verdict == catalogue.Pass {
			result.Got = ""
		}
		d.Results = append(d.Results, result)
	}
	return d
}

// committed returns a folder with reports.
func committed(t *testing.T, all map[string]*report.Report) fs.FS {
	files := fstest.MapFS{"README.md": {Data: []byte("not a report")}}
	for name, d := range all {
		var b strings.Builder
		require.NoError(t, d.JSON(&b))
		files[name+".json"] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return files
}

func two(t *testing.T) fs.FS {
	return committed(t, map[string]*report.Report{
		"chromium":    newReport("chromium", "Chrome/156.0", "native", catalogue.Pass, catalogue.Pass, catalogue.Recorded),
		"firefox@115": newReport("firefox@115", "Firefox/115.0", "native", catalogue.Pass, catalogue.Fail, catalogue.Recorded),
	})
}

func TestSummary(t *testing.T) {
	s, err := Open(two(t), "")
	require.NoError(t, err)
	_, err = s.Keep(newReport("safari", "Safari/11.1", "polyfill", catalogue.Pass))
	require.NoError(t, err)

	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/results/summary", nil))
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var got summary
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.Equal(t, summary{
		Browsers: []standing{
			{Name: "chromium", Browser: "chromium", Version: "Chrome/156.0", Date: "2026-11-22", Scores: [4]score{{2, 2}}},
			{Name: "firefox@115", Browser: "firefox@115", Version: "Firefox/115.0", Date: "2026-11-22", Scores: [4]score{{1, 2}}},
			{Name: "safari-11.1-polyfill-20261122-120000", ByHand: true, Browser: "safari", Version: "Safari/11.1", Date: "2026-11-22", Scores: [4]score{1: {1, 1}}},
		},
		Groups: []group{
			{"parse", "解析", map[string][]score{"native": {{2, 2}, {1, 2}, {}}}},
			{"retry", "重连", map[string][]score{"native": {{}, {}, {}}}},
		},
		Cases: map[string][]outcome{
			"native": {
				{Case: "parse/a", Title: "Sends a", Requirement: "It is read.", Level: "must", Shown: []behaviour{
					{Browsers: []string{"chromium", "firefox@115"}, Word: "pass", Good: true},
				}},
				{Case: "parse/b", Title: "Sends b", Requirement: "It is read.", Level: "must", Differs: true, Shown: []behaviour{
					{Browsers: []string{"chromium"}, Word: "pass", Good: true},
					{Browsers: []string{"firefox@115"}, Word: "fail", Got: "<i>firefox@115</i>"},
				}},
				{Case: "retry/c", Title: "Ends", Requirement: "It reconnects.", Level: "info", Differs: true, Shown: []behaviour{
					{Browsers: []string{"chromium"}, Word: "info", Got: "<i>chromium</i>", Good: true},
					{Browsers: []string{"firefox@115"}, Word: "info", Got: "<i>firefox@115</i>", Good: true},
				}},
			},
			"polyfill": {},
		},
	}, got)
}

// Browsers are compared by the levels of the catalogue, whatever level a case had when a
// report was made. Where the page of the report has another number, the summary has both.
func TestSummaryOfOldReport(t *testing.T) {
	cases, err := catalogue.Load()
	require.NoError(t, err)
	i := slices.IndexFunc(cases, func(c catalogue.Case) bool { return c.Level == catalogue.Should })
	must := slices.IndexFunc(cases, func(c catalogue.Case) bool { return c.Level == catalogue.Must })
	old := newReport("chromium@64", "Chrome/64.0", "native", catalogue.Fail, catalogue.Pass)
	old.Cases[0].ID, old.Results[0].Case = cases[i].ID, cases[i].ID // was must
	old.Cases[1].ID, old.Results[1].Case = cases[must].ID, cases[must].ID
	s, err := Open(committed(t, map[string]*report.Report{"chromium@64": old}), "")
	require.NoError(t, err)

	got := s.summary()
	require.Equal(t, [4]score{{1, 1}}, got.Browsers[0].Scores)
	require.Equal(t, &[4]score{{1, 2}}, got.Browsers[0].Own)
	var judged int
	for _, g := range got.Groups {
		judged += g.Scores["native"][0][1]
	}
	require.Equal(t, 1, judged, "the groups count as the browsers do")

	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/results/native", nil))
	require.Contains(t, w.Body.String(), "<strong>1</strong> of 1 must cases")
	w = httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/results/chromium@64", nil))
	require.Contains(t, w.Body.String(), "<strong>1</strong> of 2 must cases")
}

func TestHandler(t *testing.T) {
	s, err := Open(two(t), "")
	require.NoError(t, err)
	tests := []struct {
		path   string
		status int
		media  string
		has    string
	}{
		{"/results/chromium", 200, "text/html; charset=utf-8", `<a href="/results/?lang=en">Results</a>`},
		{"/results/firefox@115", 200, "text/html; charset=utf-8", "&lt;i&gt;firefox@115"},
		{"/results/chromium.json", 200, "application/json", `"format": "eventsource-conformance"`},
		{"/results/native", 200, "text/html; charset=utf-8", "3 cases on 2 targets"},
		{"/results/polyfill", 200, "text/html; charset=utf-8", "0 targets"},
		{"/results/none", 404, "text/plain; charset=utf-8", "not found"},
		{"/results/..%2f..%2fgo.mod", 404, "text/plain; charset=utf-8", "not found"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequest("GET", tt.path, nil))
			require.Equal(t, tt.status, w.Code)
			require.Equal(t, tt.media, w.Header().Get("Content-Type"))
			require.Contains(t, w.Body.String(), tt.has)
		})
	}
}

// When a store is opened again, it has the reports that visitors left earlier.
func TestKeep(t *testing.T) {
	folder := t.TempDir()
	s, err := Open(two(t), folder)
	require.NoError(t, err)
	for _, want := range []string{"ie-11.0-polyfill-20261122-120000", "ie-11.0-polyfill-20261122-120000-2"} {
		name, err := s.Keep(newReport("ie", "IE/11.0", "polyfill", catalogue.Pass))
		require.NoError(t, err)
		require.Equal(t, want, name)
		require.FileExists(t, filepath.Join(folder, want+".json"))
	}
	again, err := Open(two(t), folder)
	require.NoError(t, err)
	require.Len(t, again.list(), 4)

	_, err = s.Keep(&report.Report{})
	require.EqualError(t, err, "no case was run")
	require.NoError(t, os.RemoveAll(folder))
	_, err = s.Keep(newReport("ie", "IE/11.0", "polyfill", catalogue.Pass))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Only the newest reports of visitors are kept. The committed ones stay.
func TestKeepLimit(t *testing.T) {
	s, err := Open(two(t), "")
	require.NoError(t, err)
	for range maxByHand + 3 {
		_, err := s.Keep(newReport("ie", "IE/11.0", "polyfill", catalogue.Pass))
		require.NoError(t, err)
	}
	require.Len(t, s.list(), 2+maxByHand)
	require.NotNil(t, s.find("chromium"))
}

// When a store is opened again, the oldest report is dropped, whatever its name.
func TestOpenLimit(t *testing.T) {
	folder := t.TempDir()
	s, err := Open(two(t), folder)
	require.NoError(t, err)
	var names []string
	for n := range maxByHand + 1 {
		browser := "safari"
		if n == maxByHand {
			browser = "ie" // the newest, and the first in the folder
		}
		d := newReport(browser, "", "native", catalogue.Pass)
		d.Started = noon.Add(time.Duration(n) * time.Second)
		name, err := s.Keep(d)
		require.NoError(t, err)
		names = append(names, name)
	}
	again, err := Open(two(t), folder)
	require.NoError(t, err)
	require.Nil(t, again.find(names[0]))
	require.NotNil(t, again.find(names[1]))
	require.NotNil(t, again.find(names[maxByHand]))
}

func TestOpenWrong(t *testing.T) {
	_, err := Open(fstest.MapFS{"a.json": {Data: []byte("x")}}, "")
	require.ErrorContains(t, err, "a.json is not JSON")
	_, err = Open(two(t), "none")
	require.EqualError(t, err, "no folder none for the results of visitors: create it, or name another")
}

func TestNameOf(t *testing.T) {
	tests := []struct{ browser, version, want string }{
		{"safari", "Safari/11.1.2", "safari-11.1.2-native-20261122-120000"},
		{"unknown", "", "unknown-native-20261122-120000"},
		{"../../etc", "x/../../y", "etc-y-native-20261122-120000"},
		{"a b\x00c", "/" + strings.Repeat("1", 99), "a-b-c-" + strings.Repeat("1", maxPart) + "-native-20261122-120000"},
		{"", "", "native-20261122-120000"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, nameOf(newReport(tt.browser, tt.version, "native")))
	}
}

// A page is made once, sent compressed, and not sent again to a client that has it.
// A new report changes it.
func TestRendered(t *testing.T) {
	s, err := Open(two(t), "")
	require.NoError(t, err)
	handler := s.Handler()
	get := func(headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/results/summary", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}

	plain := get()
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	zipped := get("Accept-Encoding", "br, gzip;q=0.8")
	require.Equal(t, "gzip", zipped.Header().Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding, Accept-Language", zipped.Header().Get("Vary"))
	reader, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	content, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, plain.Body.String(), string(content))
	require.Empty(t, get("Accept-Encoding", "gzip;q=0").Header().Get("Content-Encoding"))

	for _, first := range []*httptest.ResponseRecorder{plain, zipped} {
		encoding := first.Header().Get("Content-Encoding")
		again := get("Accept-Encoding", encoding, "If-None-Match", `"other", `+first.Header().Get("ETag"))
		require.Equal(t, 304, again.Code)
		require.Empty(t, again.Body.String())
	}

	_, err = s.Keep(newReport("safari", "Safari/11.1", "polyfill", catalogue.Pass))
	require.NoError(t, err)
	require.Equal(t, 200, get("If-None-Match", plain.Header().Get("ETag")).Code)
}
