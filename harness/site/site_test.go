package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/www"
)

// newHandler returns the handler of a site.
func newHandler(ctx context.Context, t *testing.T, c Config) http.Handler {
	t.Helper()
	handler, err := Handler(ctx, c)
	require.NoError(t, err)
	return handler
}

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "127.0.0.1"
	handler.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	tests := []struct {
		path   string
		status int
		media  string
		has    string
	}{
		{"/", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"/style.css", 200, "text/css; charset=utf-8", "max-width"},
		{"/site.js", 200, "text/javascript; charset=utf-8", "recall"},
		{"/demo/chat", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"/source/harness/site/demo/chat.go", 200, "text/plain; charset=utf-8", "package demo"},
		{"/source/harness/site/broker/broker.go", 200, "text/plain; charset=utf-8", "package broker"},
		{"/source/www/chat.js", 200, "text/plain; charset=utf-8", "use strict"},
		{"/conformance/", 200, "text/html; charset=utf-8", "conformance.js"},
		{"/case/", 200, "text/html; charset=utf-8", "case.js"},
		{"/case/parse/lf", 200, "text/html; charset=utf-8", "case.js"},
		{"/case/parse/lf/x", 404, "text/plain; charset=utf-8", "not found"},
		{"/conformance/cases/parse/lf", 200, "application/json", "specURL"},
		{"/conformance/x", 404, "text/plain; charset=utf-8", "not found"},
		{"/results/", 200, "text/html; charset=utf-8", "results.js"},
		{"/results/chromium", 200, "text/html; charset=utf-8", "chromium/polyfill/service-worker"},
		{"/results/chromium.json", 200, "application/json", "eventsource-conformance"},
		{"/results/summary", 200, "application/json", "browsers"},
		{"/bench/", 200, "text/html; charset=utf-8", "go run ./harness bench"},
		{"/faults", 200, "text/html; charset=utf-8", "Reset at every byte"},
		{"/faults", 200, "text/html; charset=utf-8", "在每个字节处重置"},
		{"/faults", 200, "text/html; charset=utf-8", `<nav aria-label="Pages"`},
		{"/bench/documents", 200, "application/json", "["},
		{"/source/harness/main.go", 404, "text/plain; charset=utf-8", "not found"},
		{"/source/www/www.go", 404, "text/plain; charset=utf-8", "not found"},
		{"/package-readme.txt", 200, "text/plain; charset=utf-8", "# eventsource-wasm"},
		{"/demo/other", 200, "text/plain; charset=utf-8", "0"},
		{"/log.js", 200, "text/javascript; charset=utf-8", "readyState"},
		{"/icon.svg", 200, "image/svg+xml", "<svg"},
		{"/eventsource.js", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"/eventsource-legacy.js", 200, "text/javascript; charset=utf-8", "XMLHttpRequest"},
		{"/eventsource.mjs", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"/eventsource.wasm", 200, "application/wasm", "\x00asm\x01\x00\x00\x00"},
		{"/www.go", 404, "text/plain; charset=utf-8", "not found"},
		{"/..%2fgo.mod", 404, "text/plain; charset=utf-8", "not found"},
	}
	handler := newHandler(t.Context(), t, Config{Start: time.Now()})
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			w := get(handler, tt.path)
			require.Equal(t, tt.status, w.Code)
			require.Equal(t, tt.media, w.Header().Get("Content-Type"))
			require.Contains(t, w.Body.String(), tt.has)
		})
	}
}

// The largest pages of results have at most 300 KB on the wire, and after the first request
// take at most 50 ms.
func TestResultsAreSmall(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	for _, path := range []string{"/results/summary", "/results/native", "/results/polyfill?lang=zh", "/results/chromium?lang=zh"} {
		fastest := time.Hour // of the requests after the first; others may have waited for a CPU
		var size int
		for n := range 20 {
			r := httptest.NewRequest("GET", "http://127.0.0.1"+path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			began := time.Now()
			handler.ServeHTTP(w, r)
			if n > 0 {
				fastest = min(fastest, time.Since(began))
			}
			require.Equal(t, http.StatusOK, w.Code)
			size = w.Body.Len()
		}
		t.Logf("%s: %d B, %v", path, size, fastest)
		require.Less(t, size, 300_000, path)
		require.Less(t, fastest, 50*time.Millisecond, path)
	}
}

// Each figure of the start page is a link to its proof.
func TestStartPageProofs(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	_, list, _ := strings.Cut(string(www.Pages["/"]), `<ul class="proofs">`)
	list, _, _ = strings.Cut(list, "</ul>")
	links := regexp.MustCompile(`<li><a href="([^"]+)"><strong id=`).FindAllStringSubmatch(list, -1)
	require.Len(t, links, 4)
	for _, link := range links {
		require.Equal(t, http.StatusOK, get(handler, link[1]).Code, link[1])
	}
}

// A page without scripts is in the language that the browser prefers, too.
func TestLanguage(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	for accept, lang := range map[string]string{"": "en", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "de,zh;q=0.5": "en"} {
		r := httptest.NewRequest("GET", "http://127.0.0.1/servers", nil)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		require.Contains(t, w.Body.String(), `<html lang="`+lang+`">`, accept)
		require.Equal(t, "Accept-Language", w.Header().Get("Vary"))
	}
}

// Every source file that a page offers to show is served, under its path in the
// repository.
func TestSources(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	offered := regexp.MustCompile(`data-file="([^"]+)"`)
	count := 0
	for path, page := range www.Pages {
		for _, found := range offered.FindAllSubmatch(page, -1) {
			w := get(handler, "/source/"+string(found[1]))
			require.Equal(t, http.StatusOK, w.Code, "%s shows %s", path, found[1])
			count++
		}
	}
	require.NotZero(t, count)
}
