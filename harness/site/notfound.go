package site

import (
	"net/http"
	"strings"

	"eventsource-wasm/www"
)

// withNotFound replaces the body of a response 404 by a page, if the request is the
// navigation of a browser. A path that has one slash too many redirects to its page.
func withNotFound(site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimSuffix(r.URL.Path, "/")
		if _, ok := www.Pages[path]; ok && path != r.URL.Path {
			to := *r.URL
			to.Scheme, to.Host, to.Path, to.RawPath = "", "", path, ""
			http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
			return
		}
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			w = &pageWriter{ResponseWriter: w}
		}
		site.ServeHTTP(w, r)
	})
}

// A pageWriter writes the page [www.NotFound] in place of the body of a response 404.
type pageWriter struct {
	http.ResponseWriter
	replaced bool
}

func (w *pageWriter) WriteHeader(status int) {
	if status != http.StatusNotFound {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.replaced = true
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
	_, _ = w.ResponseWriter.Write(www.NotFound)
}

func (w *pageWriter) Write(b []byte) (int, error) {
	if w.replaced {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the writer of the server.
func (w *pageWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
