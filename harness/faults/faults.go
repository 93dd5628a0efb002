// Package faults measures how implementations of EventSource handle faults on the wire:
// connections that are reset at every byte, stall or lose their packets, bodies that are
// cut, HTTP/2 streams that are refused, paths of HTTP/3 that are lost, servers that restart.
//
// A [Fault] is a row of a matrix, and an implementation in a browser is a column. Each cell
// has its own server, which numbers the events of a stream and sends them with ids. A
// client that reconnects receives the events after its Last-Event-ID. The page closes its
// source after the last event.
//
// A cell passes if every event came once and in order, every reconnection began in time,
// nothing came after close, no response and no listener was left, and the page had no
// uncaught error.
//
// The cells of a row run at the same time, in one fresh browser.
package faults

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/nginx"
	"eventsource-wasm/harness/internal/selfsigned"
	"eventsource-wasm/harness/internal/tcpport"
)

// Limits of a row.
const (
	// pageLimit is how long a page waits for the last event.
	pageLimit = 30 * time.Second

	// startLimit is how much longer the harness waits for its report: a browser may be
	// slow to start.
	startLimit = 60 * time.Second

	// slack is how much later than stated a reconnection may begin on a busy machine.
	slack = 1500 * time.Millisecond

	// early is how much earlier it may begin: clocks are rounded.
	early = 20 * time.Millisecond
)

// A Browser opens pages and may accept a certificate.
type Browser interface {
	browser.Browser
	browser.Truster
	Version(context.Context) (string, error)
}

// A Plan says what to measure.
type Plan struct {
	Browsers        []Browser
	Implementations []implementation.Implementation
	Faults          []*Fault // nil: all

	// Progress is called after each row of a browser.
	Progress func([]Cell)
}

// Run carries out a plan. When ctx is done early, the results hold what was measured so
// far, and the error is the cause.
func Run(ctx context.Context, plan Plan) (*Results, error) {
	certificate, err := selfsigned.New()
	if err != nil {
		return nil, fmt.Errorf("faults: make a certificate: %w", err)
	}
	if plan.Faults == nil {
		plan.Faults = All()
	}
	started := time.Now()
	results := newResults(started, plan)
	for _, b := range plan.Browsers {
		version, err := b.Version(ctx)
		if err != nil {
			return nil, err
		}
		results.Browsers = append(results.Browsers, Engine{b.Name(), version})
		r := &run{plan, b, certificate, b.Trust(certificate.KeyHash, nil)}
		for _, f := range plan.Faults {
			cells, err := r.row(ctx, f)
			if ctx.Err() != nil {
				results.finish(started)
				return results, context.Cause(ctx)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", b.Name(), f.Name, err)
			}
			results.Cells = append(results.Cells, cells...)
			if plan.Progress != nil {
				plan.Progress(cells)
			}
		}
	}
	results.finish(started)
	return results, nil
}

// A run is a plan being carried out in one browser.
type run struct {
	Plan
	browser     Browser
	certificate selfsigned.Certificate
	trusted     bool // the browser accepts the certificate
}

// A row is the cells of one fault in one browser, while they are measured.
type row struct {
	fault   *Fault
	cells   []*cell
	proxies map[*cell]*nginx.Server
	group   int            // of the browser's processes
	tab     browser.Tab    // if the fault needs one
	hosts   *browser.Hosts // if the fault needs a name
}

// each calls act for all cells at the same time.
func (r *row) each(act func(*cell) error) error {
	errs := make([]error, len(r.cells))
	var acting sync.WaitGroup
	for i, c := range r.cells {
		acting.Go(func() { errs[i] = act(c) })
	}
	acting.Wait()
	return errors.Join(errs...)
}

// row measures the cells of a fault.
func (r *run) row(ctx context.Context, f *Fault) ([]Cell, error) {
	if why := r.impossible(f); why != "" {
		return r.all(f, NotApplicable, why), nil
	}
	measured := &row{fault: f, proxies: map[*cell]*nginx.Server{}}
	for _, i := range r.Implementations {
		c, err := newCell(f, i, r.certificate.TLS)
		if err != nil {
			return nil, err
		}
		defer c.close()
		measured.cells = append(measured.cells, c)
		if f.proxy != "" {
			proxy, err := r.proxy(f, c)
			if err != nil {
				return nil, err
			}
			defer proxy.Close()
			measured.proxies[c] = proxy
		}
	}
	page, err := measured.servePage()
	if err != nil {
		return nil, err
	}
	defer page.Close()

	url := "http://" + page.Addr().String()
	first := url
	if f.driven {
		first = "about:blank"
	}
	opener := browser.Browser(r.browser)
	if f.host != "" {
		named, ok := r.browser.(browser.HostsUser)
		if !ok {
			return r.all(f, NotApplicable, "names of this browser cannot be changed"), nil
		}
		if measured.hosts, err = browser.NewHosts(); err != nil {
			return r.all(f, NotApplicable, err.Error()), nil
		}
		defer measured.hosts.Remove()
		opener = named.WithHosts(measured.hosts)
	}
	window, err := opener.Open(ctx, first)
	if err != nil {
		return r.all(f, Failed, err.Error()), nil
	}
	defer window.Close()
	if f.driven {
		driver, ok := window.(browser.Driver)
		if !ok {
			return r.all(f, NotApplicable, "this browser has no driver"), nil
		}
		if measured.tab, err = driver.OpenTab(ctx, url); err != nil {
			return r.all(f, Failed, err.Error()), nil
		}
		defer measured.tab.Close()
		if _, unsupported := errors.AsType[browser.Unsupported](measured.tab.SetOffline(false)); unsupported {
			return r.all(f, NotApplicable, "this browser's driver cannot take a page offline"), nil
		}
	}
	if grouped, ok := window.(interface{ Group() int }); ok {
		measured.group = grouped.Group()
	}

	acted := make(chan error, 1)
	go func() {
		if f.act == nil {
			acted <- nil
			return
		}
		acted <- f.act(measured)
	}()
	cells := make([]Cell, len(measured.cells))
	deadline := time.After(f.limit() + startLimit)
	var judging sync.WaitGroup
	var late error
	for i, c := range measured.cells {
		cells[i] = Cell{Fault: f.Name, Browser: r.browser.Name(), Implementation: c.implementation.Name}
		select {
		case log := <-c.reports:
			judging.Go(func() { cells[i].judge(c, log) })
			continue
		case <-window.Done():
			late = errors.New("the browser exited")
		case <-deadline:
			late = fmt.Errorf("the page did not report within %s", f.limit()+startLimit)
			closed := make(chan time.Time)
			close(closed)
			deadline = closed
		case <-ctx.Done():
			judging.Wait()
			return nil, context.Cause(ctx)
		}
		cells[i].fail("%s", late)
	}
	judging.Wait()
	for _, c := range measured.cells {
		c.stop()
	}
	if err := <-acted; err != nil {
		return nil, err
	}
	return cells, nil
}

// impossible returns why a fault cannot be produced in the browser or on this machine, or "".
func (r *run) impossible(f *Fault) string {
	if f.protocol != plain && !r.trusted {
		return "this browser cannot be made to accept the certificate of the test"
	}
	speaker, can := r.browser.(browser.HTTP3Speaker)
	can = can && speaker.SpeakHTTP3(f.protocol == overHTTP3)
	if f.protocol == overHTTP3 && !can {
		return noHTTP3
	}
	if _, err := nginx.Find(); f.proxy != "" && err != nil {
		return err.Error()
	}
	return ""
}

// noHTTP3 is why the rows of HTTP/3 are not applicable in other browsers.
const noHTTP3 = "the harness can make only Chromium speak HTTP/3"

// all returns cells that all have the same result.
func (r *run) all(f *Fault, result, why string) (cells []Cell) {
	for _, i := range r.Implementations {
		cells = append(cells, Cell{Fault: f.Name, Browser: r.browser.Name(), Implementation: i.Name, Result: result, Seen: []string{why}})
	}
	return cells
}

// proxy starts nginx in front of a cell.
func (r *run) proxy(f *Fault, c *cell) (*nginx.Server, error) {
	ports, err := tcpport.Free(1)
	if err != nil {
		return nil, err
	}
	scheme, listen := "http", fmt.Sprintf("127.0.0.1:%d", ports[0])
	c.origin = scheme + "://" + listen
	if f.protocol != plain {
		c.origin = "https://" + listen
		listen += " ssl http2"
	}
	configuration := strings.NewReplacer("{listen}", listen, "{upstream}", fmt.Sprintf("127.0.0.1:%d", c.port), "{settings}", f.proxy).Replace(proxied)
	server, err := nginx.New(configuration, r.certificate, ports...)
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		server.Close()
		return nil, err
	}
	return server, nil
}

// proxied is the configuration of nginx in front of a cell.
const proxied = `
worker_processes 1;
worker_shutdown_timeout 300ms;
events {}
http {` + nginx.HTTP + `
	server {
		listen {listen};
		ssl_certificate certificate.pem;
		ssl_certificate_key key.pem;
		location / {
			proxy_pass http://{upstream};
			proxy_http_version 1.1;
			{settings}
		}
	}
}
`

// servePage serves the page that has the pages of all cells as frames.
func (r *row) servePage() (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var origins []template.URL
	for _, c := range r.cells {
		origins = append(origins, template.URL(c.origin+"/"))
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		templates.ExecuteTemplate(w, "row.html", map[string]any{"Title": r.fault.Title, "Cells": origins})
	})}
	go server.Serve(listener)
	return listener, nil
}

// Select returns the faults with names; each may also be the beginning of names up to a
// hyphen, such as http2. No names: all faults.
func Select(names []string) (selected []*Fault, err error) {
	for _, name := range names {
		if !slices.ContainsFunc(table, func(f *Fault) bool { return f.named(name) }) {
			return nil, fmt.Errorf("unknown fault %q: want one of %s", name, strings.Join(Names(), ", "))
		}
	}
	for _, f := range table {
		if names == nil || slices.ContainsFunc(names, f.named) {
			selected = append(selected, f)
		}
	}
	return selected, nil
}

// All returns all faults.
func All() []*Fault { return slices.Clone(table) }

// Names returns the names of all faults.
func Names() (names []string) {
	for _, f := range table {
		names = append(names, f.Name)
	}
	return names
}

func (f *Fault) named(name string) bool {
	return f.Name == name || strings.HasPrefix(f.Name, name+"-")
}
