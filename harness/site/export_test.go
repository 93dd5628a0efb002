package site

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// copied is a copy of the site, which the tests share.
var copied struct {
	once   sync.Once
	folder string
	err    error
}

// exportSite writes the shared copy of the site on the first call, and returns its folder.
func exportSite(t *testing.T) string {
	t.Helper()
	copied.once.Do(func() {
		parent, err := os.MkdirTemp("", "site")
		if err != nil {
			copied.err = err
			return
		}
		copied.folder = filepath.Join(parent, "copy")
		copied.err = Export(t.Context(), copied.folder)
	})
	require.NoError(t, copied.err)
	return copied.folder
}

// removeCopy removes the shared copy.
func removeCopy() {
	if copied.folder != "" {
		os.RemoveAll(filepath.Dir(copied.folder))
	}
}

// Every link and every file that a page of a copy loads is in the copy.
func TestExportLinks(t *testing.T) {
	t.Parallel()
	folder := exportSite(t)
	pages, err := filepath.Glob(filepath.Join(folder, "*.html"))
	require.NoError(t, err)
	require.Greater(t, len(pages), 15)
	attribute := regexp.MustCompile(`\b(?:href|src|action)="([^"]*)"`)
	for _, page := range pages {
		content, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, found := range attribute.FindAllSubmatch(content, -1) {
			link := string(found[1])
			if strings.HasPrefix(link, "#") || strings.HasPrefix(link, "http") || strings.HasPrefix(link, "data:") {
				continue
			}
			file, _, _ := strings.Cut(strings.SplitN(link, "#", 2)[0], "?")
			require.FileExists(t, filepath.Join(folder, file), "%s links to %s", filepath.Base(page), link)
		}
	}

	require.ErrorContains(t, Export(t.Context(), folder), "name a folder that does not exist yet")
}

// A copy works from a plain file server under any path, and from the disk.
func TestExport(t *testing.T) {
	t.Parallel()
	folder := exportSite(t)
	const path = "/under/a/path/"
	files := http.StripPrefix(path, http.FileServer(http.Dir(folder)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, path) {
			t.Errorf("a page requests %s, which is not in the copy", r.URL)
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for name, base := range map[string]string{"file server": server.URL + path, "disk": "file://" + folder + "/"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, serveSite(t), "/nothing")
			visit := func(file string) {
				p.do(chromedp.Navigate(base + file))
				p.wait(`/recordings/.test(document.getElementById("copy").innerText)`)
			}
			visit("index.html")
			p.wait(`/^server up for /.test(shown("live")) && /^\d\.\d KB$/.test(shown("size"))`)
			p.click(`#cut`)
			p.wait(`document.getElementById("lamp-0").className === "lamp lit connecting"`)
			p.wait(`document.getElementById("lamp-1").className === "lamp lit open"`)

			visit("article.html")
			p.click(`[data-box=digits] .run`)
			p.wait(`/data: 0,data: 1/.test(contents("[data-box=digits] li"))`)
			p.click(`[data-box=quotes] .run`)
			p.wait(`document.querySelectorAll("[data-box=quotes] li.rise, [data-box=quotes] li.fall").length === 6`)
			p.click(`[data-box=chat] .other`)
			p.wait(`/has no server/.test(shown("problem"))`)

			visit("play.html#text=data:%20a%0A%0A")
			p.wait(`document.querySelectorAll("#events li").length === 1`)
			visit("bench.html")
			p.wait(`document.querySelectorAll(".measurement table").length > 2`)
			visit("results.html")
			p.wait(`document.querySelectorAll("#matrix tr").length > 15 && document.getElementById("over-time").hidden`)
			p.wait(`document.querySelector("#browsers a").getAttribute("href") === "results-chromium.html?lang=en"`)
			p.click(`[data-language=zh]`)
			p.wait(`document.querySelector("#browsers a").getAttribute("href") === "results-chromium.zh.html"`)
			p.click(`[data-language=en]`)
			p.do(chromedp.Navigate(base + "results-chromium.html"))
			p.wait(`/EventSource conformance/.test(document.title) && document.querySelector("a[href='results.html?lang=en']") !== null`)
			p.wait(`document.querySelector("a[href='results-chromium.zh.html']") !== null`)
			visit("needs-server.html")
			p.wait(`document.querySelector("h1").innerText === "This page needs a server"`)
		})
	}
}
