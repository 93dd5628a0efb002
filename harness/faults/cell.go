package faults

import (
	"bufio"
	"context"
	"crypto/tls"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/internal/tcpport"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

const (
	maxReport = 4 << 20 // bytes

	// settle is how long a page waits after close for what must not come.
	settle = 300 * time.Millisecond

	// leaveLimit is how long connections may stay open after close.
	leaveLimit = 3 * time.Second

	// handshakeLimit is how long a client may take for TLS, and for the head of a request.
	handshakeLimit = 30 * time.Second
)

// A cell is the server's side of one cell: one implementation in one browser with one
// fault. It has an origin of its own, so that cells never share a connection.
type cell struct {
	*Fault
	implementation implementation.Implementation
	certificate    tls.Certificate
	secure         bool // the server itself speaks TLS
	mux            *http.ServeMux
	port           int
	origin         string // of the page: that of the port, or of the proxy in front of it
	reports        chan pageLog
	ctx            context.Context
	stop           context.CancelFunc
	serving        sync.WaitGroup
	met            chan struct{} // closed when all cells of the row have met
	shown          chan struct{} // closed when the page was asked for
	showing        sync.Once

	mu       sync.Mutex
	listener net.Listener // nil: the port refuses connections
	http3    *http3Port   // beside it; nil: none
	conns    map[net.Conn]bool
	arrivals []float64 // of requests for the stream, in ms since 1970
	active   int       // responses whose end neither side has seen
	sent     int       // number of the last event that was written
	waiting  chan struct{}
	redirect int    // requests that a redirect has asked for
	why      string // the fault is not applicable; "": it is
}

// A pageLog is what the page of a cell has recorded. Times are in milliseconds since 1970.
type pageLog struct {
	Opens    []float64 `json:"opens"`
	Errors   []float64 `json:"errors"`   // at which the source was about to reconnect
	Events   [][3]int  `json:"events"`   // number, last event ID, length of the data
	Problems []string  `json:"problems"` // uncaught errors and rejections
	After    int       `json:"after"`    // events after close
	Kept     int       `json:"kept"`     // listeners on the page's objects after close, without those at the first open event
	Closed   float64   `json:"closed"`
	Failed   bool      `json:"failed"` // the source closed itself
}

// newCell starts the server of a cell.
func newCell(f *Fault, i implementation.Implementation, certificate tls.Certificate) (*cell, error) {
	c := &cell{
		Fault:          f,
		implementation: i,
		certificate:    certificate,
		mux:            http.NewServeMux(),
		reports:        make(chan pageLog, 1),
		conns:          map[net.Conn]bool{},
		waiting:        make(chan struct{}),
		met:            make(chan struct{}),
		shown:          make(chan struct{}),
	}
	c.ctx, c.stop = context.WithCancel(context.Background())
	c.mux.HandleFunc("GET /{$}", c.servePage)
	c.mux.Handle("GET /implementation.js", i)
	c.mux.Handle("GET /eventsource-legacy.js", i)
	for _, name := range []string{"before.js", "faults.js"} {
		c.mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, _ *http.Request) {
			script, _ := pageFiles.ReadFile("page/" + name) // it is embedded
			respond.JavaScript(w, script)
		})
	}
	c.mux.HandleFunc("POST /report", c.receiveReport)
	if err := c.listen(); err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	c.secure = f.protocol != plain && f.proxy == ""
	c.origin = "http://127.0.0.1:" + strconv.Itoa(c.port)
	if c.secure {
		c.origin = "https://127.0.0.1:" + strconv.Itoa(c.port)
	}
	return c, nil
}

func (c *cell) close() {
	c.stop()
	c.shut()
	c.serving.Wait()
}

// listen opens the cell's port, the first time any free one.
func (c *cell) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(c.port))
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listener = listener
	c.port = tcpport.Of(listener.Addr())
	if c.protocol == overHTTP3 {
		if c.http3, err = c.listenHTTP3(); err != nil {
			listener.Close()
			c.listener = nil
			return err
		}
	}
	c.serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if c.keep(conn, listener) {
				c.serving.Go(func() { defer c.drop(conn); c.serveConn(conn) })
			}
		}
	})
	return nil
}

// keep registers a connection. It closes it and reports false if the port was shut in
// the meantime.
func (c *cell) keep(conn net.Conn, of net.Listener) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != of {
		conn.Close()
		return false
	}
	c.conns[conn] = true
	return true
}

func (c *cell) drop(conn net.Conn) {
	conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

// shut makes the port refuse connections and closes those that are open.
func (c *cell) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != nil {
		c.listener.Close()
		c.listener = nil
	}
	for conn := range c.conns {
		conn.Close()
	}
	if c.http3 != nil {
		c.http3.close()
		c.http3 = nil
	}
}

// disconnect closes all connections; the port stays open.
func (c *cell) disconnect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.conns {
		conn.Close()
	}
}

// refuse shuts the port for a time.
func (c *cell) refuse(d time.Duration) error {
	c.shut()
	c.sleep(d)
	for range 50 {
		if c.listen() == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond) // the system has not released the port yet
	}
	return fmt.Errorf("port %d did not open again", c.port)
}

// sleep waits, and reports whether the cell is still being measured.
func (c *cell) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// serveConn serves one request over HTTP/1.1, or a connection of HTTP/2.
func (c *cell) serveConn(raw net.Conn) {
	raw.SetReadDeadline(time.Now().Add(handshakeLimit))
	conn := raw
	if c.protocol == overHTTP3 {
		return // the TCP port only keeps its number
	}
	if c.secure {
		protocols := []string{"http/1.1"}
		if c.protocol == overHTTP2 {
			protocols = []string{"h2", "http/1.1"}
		}
		secure := tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{c.certificate}, NextProtos: protocols})
		if secure.Handshake() != nil {
			return
		}
		if secure.ConnectionState().NegotiatedProtocol == "h2" {
			raw.SetReadDeadline(time.Time{})
			c.serveHTTP2(secure)
			return
		}
		conn = secure
	}
	reader := bufio.NewReader(conn)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	if request.URL.Path != "/stream" {
		w := c.answer(request)
		fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\nConnection: close\r\n", w.Status, http.StatusText(w.Status), w.Body.Len())
		w.Head.Write(conn)
		conn.Write([]byte("\r\n"))
		conn.Write(w.Body.Bytes())
		return
	}
	raw.SetReadDeadline(time.Time{})
	a := c.begin(request.Header, request.URL.RawQuery)
	defer c.end(a)
	a.conn = conn
	ctx, left := context.WithCancel(c.ctx)
	a.ctx = ctx
	c.serving.Go(func() {
		io.Copy(io.Discard, reader)
		left()
	})
	c.run(a)
	conn.Close()
}

// run answers a request for the stream.
func (c *cell) run(a *attempt) {
	if a.number >= c.faulty {
		a.whole()
		return
	}
	c.serve(a)
}

// answer returns the response to a request for anything but the stream.
func (c *cell) answer(r *http.Request) *respond.Memory {
	w := respond.NewMemory()
	w.Head.Set("Cache-Control", "no-store")
	c.mux.ServeHTTP(w, r)
	return w
}

func (c *cell) servePage(w http.ResponseWriter, _ *http.Request) {
	c.showing.Do(func() { close(c.shown) })
	url := "stream"
	if c.host != "" {
		url = fmt.Sprintf("http://%s:%d/stream", c.host, c.port)
	}
	task, _ := json.Marshal(map[string]any{ // numbers, texts and booleans only: it cannot fail
		"url":    url,
		"count":  c.count,
		"block":  c.block.Milliseconds(),
		"limit":  c.limit().Milliseconds(),
		"settle": settle.Milliseconds(),
		"jumps":  c.jumps,
	})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	templates.ExecuteTemplate(w, "cell.html", map[string]any{
		"Task":      string(task),
		"Title":     c.Name + ", " + c.implementation.Name,
		"Hide":      template.JS(c.implementation.HideScript()),
		"HasScript": c.implementation.Script != nil,
	})
}

func (c *cell) receiveReport(w http.ResponseWriter, r *http.Request) {
	var received pageLog
	if err := json.NewDecoder(io.LimitReader(r.Body, maxReport)).Decode(&received); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case c.reports <- received:
	default: // only the first report counts
	}
	w.WriteHeader(http.StatusNoContent)
}

// begin registers a request for the stream.
func (c *cell) begin(header http.Header, query string) *attempt {
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.HasPrefix(query, "hop") {
		c.redirect++
	} else {
		c.arrivals = append(c.arrivals, now())
	}
	c.active++
	a := &attempt{cell: c, number: len(c.arrivals) - 1, query: query, encodings: header.Get("Accept-Encoding")}
	a.last, _ = strconv.Atoi(header.Get("Last-Event-ID"))
	return a
}

// end records that a response has ended on both sides.
func (c *cell) end(*attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.active--
}

// note records that events up to a number were written, and wakes those that await it.
func (c *cell) note(number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number > c.sent {
		c.sent = number
		close(c.waiting)
		c.waiting = make(chan struct{})
	}
}

// await waits until an event was written, and reports whether it was.
func (c *cell) await(number int) bool {
	for {
		c.mu.Lock()
		sent, waiting := c.sent, c.waiting
		c.mu.Unlock()
		if sent >= number {
			return true
		}
		select {
		case <-waiting:
		case <-c.ctx.Done():
			return false
		}
	}
}

// awaitPage waits until the page was asked for, and reports whether it was.
func (c *cell) awaitPage() bool {
	select {
	case <-c.shown:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// left waits until no response is active, and returns how many still are at the end of
// the limit.
func (c *cell) left() int {
	for deadline := time.Now().Add(leaveLimit); ; time.Sleep(10 * time.Millisecond) {
		c.mu.Lock()
		active := c.active
		c.mu.Unlock()
		if active == 0 || time.Now().After(deadline) {
			return active
		}
	}
}

// skip records why the fault is not applicable.
func (c *cell) skip(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.why = why
}

func (c *cell) skipped() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

// seen returns the arrivals of requests for the stream.
func (c *cell) seen() []float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.arrivals)
}

// now returns the time in milliseconds since 1970.
func now() float64 { return float64(time.Now().UnixMicro()) / 1000 }

var errGone = errors.New("the client has left")
