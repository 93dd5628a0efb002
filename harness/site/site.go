// Package site serves the web site: the pages of package www, the demos behind
// them, the comparison with WebSocket, committed results, and the catalogue for
// browsers that a visitor opens by hand.
package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/site/broker"
	"eventsource-wasm/harness/site/demo"
	"eventsource-wasm/harness/site/playground"
	"eventsource-wasm/harness/site/results"
	"eventsource-wasm/harness/site/visits"
	"eventsource-wasm/polyfill"
	"eventsource-wasm/www"
)

// A Config says what a site serves.
type Config struct {
	Start     time.Time // of the demo streams, whose events are numbered from then
	OtherPort int       // port of the second origin
	Results   string    // folder in which visitors' results are kept; "" keeps them in memory
	Hosts     []string  // names by which browsers reach the site, beside localhost and IP addresses

	Cases []catalogue.Case // nil: those of the catalogue
	Debug *visits.Debug    // nil: visitors come with browsers of their own

	comparison websocket.Setup // without Other
}

// Handler returns a handler for everything that a browser can request. All
// streams and visits end when ctx is canceled.
func Handler(ctx context.Context, c Config) (http.Handler, error) {
	committed, err := fs.Sub(www.Results, "results")
	if err != nil {
		return nil, err
	}
	store, err := results.Open(committed, c.Results)
	if err != nil {
		return nil, err
	}
	visitors, err := visits.NewServer(ctx, visits.Config{Keep: store.Keep, Cases: c.Cases, Debug: c.Debug})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	figures, err := figuresScript()
	if err != nil {
		return nil, err
	}
	addPages(mux)
	addSources(mux)
	mux.Handle("GET /start-figures.js", serveScript(figures))
	if err := addPlayground(mux); err != nil {
		return nil, err
	}
	addDemo(mux, demo.Handler(ctx, c.Start), c.OtherPort)

	c.comparison.Other = c.OtherPort
	comparison := websocket.Handler(c.comparison)
	mux.Handle("GET /compare/", comparison)
	mux.Handle("POST /compare/", comparison)

	mux.Handle("/conformance/visits", visitors.Handler())
	mux.Handle("/conformance/visits/", visitors.Handler())
	mux.Handle("/conformance/cases", visitors.Handler())
	mux.Handle("/conformance/cases/", visitors.Handler())
	mux.Handle("GET /case/{group}/{name}", servePage(www.Pages["/case/"]))
	mux.Handle("GET /results/{name}", store.Handler())

	matrix, err := faultsPage()
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /faults", matrix)
	mux.Handle("GET /bench/documents", benchmarks(www.Bench))
	mux.Handle("GET /bench/{name}", files(www.Bench))
	return protect(c.Hosts, withNotFound(mux)), nil
}

// distFiles are the built files that the site serves.
var distFiles = []string{"eventsource.js", "eventsource-legacy.js", "eventsource.mjs", "eventsource.wasm"}

// addPages adds the pages, the files beside them, and the built polyfill.
func addPages(mux *http.ServeMux) {
	mux.Handle("/", files(www.Files))
	for path, content := range www.Pages {
		if strings.HasSuffix(path, "/") {
			path += "{$}" // and nothing below it
		}
		mux.Handle("GET "+path, servePage(content))
	}
	for _, name := range distFiles {
		mux.Handle("GET /"+name, files(polyfill.Dist))
	}
}

// addSources adds the source files that the pages show, under their paths in the
// repository.
func addSources(mux *http.ServeMux) {
	for folder, content := range map[string]fs.FS{
		"www":                     www.Files,
		"harness/bench/websocket": websocket.Sources,
		"harness/site/broker":     broker.Sources,
		"harness/site/demo":       demo.Sources,
		"harness/site/playground": playground.Sources,
		"harness/site/visits":     visits.Sources,
	} {
		prefix := "/source/" + folder + "/"
		mux.Handle("GET "+prefix, http.StripPrefix(prefix, plainText(files(content))))
	}
}

// addPlayground adds what the page /play asks the server for.
func addPlayground(mux *http.ServeMux) error {
	script, err := playground.Script()
	if err != nil {
		return err
	}
	mux.Handle("GET /play-cases.js", serveScript(script))
	streams := playground.NewStreams()
	mux.HandleFunc("POST /play/streams", streams.Post)
	mux.HandleFunc("GET /play/streams/{id}", streams.Get)
	return nil
}

// addDemo adds the streams of the demo pages, and the port of their other origin.
func addDemo(mux *http.ServeMux, streams http.Handler, otherPort int) {
	for _, pattern := range []string{"/events", "/stream", "GET /demo/{page}/events", "POST /demo/"} {
		mux.Handle(pattern, streams)
	}
	mux.HandleFunc("GET /demo/other", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, otherPort)
	})
}

// benchmarks serves the names of the benchmark results in the folder bench.
func benchmarks(folder fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths, err := fs.Glob(folder, "bench/*.json")
		names := []string{}
		for _, file := range paths {
			names = append(names, path.Base(file))
		}
		w.Header().Set("Content-Type", "application/json")
		if err = errors.Join(err, json.NewEncoder(w).Encode(names)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

// servePage serves a page. It is in both languages: the style hides the one that is not
// that of the element html, which scripts can change.
func servePage(content []byte) http.Handler {
	return serveLanguages(content, bytes.Replace(content, []byte(`<html lang="en">`), []byte(`<html lang="zh">`), 1))
}

// serveLanguages serves a page in the language that the client prefers.
func serveLanguages(english, chinese []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Vary", "Accept-Language")
		if respond.Chinese(r) {
			_, _ = w.Write(chinese)
		} else {
			_, _ = w.Write(english)
		}
	})
}

// plainText serves the files of a handler as plain text, whatever their names.
func plainText(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		handler.ServeHTTP(w, r)
	})
}

// files serves the files of a folder, and no list of them. Browsers revalidate them
// before each use.
func files(folder fs.FS) http.Handler {
	server := http.FileServerFS(folder)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" || strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}
