package www

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A report has all that it needs inside, and no text of its document can leave
// the place that it has.
func TestReport(t *testing.T) {
	page := string(Report([]byte(`{"browser": "</script><b>"}`)))
	require.Contains(t, page, `{"browser": "\u003c/script\u003e\u003cb\u003e"}`)
	require.NotRegexp(t, `(src|href)="/`, page)
	require.Contains(t, page, "<style>")
}

// No text has two punctuation marks in a row, as joined parts may.
func TestPunctuation(t *testing.T) {
	twice := regexp.MustCompile(`[，。：；、]\s*(?:</[a-z]+>)*\s*[，。：；、][^<]{0,20}`)
	for path, page := range Pages {
		require.NotRegexp(t, twice, string(page), path)
	}
}

// Every file of pages/ is a page, and every script and style is loaded by one, or
// by a script.
func TestFilesAreUsed(t *testing.T) {
	files, err := fs.Glob(templates, "pages/*.html")
	require.NoError(t, err)
	used := append(slices.Collect(maps.Values(names)), "notfound", "needsserver", "faults") // what NotFound, NeedsServer and FaultsPage show
	for _, file := range files {
		require.Contains(t, used, strings.TrimSuffix(path.Base(file), ".html"), "give %s a path in names", file)
	}
	var loaded string
	for _, page := range Pages {
		loaded += string(page)
	}
	all, err := fs.Glob(Files, "*")
	require.NoError(t, err)
	for _, name := range all {
		if path.Ext(name) == ".js" {
			loaded += content(name)
		}
	}
	for _, name := range all {
		// dark.css is part of each page, and only a copy of the site loads static.js.
		require.True(t, strings.Contains(loaded, "/"+name) || name == "dark.css" || name == "static.js", "no page loads %s", name)
	}
}

// Every page but those of cases can be reached from the start page by links.
func TestPagesAreLinked(t *testing.T) {
	link := regexp.MustCompile(`href="(/[^"#?]*)`)
	reached := map[string]bool{}
	for next := []string{"/"}; len(next) > 0; next = next[1:] {
		page, ok := Pages[next[0]]
		if !ok || reached[next[0]] {
			continue
		}
		reached[next[0]] = true
		for _, m := range link.FindAllStringSubmatch(string(page), -1) {
			next = append(next, m[1])
		}
	}
	for path := range Pages {
		require.True(t, reached[path], "no page links to %s", path)
	}
}

func TestPages(t *testing.T) {
	for path, page := range Pages {
		require.Regexp(t, `<title data-en="[^"]+" data-zh="[^"]+">[^<]+</title>`, string(page), path)
		require.NotContains(t, string(page), "<no value>", path)
	}
}
