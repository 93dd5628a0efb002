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
	"sync"
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
	cases, err := allCases()
	if err != nil {
		return nil, err
	}
	examples, err := playground.Script(cases)
	if err != nil {
		return nil, err
	}
	if c.Cases != nil {
		cases = c.Cases
	}
	visitors, err := visits.NewServer(ctx, visits.Config{Keep: store.Keep, Cases: cases, Debug: c.Debug})
	if err != nil {
		return nil, err
	}

	figures, err := figuresScript()
	if err != nil {
		return nil, err
	}
	matrix, err := faultsPage()
	if err != nil {
		return nil, err
	}
	streams := demo.Handler(ctx, c.Start)
	played := playground.NewStreams()
	c.comparison.Other = c.OtherPort
	comparison := websocket.Handler(c.comparison)

	routes := map[string]http.Handler{
		"/": files(www.Files),

		"GET /start-figures.js": serveScript(figures),
		"GET " + readme:         serveText(polyfill.Readme),

		"GET /play-cases.js":     serveScript(examples),
		"POST /play/streams":     http.NewCrossOriginProtection().Handler(http.HandlerFunc(played.Post)),
		"GET /play/streams/{id}": http.HandlerFunc(played.Get),

		"/events":                 streams,
		"/stream":                 streams,
		"GET /demo/{page}/events": streams,
		"POST /demo/":             streams,
		"GET /demo/other":         otherPort(c.OtherPort),

		"GET /compare/":  comparison,
		"POST /compare/": comparison,

		"/conformance/visits":  visitors.Handler(),
		"/conformance/visits/": visitors.Handler(),
		"/conformance/cases":   visitors.Handler(),
		"/conformance/cases/":  visitors.Handler(),

		"GET /case/{group}/{name}": servePage(www.Pages["/case/"]),
		"GET /results/{name}":      store.Handler(),
		"GET /faults":              matrix,
		"GET /bench/documents":     benchmarks(www.Bench),
		"GET /bench/{name}":        files(www.Bench),
	}
	for path, content := range www.Pages {
		if strings.HasSuffix(path, "/") {
			path += "{$}" // and nothing below it
		}
		routes["GET "+path] = servePage(content)
	}
	for _, name := range distFiles {
		routes["GET /"+name] = files(polyfill.Dist)
	}
	for folder, content := range sources {
		prefix := "/source/" + folder + "/"
		routes["GET "+prefix] = http.StripPrefix(prefix, plainText(files(content)))
	}

	mux := http.NewServeMux()
	for pattern, handler := range routes {
		mux.Handle(pattern, handler)
	}
	return protect(c.Hosts, withNotFound(mux)), nil
}

// readme is the path of the package's README, which browsers show as text.
const readme = "/package-readme.txt"

// allCases returns the cases of the catalogue.
var allCases = sync.OnceValues(catalogue.Load)

// distFiles are the built files that the site serves.
var distFiles = []string{"eventsource.js", "eventsource-legacy.js", "eventsource.mjs", "eventsource.wasm", "eventsource-inspect.js"}

// sources are the folders whose files the pages show, by their paths in the repository.
var sources = map[string]fs.FS{
	"www":                     www.Files,
	"harness/bench/websocket": websocket.Sources,
	"harness/site/broker":     broker.Sources,
	"harness/site/demo":       demo.Sources,
	"harness/site/playground": playground.Sources,
	"harness/site/visits":     visits.Sources,
}

// otherPort serves the port of the second origin.
func otherPort(port int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, port)
	}
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

// serveText serves a plain text.
func serveText(content []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(content)
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
