package faults

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/quic-go/quic-go/http3"
	"golang.org/x/net/http2"

	"eventsource-wasm/harness/internal/processgroup"
)

// A Fault is a row of the matrix.
type Fault struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	What  string `json:"what"` // happens, in one or two sentences

	protocol protocol
	count    int           // events of the stream
	size     int           // characters of an event's data; 0: only its number
	gap      time.Duration // before each event of a whole stream
	retry    time.Duration // the reconnection time that the stream sets
	block    time.Duration // for which the page blocks at the first event
	patience time.Duration // after which the page stops waiting; 0: pageLimit
	held     time.Duration // by how much the fault itself delays the client or the server
	jumps    bool          // the clock that the page reads jumps
	driven   bool          // act needs the row's tab
	meet     int           // cells wait after this event until all cells of the row have sent it; 0: none waits
	mild     bool          // a client need not reconnect
	host     string        // of the stream's URL, of another origin than the page; "": that of the page

	faulty int            // requests that serve answers; later ones get the rest of the stream
	idle   time.Duration  // of HTTP/3: after which either side drops a silent connection; 0: never
	loss   int            // of HTTP/3: one packet of so many is lost, in each direction; 0: none
	serve  func(*attempt) // writes a response; then it ends
	act    func(*row) error
	proxy  string // settings of nginx in front of the server; "": there is none
}

// A protocol is how the stream is sent.
type protocol int

const (
	plain     protocol = iota // HTTP/1.1
	overTLS                   // HTTP/1.1 over TLS
	overHTTP2                 // HTTP/2 over TLS
	overHTTP3
)

// always is a number of requests that is never reached.
const always = math.MaxInt

// limit returns how long a page waits for the last event.
func (f *Fault) limit() time.Duration { return cmp.Or(f.patience, pageLimit) }

// table is the matrix, from the connection up. Whatever a fault leaves out has the
// defaults of withDefaults.
var table = withDefaults([]*Fault{
	{
		Name: "reset-every-byte", Title: "Reset at every byte",
		What:  "The server resets the connection after no byte of the response, then after one, after two, and so on to its end.",
		count: 60, retry: 10 * time.Millisecond, patience: 90 * time.Second, // Firefox waits at least 0.5 s
		faulty: always,
		serve:  func(a *attempt) { a.cut(0, (*attempt).reset) },
	},
	{
		Name: "end-every-byte", Title: "End at every byte of the body",
		What:  "The connection is closed after no byte of the body, then after one, and so on, as if the response were complete.",
		count: 60, retry: 10 * time.Millisecond, patience: 90 * time.Second, // Firefox waits at least 0.5 s
		faulty: always,
		serve:  func(a *attempt) { a.cut(len(bareHead), func(a *attempt) { a.conn.Close() }) },
	},
	{
		Name: "stall-reset", Title: "Silence, then a reset",
		What:   "After three events the server says nothing for 1.5 s and resets the connection; three times.",
		faulty: 3,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			a.wait(1500 * time.Millisecond)
			a.reset()
		},
	},
	{
		Name: "swallowed", Title: "Packets swallowed",
		What:   "All packets between the two sides are lost for 2 s, while both keep the connection (half-open) and the server continues to send. Then the connection is reset; twice.",
		faulty: 2,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			conn := a.conn
			a.conn = void{conn}
			a.send(3, 0)
			a.wait(2 * time.Second)
			a.conn = conn
			a.reset()
		},
	},
	{
		Name: "slow-head", Title: "Slow head",
		What:   "The head of the response comes byte by byte, every 10 ms; twice.",
		faulty: 2,
		serve: func(a *attempt) {
			for _, b := range head() {
				if a.write([]byte{b}) != nil || !a.wait(10*time.Millisecond) {
					return
				}
			}
			a.write(a.retry())
			a.send(3, 0)
		},
	},
	{
		Name: "half-head", Title: "Half a head",
		What:   "The server sends half of the head, says nothing for 1.5 s and resets the connection; twice.",
		faulty: 3,
		serve: func(a *attempt) {
			if a.number == 0 {
				a.open()
				a.send(2, 0)
				return
			}
			a.write(head()[:len(head())/2])
			a.wait(1500 * time.Millisecond)
			a.reset()
		},
	},
	{
		Name: "chunked-cut", Title: "Truncated chunked encoding",
		What:   "The connection ends within a chunk, ends before the last chunk, or a chunk has an invalid size; twice each.",
		faulty: 6,
		serve: func(a *attempt) {
			a.write(head("Transfer-Encoding: chunked\r\n"))
			a.write(chunk(append(a.retry(), a.events(2)...)))
			a.last += 2
			switch a.number % 3 {
			case 0:
				a.write([]byte("400\r\nid: 1"))
			case 2:
				a.write([]byte("zz\r\n"))
			}
			a.arrive()
		},
	},
	{
		Name: "length-unreached", Title: "Content-Length not reached",
		What:   "The head says 1,000 bytes; the connection ends after two events; three times.",
		faulty: 3,
		serve: func(a *attempt) {
			a.write(append(head("Content-Length: 1000\r\n"), a.retry()...))
			a.send(2, 0)
			a.arrive()
		},
	},
	{
		Name: "length-exceeded", Title: "Content-Length exceeded",
		What:   "The length in the head ends within the third event; the server sends it whole, and more; three times.",
		faulty: 3,
		serve: func(a *attempt) {
			body := append(a.retry(), a.events(2)...)
			a.write(head(fmt.Sprintf("Content-Length: %d\r\n", len(body)+8)))
			a.write(append(a.retry(), a.events(5)...))
		},
	},
	{
		Name: "gzip-cut", Title: "gzip cut",
		What:  "The connection ends at twenty places of a body that is compressed with gzip.",
		count: 40, retry: 20 * time.Millisecond,
		faulty: 21,
		serve: func(a *attempt) {
			a.compressed("gzip", func(w io.Writer) flusher { return gzip.NewWriter(w) })
		},
	},
	{
		Name: "brotli-cut", Title: "Brotli cut",
		What:     "The same with Brotli, over TLS, because browsers offer it only there.",
		protocol: overTLS,
		count:    40, retry: 20 * time.Millisecond,
		faulty: 21,
		serve: func(a *attempt) {
			a.compressed("br", func(w io.Writer) flusher { return brotli.NewWriter(w) })
		},
	},
	{
		Name: "restart", Title: "Server restarts",
		What:  "All connections end and the port is closed for 0.3 s; three times.",
		count: 30, gap: 40 * time.Millisecond,
		act: restart,
	},
	{
		Name: "refused", Title: "Port refused, then back",
		What:  "All connections end, and the port refuses new ones for 3 s.",
		count: 20, gap: 30 * time.Millisecond,
		act: func(r *row) error {
			return r.each(func(c *cell) error {
				if !c.await(6) {
					return nil
				}
				return c.refuse(3 * time.Second)
			})
		},
	},
	{
		Name: "name-unresolved", Title: "Name does not resolve, then does",
		What:  "The name of the stream's server does not resolve for the first 4 s of the page. The stream is of another origin than the page.",
		retry: 3 * time.Second, held: 2500 * time.Millisecond, // until the first response, browsers wait as long as they like: 3 s, Firefox 5 s
		host: "stream.test",
		serve: func(a *attempt) {
			a.write(head("Access-Control-Allow-Origin: *\r\n"))
			a.send(a.cell.count, a.cell.gap)
			<-a.ctx.Done()
		},
		faulty: always,
		act: func(r *row) error {
			for _, c := range r.cells {
				if !c.awaitPage() {
					return nil
				}
			}
			r.cells[0].sleep(4 * time.Second)
			return r.hosts.Resolve("stream.test")
		},
	},
	{
		Name: "redirect-loop", Title: "Redirect loop",
		What:   "After three events, each response redirects to the next URL, without end. The next reconnection finds the stream.",
		faulty: 2,
		serve: func(a *attempt) {
			if a.number == 0 {
				a.open()
				a.send(3, 0)
				return
			}
			a.cell.mu.Lock()
			hop := a.cell.redirect
			a.cell.mu.Unlock()
			a.write(fmt.Appendf(nil, "HTTP/1.1 302 Found\r\nLocation: /stream?hop%d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", hop+1))
		},
	},
	{
		Name: "offline", Title: "Offline, then online",
		What:  "The browser is taken offline, all connections end, and 2 s later it is online again.",
		count: 40, gap: 30 * time.Millisecond, held: 2 * time.Second, driven: true, meet: 6,
		act: func(r *row) error {
			if !r.met() {
				return nil
			}
			if err := r.tab.SetOffline(true); err != nil {
				return err
			}
			for _, c := range r.cells {
				c.disconnect()
			}
			r.cells[0].sleep(2 * time.Second)
			return r.tab.SetOffline(false)
		},
	},
	{
		Name: "clock-jump", Title: "Clock jumps",
		What:   "The clock that scripts read (Date) jumps an hour ahead at the third event, and two hours back at the sixth; the connection is reset after each.",
		faulty: 2, jumps: true,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			a.arrive()
			a.reset()
		},
	},
	{
		Name: "browser-suspended", Title: "Browser suspended",
		What:  "All processes of the browser are stopped for 3 s (SIGSTOP), while the server continues and, after 60 events, resets the connection.",
		count: 120, gap: 20 * time.Millisecond, held: 3 * time.Second, meet: 20,
		faulty: 1,
		serve: func(a *attempt) {
			a.open()
			a.send(60, 20*time.Millisecond)
			a.reset()
		},
		act: func(r *row) error {
			if !r.met() {
				return nil
			}
			return r.suspend(r.group, r.cells[0])
		},
	},
	{
		Name: "server-suspended", Title: "Server suspended",
		What:  "The server that the browser is connected to, an nginx in front of the stream's server, is stopped for 3 s (SIGSTOP).",
		count: 60, gap: 20 * time.Millisecond, held: 3 * time.Second, mild: true,
		proxy: "proxy_buffering off;",
		act: func(r *row) error {
			return r.each(func(c *cell) error {
				if !c.await(20) {
					return nil
				}
				return r.suspend(r.proxies[c].Group(), c)
			})
		},
	},
	{
		Name: "nginx-reload", Title: "nginx: reload",
		What:  "nginx in front of the server reads its configuration again and closes the connections of its old worker after 0.3 s; twice.",
		count: 80, gap: 20 * time.Millisecond,
		proxy: "proxy_buffering off;",
		act:   reload,
	},
	{
		Name: "nginx-http2-reload", Title: "nginx: reload, over HTTP/2",
		What:     "The same over HTTP/2.",
		protocol: overHTTP2,
		count:    80, gap: 20 * time.Millisecond,
		proxy: "proxy_buffering off;",
		act:   reload,
	},
	{
		Name: "nginx-restart", Title: "nginx: restart",
		What:  "nginx is killed, and starts again after 0.7 s.",
		count: 60, gap: 20 * time.Millisecond,
		proxy: "proxy_buffering off;",
		act: func(r *row) error {
			return r.each(func(c *cell) error {
				if !c.await(20) {
					return nil
				}
				r.proxies[c].Stop()
				c.sleep(700 * time.Millisecond)
				return r.proxies[c].Start()
			})
		},
	},
	{
		Name: "nginx-timeout", Title: "nginx: timeout",
		What:   "The server says nothing for longer than nginx waits (proxy_read_timeout 1s), so nginx breaks off the response; twice.",
		faulty: 2,
		proxy:  "proxy_buffering off; proxy_read_timeout 1s;",
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			<-a.ctx.Done()
		},
	},
	{
		Name: "nginx-buffering", Title: "nginx: buffering",
		What:   "nginx keeps events back until the response ends, as it does by default; three responses.",
		faulty: always,
		proxy:  "proxy_buffering on;",
		serve: func(a *attempt) {
			a.open()
			a.send(4, 50*time.Millisecond)
		},
	},
	{
		Name: "http2-goaway", Title: "HTTP/2: GOAWAY, response completed",
		What:     "The server announces that it serves no later stream of the connection, sends two more events and ends the response; three times.",
		protocol: overHTTP2,
		faulty:   3,
		serve: func(a *attempt) {
			a.open()
			a.send(2, 0)
			a.goAway(http2.ErrCodeNo)
			a.send(1, 20*time.Millisecond)
		},
	},
	{
		Name: "http2-goaway-error", Title: "HTTP/2: GOAWAY with an error",
		What:     "The server announces an error (INTERNAL_ERROR, then ENHANCE_YOUR_CALM) and closes the connection.",
		protocol: overHTTP2,
		faulty:   2,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			a.arrive()
			a.goAway([]http2.ErrCode{http2.ErrCodeInternal, http2.ErrCodeEnhanceYourCalm}[a.number])
			a.disconnect()
		},
	},
	{
		Name: "http2-reset", Title: "HTTP/2: RST_STREAM of each kind",
		What:     "After each event the server resets the stream, with the error codes 0 (NO_ERROR) to 13 (HTTP_1_1_REQUIRED).",
		protocol: overHTTP2,
		count:    20,
		faulty:   14,
		serve: func(a *attempt) {
			a.open()
			a.send(1, 0)
			a.arrive()
			a.rst(http2.ErrCode(a.number))
		},
	},
	{
		Name: "http2-reset-head", Title: "HTTP/2: RST_STREAM before the head",
		What:     "The server resets the stream before it responds, with the same error codes.",
		protocol: overHTTP2,
		faulty:   15,
		serve: func(a *attempt) {
			if a.number == 0 {
				a.open()
				a.send(1, 0)
				return
			}
			a.rst(http2.ErrCode(a.number - 1))
		},
	},
	{
		Name: "http2-frame-cut", Title: "HTTP/2: cut within a frame",
		What:     "The connection ends within a DATA frame; three times.",
		protocol: overHTTP2,
		faulty:   3,
		serve: func(a *attempt) {
			a.open()
			a.send(2, 0)
			a.arrive()
			a.cutFrame()
		},
	},
	{
		Name: "http2-window", Title: "HTTP/2: window exhausted",
		What:     "The page blocks for 1.5 s, and the server sends events of 1 MB until the window of flow control is used up.",
		protocol: overHTTP2,
		count:    16, size: 1 << 20, block: 1500 * time.Millisecond, held: 1500 * time.Millisecond, mild: true,
	},
	{
		Name: "http2-overrun", Title: "HTTP/2: window ignored",
		What:     "The server sends 24 MB of one event without regard to the window, while the page blocks for 1.5 s, and never completes the event.",
		protocol: overHTTP2,
		block:    1500 * time.Millisecond, held: 1500 * time.Millisecond,
		faulty: 1,
		serve: func(a *attempt) {
			a.open()
			a.send(2, 0)
			a.overrun(24 << 20)
		},
	},
	{
		Name: "http2-goaway-refused", Title: "HTTP/2: GOAWAY, request not served",
		What:     "The server announces, before it responds, that it has not served the request, and closes the connection; twice. Browsers may send such a request again without an error.",
		protocol: overHTTP2,
		faulty:   3,
		serve: func(a *attempt) {
			if a.number == 0 {
				a.open()
				a.send(2, 0)
				return
			}
			a.refuseStreams()
		},
	},
	{
		Name: "http3-close", Title: "HTTP/3: CONNECTION_CLOSE",
		What:     "After three events the server closes the connection, with the error codes H3_NO_ERROR, H3_GENERAL_PROTOCOL_ERROR, H3_INTERNAL_ERROR and H3_EXCESSIVE_LOAD.",
		protocol: overHTTP3,
		count:    16,
		faulty:   4,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			a.arrive()
			a.wait(20 * time.Millisecond) // else it overtakes the events
			a.http3.closeConnection([]http3.ErrCode{http3.ErrCodeNoError, http3.ErrCodeGeneralProtocolError, http3.ErrCodeInternalError, http3.ErrCodeExcessiveLoad}[a.number])
		},
	},
	{
		Name: "http3-reset", Title: "HTTP/3: RESET_STREAM of each kind",
		What:     "After each event the server resets the stream, with the error codes 0x100 (H3_NO_ERROR) to 0x110 (H3_VERSION_FALLBACK).",
		protocol: overHTTP3,
		count:    24,
		faulty:   17,
		serve: func(a *attempt) {
			a.open()
			a.send(1, 0)
			a.arrive()
			a.wait(20 * time.Millisecond)
			a.http3.reset(http3.ErrCodeNoError + http3.ErrCode(a.number))
		},
	},
	{
		Name: "http3-reset-head", Title: "HTTP/3: RESET_STREAM before the head",
		What:     "The server resets the stream before it responds, with the same error codes.",
		protocol: overHTTP3,
		faulty:   18,
		serve: func(a *attempt) {
			if a.number == 0 {
				a.open()
				a.send(1, 0)
				return
			}
			a.http3.reset(http3.ErrCodeNoError + http3.ErrCode(a.number-1))
		},
	},
	{
		Name: "http3-goaway", Title: "HTTP/3: GOAWAY, response completed",
		What:     "The server announces that it serves no later request of the connection, sends two more events and ends the response; three times.",
		protocol: overHTTP3,
		faulty:   3,
		serve: func(a *attempt) {
			a.open()
			a.send(2, 0)
			a.http3.goAway()
			a.send(2, 20*time.Millisecond)
		},
	},
	{
		Name: "http3-idle", Title: "HTTP/3: idle timeout",
		What:     "After three events the server says nothing until the idle timeout of 2 s, at which both sides silently drop the connection; twice.",
		protocol: overHTTP3,
		idle:     2 * time.Second, held: 2 * time.Second,
		faulty: 2,
		serve: func(a *attempt) {
			a.open()
			a.send(3, 0)
			<-a.ctx.Done()
		},
	},
	{
		Name: "http3-packet-loss", Title: "HTTP/3: packets lost",
		What:     "Of ten packets one is lost, in each direction, all the time.",
		protocol: overHTTP3,
		count:    100, gap: 20 * time.Millisecond,
		loss: 10, held: 2 * time.Second, mild: true,
	},
	{
		Name: "http3-path-lost", Title: "HTTP/3: path lost for 2 s",
		What:     "All packets are lost for 2 s in the middle of the stream, while the server continues to send. The connection survives.",
		protocol: overHTTP3,
		count:    100, gap: 20 * time.Millisecond, held: 2 * time.Second, mild: true,
		act: func(r *row) error { return losePath(r, 2*time.Second) },
	},
	{
		Name: "http3-path-dead", Title: "HTTP/3: path lost for longer than the idle timeout",
		What:     "All packets are lost for 5 s, and either side drops the connection after 3 s of silence.",
		protocol: overHTTP3,
		count:    100, gap: 20 * time.Millisecond,
		idle: 3 * time.Second, held: 10 * time.Second, // of which the client waits 5 s for an answer to its next handshake
		act: func(r *row) error { return losePath(r, 5*time.Second) },
	},
	{
		Name: "http3-restart", Title: "HTTP/3: server restarts",
		What:     "The server forgets its connections without closing them, and its port is closed for 0.3 s; three times. A client that only listens notices at the idle timeout of 2 s.",
		protocol: overHTTP3,
		count:    30, gap: 40 * time.Millisecond,
		idle: 2 * time.Second, held: 5 * time.Second,
		act: restart,
	},
	{
		Name: "http3-window", Title: "HTTP/3: window exhausted",
		What:     "The page blocks for 1.5 s, and the server sends events of 1 MB until the window of flow control is used up.",
		protocol: overHTTP3,
		count:    16, size: 1 << 20, block: 1500 * time.Millisecond, held: 1500 * time.Millisecond, mild: true,
	},
})

func withDefaults(faults []*Fault) []*Fault {
	for _, f := range faults {
		if f.count == 0 {
			f.count = 12
		}
		if f.retry == 0 {
			f.retry = 100 * time.Millisecond
		}
		if f.serve == nil {
			f.serve = (*attempt).whole
		}
	}
	return faults
}

// bareHead is the shortest head of an event stream.
const bareHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

// cut ends the response after a number of bytes, one more for each request. The first
// response is whole, but for the end of the stream: it sets the reconnection time.
func (a *attempt) cut(from int, end func(*attempt)) {
	if a.number == 0 {
		a.open()
		a.send(1, 0)
		return
	}
	response := append([]byte(bareHead), a.events(2)...)
	size := from + a.number - 1
	if size > len(response) {
		a.whole()
		return
	}
	a.write(response[:size])
	a.wait(3 * time.Millisecond)
	end(a)
}

// arrive waits until the client has probably read the first response, which sets the
// reconnection time: engines may drop what the page has not read when a connection
// breaks. Later responses break at once.
func (a *attempt) arrive() {
	if a.number == 0 {
		a.wait(time.Second)
	}
}

// A void is a connection that loses what is written to it.
type void struct{ net.Conn }

func (void) Write(b []byte) (int, error) { return len(b), nil }

type flusher interface {
	io.WriteCloser
	Flush() error
}

// places is the number of places at which compressed bodies are cut.
const places = 20

// compressed sends events compressed, and ends at one of the places. A browser that does
// not offer the coding gets all of it as it is.
func (a *attempt) compressed(coding string, writer func(io.Writer) flusher) {
	if !strings.Contains(a.encodings, coding) {
		a.cell.skip("the browser does not offer " + coding)
		a.whole()
		return
	}
	var body bytes.Buffer
	w := writer(&body)
	w.Write(a.retry())
	w.Flush()
	first := body.Len()
	for n := 1; n <= 3; n++ {
		w.Write((&attempt{cell: a.cell, last: a.last + n - 1}).events(1))
		w.Flush()
	}
	w.Close()
	end := first + (body.Len()-first)*a.number/places
	a.write(head("Content-Encoding: " + coding + "\r\n"))
	a.write(body.Bytes()[:end])
}

// met waits until every cell has sent the event after which all wait, lets them continue, and
// reports whether they did.
func (r *row) met() bool {
	for _, c := range r.cells {
		if !c.await(c.meet) {
			return false
		}
	}
	for _, c := range r.cells {
		close(c.met)
	}
	return true
}

// suspend stops a process group for 3 s.
func (r *row) suspend(group int, c *cell) error {
	if err := processgroup.Suspend(group); err != nil {
		return err
	}
	c.sleep(3 * time.Second)
	return processgroup.Resume(group)
}

// reload makes nginx read its configuration again, twice.
func reload(r *row) error {
	return r.each(func(c *cell) error {
		for i := range 2 {
			if !c.await(20 * (i + 1)) {
				return nil
			}
			if err := r.proxies[c].Reload(); err != nil {
				return err
			}
		}
		return nil
	})
}

// restart ends all connections and closes the port for 0.3 s, three times.
func restart(r *row) error {
	return r.each(func(c *cell) error {
		for i := range 3 {
			if !c.await(6 * (i + 1)) {
				return nil
			}
			if err := c.refuse(300 * time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}

// losePath loses all packets of HTTP/3 for a time, once 30 events were sent.
func losePath(r *row, d time.Duration) error {
	return r.each(func(c *cell) error {
		if !c.await(30) {
			return nil
		}
		c.http3.path.lost.Store(true)
		defer c.http3.path.lost.Store(false)
		c.sleep(d)
		return nil
	})
}

// The following methods do nothing over HTTP/1.1, to which a browser may fall back.

func (a *attempt) goAway(code http2.ErrCode) {
	if a.stream != nil {
		a.stream.of.frame(func() error { return a.stream.of.framer.WriteGoAway(a.stream.id, code, nil) })
	}
}

// refuseStreams says that no stream of the connection was served, and closes it.
func (a *attempt) refuseStreams() {
	if a.stream != nil {
		a.stream.of.frame(func() error { return a.stream.of.framer.WriteGoAway(a.stream.id-2, http2.ErrCodeNo, nil) })
		a.wait(50 * time.Millisecond)
		a.disconnect()
	}
}

func (a *attempt) rst(code http2.ErrCode) {
	if a.stream != nil {
		a.stream.rst(code)
	}
}

// disconnect closes the connection.
func (a *attempt) disconnect() {
	if a.stream != nil {
		a.stream.of.conn.Close()
	}
}

// cutFrame closes the connection within a DATA frame.
func (a *attempt) cutFrame() {
	if a.stream != nil {
		a.stream.of.frame(func() error {
			_, err := a.stream.of.conn.Write(append([]byte{0, 0, 100, byte(http2.FrameData), 0, 0, 0, 0, byte(a.stream.id)}, "id: 99\nda"...))
			return err
		})
		a.disconnect()
	}
}

// overrun sends a part of an event's data without regard to the window.
func (a *attempt) overrun(size int) {
	if a.stream == nil {
		return
	}
	a.write([]byte("data: "))
	part := bytes.Repeat([]byte("x"), maxFrame)
	for range size / maxFrame {
		if a.ctx.Err() != nil || a.stream.overrun(part) != nil {
			return
		}
	}
}
