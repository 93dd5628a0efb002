package site

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The site answers under its addresses and names only.
func TestHost(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{Start: time.Now(), Hosts: []string{"demo.test"}})
	for _, tt := range []struct {
		host   string
		status int
	}{
		{"127.0.0.1:8080", 200}, {"[::1]:8080", 200}, {"::1", 200}, {"192.168.0.5", 200},
		{"localhost:8080", 200}, {"LOCALHOST", 200}, {"h2.localhost:1", 200}, {"demo.test:8080", 200}, {"Demo.Test", 200},
		{"rebound.test:8080", 421}, {"localhost.evil.test", 421}, {"127.0.0.1.evil.test", 421}, {"notlocalhost", 421}, {"", 421},
	} {
		t.Run(tt.host, func(t *testing.T) {
			for _, request := range []*http.Request{
				httptest.NewRequest("GET", "/", nil),
				httptest.NewRequest("HEAD", "/events", nil),
				httptest.NewRequest("GET", "/compare/other", nil),
				httptest.NewRequest("POST", "/demo/notify", nil),
			} {
				request.Host = tt.host
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, request)
				require.Equal(t, tt.status == 421, w.Code == 421, "%s %s: %d", request.Method, request.URL, w.Code)
			}
		})
	}
}

// Pages of other sites may not post.
func TestForeignPosts(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{Start: time.Now()})
	for _, path := range []string{"/demo/chat", "/demo/notify", "/demo/line?line=l", "/play/streams", "/conformance/visits", "/conformance/cases/parse/lf"} {
		request := httptest.NewRequest("POST", path, nil)
		request.Host = "127.0.0.1:8080"
		request.Header.Set("Origin", "http://elsewhere.test")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request)
		require.Equal(t, http.StatusForbidden, w.Code, path)
	}
}

// Every response has the headers that protect the pages.
func TestProtectiveHeaders(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{Start: time.Now()})
	for _, path := range []string{"/", "/style.css", "/results/chromium", "/nothing", "/bench/documents", "/source/www/chat.js"} {
		header := get(handler, path).Header()
		require.Equal(t, policy, header.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "same-origin", header.Get("Referrer-Policy"), path)
	}
}
