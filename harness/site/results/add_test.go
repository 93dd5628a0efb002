package results

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
)

// write writes a report to a file, and returns its path.
func write(t *testing.T, r *report.Report) string {
	path := filepath.Join(t.TempDir(), "download.json")
	require.NoError(t, r.Write(path))
	return path
}

func TestAdd(t *testing.T) {
	folder := t.TempDir()
	native := newReport("safari", "Safari/11.1", "native", catalogue.Pass, catalogue.Fail)
	added, err := Add(folder, write(t, native), "iPhone 8, by hand")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "safari@11.json"), added.Path)
	require.Equal(t, []string{"safari/native/window"}, added.Targets)
	require.Contains(t, added.Warning, "another version of the catalogue (not recorded, here ")

	// Another implementation in the same browser becomes part of the report, and a
	// second run of the first one replaces it.
	_, err = Add(folder, write(t, newReport("safari", "Safari/11.1", "polyfill", catalogue.Pass)), "iPhone 8, by hand")
	require.NoError(t, err)
	_, err = Add(folder, write(t, newReport("safari", "Safari/11.1", "native", catalogue.Pass, catalogue.Pass)), "iPhone 8 Plus, by hand")
	require.NoError(t, err)

	s, err := Open(os.DirFS(folder), "")
	require.NoError(t, err)
	require.Equal(t, []standing{
		{Name: "safari@11", Browser: "safari", Version: "Safari/11.1", Date: "2026-11-22", Note: "iPhone 8, by hand", Scores: [4]score{{2, 2}, {1, 1}}},
	}, s.summary().Browsers)
}

func TestAddRefuses(t *testing.T) {
	mixed := report.Join(newReport("safari", "Safari/11.1", "native", catalogue.Pass), newReport("safari", "Safari/12.0", "polyfill", catalogue.Pass))
	undated := newReport("safari", "Safari/11.1", "native", catalogue.Pass)
	undated.Targets[0].Started = time.Time{}
	tests := []struct {
		name   string
		report *report.Report
		note   string
		want   string
	}{
		{"no note", newReport("safari", "Safari/11.1", "native", catalogue.Pass), " ", "the note has 0 bytes: want 1 to 120 bytes that say what was measured"},
		{"no results", newReport("safari", "Safari/11.1", "native"), "a phone", "has no results: run the suite on /conformance/ to the end"},
		{"two versions", mixed, "a phone", "has results of Safari/11.1 and of Safari/12.0: add a report of one version of one browser"},
		{"no date", undated, "a phone", "does not say when safari/native/window ran"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			_, err := Add(folder, write(t, tt.report), tt.note)
			require.ErrorContains(t, err, tt.want)
			files, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, files)
		})
	}
	path := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o644))
	_, err := Add(t.TempDir(), path, "a phone")
	require.ErrorContains(t, err, "broken.json")
}

// A hostile browser name does not leave the folder.
func TestAddName(t *testing.T) {
	folder := t.TempDir()
	added, err := Add(folder, write(t, newReport("../../x", "Evil/1", "native", catalogue.Pass)), "a phone")
	require.NoError(t, err)
	require.Equal(t, folder, filepath.Dir(added.Path))
}

func TestChanges(t *testing.T) {
	s, err := Open(two(t), "")
	require.NoError(t, err)
	get := func(query string) (int, comparison) {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/results/changes?"+query, nil))
		var c comparison
		if w.Code == 200 {
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &c))
		}
		return w.Code, c
	}
	code, c := get("from=firefox@115&to=chromium")
	require.Equal(t, 200, code)
	require.Equal(t, comparison{
		From: "firefox@115", To: "chromium", Worse: []change{}, Other: []change{},
		Better: []change{{Case: "parse/b", Where: "native/window", Before: "fail", Now: "pass"}},
	}, c)
	code, c = get("from=chromium&to=firefox@115")
	require.Equal(t, 200, code)
	require.Equal(t, []change{{Case: "parse/b", Where: "native/window", Before: "pass", Now: "fail", Got: "<i>firefox@115</i>"}}, c.Worse)
	code, _ = get("from=chromium&to=opera")
	require.Equal(t, 404, code)
}
