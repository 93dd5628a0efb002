package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"eventsource-wasm/harness/bench/websocket"
	"eventsource-wasm/harness/internal/tcpport"
	"eventsource-wasm/harness/site/broker"
	"eventsource-wasm/harness/site/demo"
	"eventsource-wasm/harness/site/results"
	"eventsource-wasm/harness/site/visits"
	"eventsource-wasm/polyfill"
	"eventsource-wasm/www"
)

const (
	// Time for streams and pages to end after an interrupt; then they are cut.
	farewell = time.Second

	// Time for the body of a request, which is a short form, to come.
	bodyLimit = 10 * time.Second
)

// serve shows the pages of the site until it is interrupted.
func serve(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:8080", "`host:port` to listen at; port 0 takes a free one")
	folder := flags.String("results", "", "keep what visitors play by hand as documents in this `folder`")
	other := flags.String("other", "", "`host:port` of another origin, to show what a page may do there (default a free port at the host of --addr)")
	rest, err := parse(flags, "", args, stdout)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("serve takes no argument %q (see harness serve -h)", rest[0])
	}
	var store *results.Store
	if err == nil {
		store, err = openResults(*folder)
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = serveBoth(ctx, *addr, *other, store, func(origins []string) {
			fmt.Fprintf(stdout, "%s/ (Ctrl-C ends it)\n", strings.Join(origins, "/\n"))
		})
	}
	if err != nil {
		return failed(err, stderr)
	}
	return exitExpected
}

// serveBoth serves the site at an address, and at another, until ctx is over. If
// that is empty, it is another port of the same host.
func serveBoth(ctx context.Context, addr, other string, store *results.Store, ready func(origins []string)) error {
	first, err := listen(addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer first.Close()
	if other == "" {
		other = beside(first)
	}
	second, err := listen(other)
	if err != nil {
		return fmt.Errorf("--other: %w", err)
	}
	defer second.Close()
	mux := site(ctx, time.Now(), websocket.Setup{Other: tcpport.Of(second.Addr())})
	if err := offer(ctx, mux, store); err != nil {
		return err
	}
	ready(origins(first))
	return serveOn(ctx, mux, first, second)
}

// offer adds visits to the site, and their results beside those that are there.
func offer(ctx context.Context, mux *http.ServeMux, store *results.Store) error {
	desk, err := visits.NewDesk(ctx, store.Keep)
	if err != nil {
		return err
	}
	mux.Handle("/conformance/visits", desk.Handler())
	mux.Handle("/conformance/visits/", desk.Handler())
	mux.Handle("GET /results/{name}", store.Handler())
	return nil
}

// openResults opens the committed documents, and those in a folder.
func openResults(folder string) (*results.Store, error) {
	committed, err := fs.Sub(www.Results, "results")
	if err != nil {
		return nil, err
	}
	return results.Open(committed, folder)
}

// beside is an address of the same host, with any free port.
func beside(listener net.Listener) string {
	return net.JoinHostPort(listener.Addr().(*net.TCPAddr).IP.String(), "0")
}

// origins are where a browser finds the site: of a port of all addresses, all those.
func origins(listener net.Listener) (all []string) {
	at := listener.Addr().(*net.TCPAddr)
	hosts := []net.IP{at.IP}
	if at.IP.IsUnspecified() {
		hosts = nil
		addresses, _ := net.InterfaceAddrs()
		for _, address := range addresses {
			if network, ok := address.(*net.IPNet); ok && !network.IP.IsLinkLocalUnicast() {
				hosts = append(hosts, network.IP)
			}
		}
	}
	for _, host := range hosts {
		all = append(all, "http://"+net.JoinHostPort(host.String(), strconv.Itoa(at.Port)))
	}
	return all
}

// listen opens a port. An address without a host is of this machine alone.
func listen(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%q is no address (write one like 127.0.0.1:8080)", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is taken (%s takes a free one)", port, net.JoinHostPort(host, "0"))
	case err != nil:
		return nil, fmt.Errorf("cannot listen: %w (choose another address)", err)
	}
	return listener, nil
}

// serveOn serves until ctx is over. All streams are told then, and end as a
// stream ends; whoever does not listen is cut off.
func serveOn(ctx context.Context, handler http.Handler, listeners ...net.Listener) error {
	server := newServer(ctx, handler)
	served := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { served <- server.Serve(websocket.Listen(listener)) }()
	}
	select {
	case err := <-served:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}

	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if server.Shutdown(soon) != nil {
		return server.Close()
	}
	return nil
}

// newServer is a server whose requests are over with ctx.
func newServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           inTime(bodyLimit, handler),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       websocket.ConnContext,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      30 * time.Second, // of pages; streams set their own
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// inTime gives the body of a request, if it has one, so much time to come. Streams
// have none, so they last.
func inTime(limit time.Duration, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit)) // else it may take longer
		}
		handler.ServeHTTP(w, r)
	})
}

// site is all that a browser can ask for: the pages, the built polyfill, and the
// demo, which began at start and ends with ctx.
func site(ctx context.Context, start time.Time, setup websocket.Setup) *http.ServeMux {
	mux := http.NewServeMux()
	streams := demo.Handler(ctx, start)
	for _, pattern := range []string{"/events", "/stream", "GET /demo/{page}/events", "POST /demo/"} {
		mux.Handle(pattern, streams)
	}
	mux.HandleFunc("GET /demo/other", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, setup.Other)
	})

	comparison := websocket.Handler(setup)
	mux.Handle("GET /compare/", comparison)
	mux.Handle("POST /compare/", comparison)

	mux.Handle("GET /bench/documents", measurements(www.Bench))
	mux.Handle("GET /bench/{name}", files(www.Bench))

	mux.Handle("/", files(www.Files))
	for path, content := range www.Pages {
		if strings.HasSuffix(path, "/") {
			path += "{$}" // and nothing below it
		}
		mux.Handle("GET "+path, document(content))
	}
	for _, name := range []string{"eventsource.js", "eventsource-legacy.js", "eventsource.mjs", "eventsource.wasm"} {
		mux.Handle("GET /"+name, files(polyfill.Dist))
	}
	mux.Handle("GET /source/", http.StripPrefix("/source/", text(files(sources{www.Files, demo.Sources, broker.Sources, websocket.Sources, visits.Sources}))))
	return mux
}

// measurements tells the names of the documents in the folder bench.
func measurements(folder fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths, err := fs.Glob(folder, "bench/*.json")
		names := []string{}
		for _, document := range paths {
			names = append(names, path.Base(document))
		}
		w.Header().Set("Content-Type", "application/json")
		if err = errors.Join(err, json.NewEncoder(w).Encode(names)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

// sources are folders whose files are shown as if they were in one.
type sources []fs.FS

func (s sources) Open(name string) (fs.File, error) {
	for _, folder := range s {
		if file, err := folder.Open(name); err == nil {
			return file, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// document serves a page.
func document(content []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content)
	})
}

// text serves what a handler does as plain text.
func text(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		handler.ServeHTTP(w, r)
	})
}

// files serves the files of a folder, always as they are now.
func files(folder fs.FS) http.Handler {
	server := http.FileServerFS(folder)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		server.ServeHTTP(w, r)
	})
}
