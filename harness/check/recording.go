package check

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// Limits of what a server can make a recording read.
const (
	maxHead      = 64 << 10 // bytes
	maxBody      = 64 << 20 // bytes, after decompression
	maxRedirects = 10
	maxBegin     = 512 // bytes of a body that are kept as they are
)

// An ending says how a connection ended.
type ending string

const (
	stillOpen ending = ""        // it was open when the observation ended
	ended     ending = "ended"   // the body was complete
	broken    ending = "broken"  // the connection was lost within the body
	invalid   ending = "invalid" // the server sent something that is not HTTP
)

// A recording is what happened on one connection. Times count from the start of the
// run; -1 means never.
type recording struct {
	name         string
	start        time.Time
	resumedAfter string             // the last event ID that was sent; "": none, or an unknown one
	enough       func(*stream) bool // reports whether the observation may end; nil: never

	mu          sync.Mutex
	headed      chan struct{} // closed when there is a head, or will never be one
	progress    chan struct{} // receives a value when bytes have arrived
	connectedAt time.Duration
	requestedAt time.Duration
	headAt      time.Duration
	head        *http.Response // without its body
	redirects   []string       // where the server sent the client, at most maxRedirects
	err         error
	body        stream
	begin       []byte // the first bytes of the body
	ending      ending
	endedAt     time.Duration
}

func newRecording(name string, start time.Time) *recording {
	return &recording{
		name: name, start: start, headed: make(chan struct{}), progress: make(chan struct{}, 1),
		connectedAt: -1, requestedAt: -1, headAt: -1, endedAt: -1,
	}
}

// isStream reports whether the response is a stream, as far as its head says.
func (rec *recording) isStream() bool {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.head != nil && rec.head.StatusCode == http.StatusOK && !rec.isHTML()
}

// waitHead waits until there is a head, and reports whether there is.
func (rec *recording) waitHead(ctx context.Context, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-rec.headed:
	case <-timer.C:
	case <-ctx.Done():
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.head != nil
}

// waitIDs waits until there were n events with ids, and returns the first of the last
// n ids.
func (rec *recording) waitIDs(ctx context.Context, n int) (id string, ok bool) {
	for {
		rec.mu.Lock()
		ids, over := rec.body.ids(), rec.endedAt >= 0
		rec.mu.Unlock()
		if len(ids) >= n {
			return ids[len(ids)-n], true
		}
		if over {
			return "", false
		}
		select {
		case <-rec.progress:
		case <-ctx.Done():
			return "", false
		}
	}
}

// observe records a request over HTTP/1.1 until the response ends, enough was seen,
// or ctx is done.
func (r *run) observe(ctx context.Context, rec *recording, q request) {
	target := r.target
	for {
		response, conn, err := r.open(ctx, rec, target, q)
		if err != nil {
			rec.fail(err, ctx)
			return
		}
		next := redirect(target, response)
		if next == nil || len(rec.redirects) == maxRedirects {
			rec.read(ctx, response)
			conn.Close()
			return
		}
		conn.Close()
		rec.redirects = append(rec.redirects, next.Redacted())
		if next.Host != target.Host { // secrets are for the first host
			q.header = q.header.Clone()
			q.header.Del("Authorization")
			q.header.Del("Cookie")
		}
		target = next
	}
}

// redirect returns where a response sends a client that reads a stream, or nil.
func redirect(from *url.URL, response *http.Response) *url.URL {
	switch response.StatusCode {
	case 301, 302, 303, 307, 308:
	default:
		return nil
	}
	next, err := from.Parse(response.Header.Get("Location"))
	if err != nil || response.Header.Get("Location") == "" || next.Scheme != "http" && next.Scheme != "https" {
		return nil
	}
	return next
}

// open sends a request and reads the head of its response. The caller closes the
// connection, which also ends when ctx is done.
func (r *run) open(ctx context.Context, rec *recording, target *url.URL, q request) (*http.Response, net.Conn, error) {
	conn, err := r.connect(ctx, target)
	if err != nil {
		return nil, nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	rec.note(&rec.connectedAt)
	if _, err := conn.Write(q.bytes(target)); err != nil {
		conn.Close()
		return nil, nil, err
	}
	rec.note(&rec.requestedAt)
	response, err := readHead(conn, q.method)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return response, conn, nil
}

// connect opens a connection for HTTP/1.1.
func (r *run) connect(ctx context.Context, target *url.URL) (net.Conn, error) {
	port := target.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[target.Scheme]
	}
	conn, err := r.Dial(ctx, "tcp", net.JoinHostPort(target.Hostname(), port))
	if err != nil || target.Scheme == "http" {
		return conn, err
	}
	secure := tls.Client(conn, r.tlsConfig(target, "http/1.1"))
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		if unverified, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
			return nil, fmt.Errorf("%w (--insecure accepts any certificate)", unverified)
		}
		return nil, err
	}
	return secure, nil
}

func (r *run) tlsConfig(target *url.URL, protocols ...string) *tls.Config {
	return &tls.Config{ServerName: target.Hostname(), NextProtos: protocols, InsecureSkipVerify: r.Insecure}
}

// bytes returns the request as it is sent over HTTP/1.1.
func (q request) bytes(target *url.URL) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", q.method, target.RequestURI(), target.Host)
	_ = q.header.Write(&b) // to memory; it removes line ends from values
	if len(q.body) > 0 {
		b.WriteString("Content-Length: " + strconv.Itoa(len(q.body)) + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(q.body)
	return b.Bytes()
}

// readHead reads the head of a response, and skips those with a status below 200.
func readHead(conn net.Conn, method string) (*http.Response, error) {
	limited := &io.LimitedReader{R: conn, N: maxHead}
	buffered := bufio.NewReader(limited)
	for {
		response, err := http.ReadResponse(buffered, &http.Request{Method: method})
		switch {
		case err != nil && limited.N <= 0:
			return nil, fmt.Errorf("the head of the response is longer than %d bytes", maxHead)
		case err != nil:
			return nil, err
		case response.StatusCode >= 200:
			limited.N = 2 * maxBody // of the body and its framing
			return response, nil
		}
	}
}

// observeHTTP2 records the stream over HTTP/2, if the server speaks it.
func (r *run) observeHTTP2(ctx context.Context, rec *recording) {
	transport := &http.Transport{
		DialContext:            r.Dial,
		TLSClientConfig:        r.tlsConfig(r.target),
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHead,
	}
	defer transport.CloseIdleConnections()
	q := r.request(nil)
	request, err := http.NewRequestWithContext(ctx, q.method, r.target.String(), nil)
	if err != nil {
		rec.fail(err, ctx)
		return
	}
	request.Header = q.header
	rec.note(&rec.requestedAt)
	response, err := transport.RoundTrip(request)
	if err != nil {
		rec.fail(err, ctx)
		return
	}
	defer response.Body.Close()
	rec.note(&rec.connectedAt)
	rec.read(ctx, response)
}

// read records a response.
func (rec *recording) read(ctx context.Context, response *http.Response) {
	rec.note(&rec.headAt)
	rec.mu.Lock()
	rec.head = response
	rec.mu.Unlock()
	close(rec.headed)

	body, err := decompress(response)
	buffer := make([]byte, 32<<10)
	for err == nil {
		var n int
		n, err = body.Read(buffer)
		if rec.add(buffer[:n]) {
			err = context.Canceled
		}
	}
	rec.end(err, ctx)
}

// add records bytes of the body, and reports whether enough was seen.
func (rec *recording) add(b []byte) bool {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if len(b) > 0 {
		rec.begin = append(rec.begin, b[:min(len(b), maxBegin-len(rec.begin))]...)
		rec.body.feed(time.Since(rec.start), b)
		select {
		case rec.progress <- struct{}{}:
		default:
		}
	}
	return rec.body.bytes > maxBody || rec.enough != nil && rec.enough(&rec.body)
}

// end records the end of the body, or of its observation.
func (rec *recording) end(err error, ctx context.Context) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.endedAt = time.Since(rec.start)
	rec.body.finish(rec.endedAt)
	switch {
	case err == io.EOF:
		rec.ending = ended
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
	case strings.Contains(err.Error(), "chunk"), isInvalidData(err):
		rec.ending, rec.err = invalid, err
	default:
		rec.ending, rec.err = broken, err
	}
	select {
	case rec.progress <- struct{}{}:
	default:
	}
}

// isInvalidData reports whether the error is one of a decompressor.
func isInvalidData(err error) bool {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	return corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || strings.HasPrefix(err.Error(), "brotli: ")
}

// fail records that there was no response.
func (rec *recording) fail(err error, ctx context.Context) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.endedAt = time.Since(rec.start)
	if ctx.Err() == nil || rec.connectedAt < 0 {
		rec.err = err
	}
	close(rec.headed)
}

// note sets a time to now.
func (rec *recording) note(at *time.Duration) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	*at = time.Since(rec.start)
}

// decompress returns the body of a response without its content coding. A reader of
// gzip blocks until its header has arrived, so it is made by the first Read.
func decompress(response *http.Response) (io.Reader, error) {
	switch strings.ToLower(response.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		return &lazyReader{open: func() (io.Reader, error) { return gzip.NewReader(response.Body) }}, nil
	case "deflate":
		return flate.NewReader(response.Body), nil
	case "br":
		return brotli.NewReader(response.Body), nil
	}
	return response.Body, nil
}

// A lazyReader is a reader that is made when it is first read.
type lazyReader struct {
	open func() (io.Reader, error)
	io.Reader
}

func (l *lazyReader) Read(b []byte) (n int, err error) {
	if l.Reader == nil {
		if l.Reader, err = l.open(); err != nil {
			return 0, err
		}
	}
	return l.Reader.Read(b)
}
