package site

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// A browser that navigates to an address without a page gets a page; scripts and other
// clients get text.
func TestNotFound(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	const navigation = "text/html,application/xhtml+xml,*/*;q=0.8"
	tests := []struct {
		path, accept string
		status       int
		media        string
	}{
		{"/nothing", navigation, 404, "text/html; charset=utf-8"},
		{"/nothing", "*/*", 404, "text/plain; charset=utf-8"},
		{"/results/nothing", navigation, 404, "text/html; charset=utf-8"},
		{"/source/www/", navigation, 404, "text/html; charset=utf-8"},
		{"/source/www/", "*/*", 404, "text/plain; charset=utf-8"},
		{"/source/www/pages", "*/*", 404, "text/plain; charset=utf-8"},
		{"/play", navigation, 200, "text/html; charset=utf-8"},
		{"/results/chromium", navigation, 200, "text/html; charset=utf-8"},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.accept, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://127.0.0.1"+tt.path, nil)
			r.Header.Set("Accept", tt.accept)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			require.Equal(t, tt.status, w.Code)
			require.Equal(t, tt.media, w.Header().Get("Content-Type"))
			if tt.status == 404 && tt.accept == navigation {
				require.Contains(t, w.Body.String(), "Page not found")
				require.Contains(t, w.Body.String(), "页面不存在")
				require.NotContains(t, w.Body.String(), "404 page not found")
			}
		})
	}
}

// A slash too many redirects to the page, with the query.
func TestTrailingSlash(t *testing.T) {
	handler := newHandler(t.Context(), t, Config{})
	w := get(handler, "/play/?lang=zh")
	require.Equal(t, 308, w.Code)
	require.Equal(t, "/play?lang=zh", w.Header().Get("Location"))
}
