package faults

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An http2Conn is the server's side of an HTTP/2 connection, frame by frame: package
// net/http would never send what the faults need.
type http2Conn struct {
	cell    *cell
	conn    net.Conn
	ctx     context.Context
	leave   context.CancelFunc
	serving sync.WaitGroup

	writing sync.Mutex // guards framer's writes and the encoder
	framer  *http2.Framer
	encoder *hpack.Encoder
	block   bytes.Buffer // of encoder

	mu      sync.Mutex
	changed *sync.Cond
	window  int64 // bytes that the client still takes on this connection
	initial int64 // window of a new stream
	streams map[uint32]*http2Stream
	ended   bool
}

// An http2Stream is one request and its response.
type http2Stream struct {
	of     *http2Conn
	id     uint32
	window int64 // guarded by of.mu
	gone   bool  // the client has reset it; guarded by of.mu
	leave  context.CancelFunc
	header http.Header
	path   string
	method string
	body   bytes.Buffer
}

// The default size of a window, and of a frame.
//
// https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5.2
const (
	defaultWindow = 65535
	maxFrame      = 16384
)

// serveHTTP2 serves a connection until it ends.
func (c *cell) serveHTTP2(conn net.Conn) {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(conn, preface); err != nil || string(preface) != http2.ClientPreface {
		return
	}
	h := &http2Conn{cell: c, conn: conn, framer: http2.NewFramer(conn, conn), window: defaultWindow, initial: defaultWindow, streams: map[uint32]*http2Stream{}}
	h.changed = sync.NewCond(&h.mu)
	h.encoder = hpack.NewEncoder(&h.block)
	h.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	h.ctx, h.leave = context.WithCancel(c.ctx)
	stop := context.AfterFunc(h.ctx, h.wake)
	defer stop()

	h.frame(func() error { return h.framer.WriteSettings() })
	h.read()
	h.leave()
	h.wake()
	conn.Close()
	h.serving.Wait()
}

// wake ends all writes that wait for a window once the connection has ended.
func (h *http2Conn) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = h.ctx.Err() != nil
	h.changed.Broadcast()
}

// read handles the client's frames until the connection ends.
func (h *http2Conn) read() {
	for {
		frame, err := h.framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if f.IsAck() {
				continue
			}
			if size, ok := f.Value(http2.SettingInitialWindowSize); ok {
				h.resize(int64(size))
			}
			h.frame(func() error { return h.framer.WriteSettingsAck() })
		case *http2.WindowUpdateFrame:
			h.extend(f.StreamID, int64(f.Increment))
		case *http2.MetaHeadersFrame:
			h.request(f)
		case *http2.DataFrame:
			h.data(f)
		case *http2.RSTStreamFrame:
			h.forget(f.StreamID)
		case *http2.PingFrame:
			if !f.IsAck() {
				h.frame(func() error { return h.framer.WritePing(true, f.Data) })
			}
		}
	}
}

// frame writes frames with nothing between them.
func (h *http2Conn) frame(write func() error) error {
	h.writing.Lock()
	defer h.writing.Unlock()
	return write()
}

func (h *http2Conn) resize(initial int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.streams {
		s.window += initial - h.initial
	}
	h.initial = initial
	h.changed.Broadcast()
}

func (h *http2Conn) extend(id uint32, by int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.streams[id]; s != nil {
		s.window += by
	} else if id == 0 {
		h.window += by
	}
	h.changed.Broadcast()
}

// forget notes that the client has reset a stream.
func (h *http2Conn) forget(id uint32) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.streams[id]; s != nil {
		s.gone = true
		s.leave()
	}
	h.changed.Broadcast()
}

func (h *http2Conn) request(f *http2.MetaHeadersFrame) {
	s := &http2Stream{of: h, id: f.StreamID, header: http.Header{}, path: f.PseudoValue("path"), method: f.PseudoValue("method")}
	for _, field := range f.RegularFields() {
		s.header.Add(field.Name, field.Value)
	}
	h.mu.Lock()
	s.window = h.initial
	h.streams[s.id] = s
	h.mu.Unlock()
	ctx, leave := context.WithCancel(h.ctx)
	s.leave = leave
	if f.StreamEnded() {
		h.serving.Go(func() { s.serve(ctx) })
	}
}

// data receives a part of a request's body, and serves the request after the last one.
func (h *http2Conn) data(f *http2.DataFrame) {
	h.mu.Lock()
	s := h.streams[f.StreamID]
	h.mu.Unlock()
	if s == nil {
		return
	}
	s.body.Write(f.Data())
	if n := uint32(len(f.Data())); n > 0 {
		h.frame(func() error { h.framer.WriteWindowUpdate(0, n); return h.framer.WriteWindowUpdate(s.id, n) })
	}
	if f.StreamEnded() {
		h.serving.Go(func() { s.serve(h.ctx) })
	}
}

func (s *http2Stream) serve(ctx context.Context) {
	c := s.of.cell
	address, err := url.Parse(s.path)
	if err != nil {
		s.rst(http2.ErrCodeProtocol)
		return
	}
	if address.Path != "/stream" {
		w := c.answer(&http.Request{Method: s.method, URL: address, Header: s.header, Body: io.NopCloser(&s.body)})
		w.Head.Set("Content-Length", strconv.Itoa(w.Body.Len()))
		s.headers(w.Status, w.Head, false)
		s.write(w.Body.Bytes())
		s.end()
		return
	}
	a := c.begin(s.header, address.RawQuery)
	defer c.end(a)
	a.stream, a.ctx = s, ctx
	c.run(a)
	s.end()
}

// respond writes the head of an event stream.
func (s *http2Stream) respond() error {
	return s.headers(http.StatusOK, http.Header{"Content-Type": {"text/event-stream"}, "Cache-Control": {"no-store"}}, false)
}

func (s *http2Stream) headers(status int, header http.Header, end bool) error {
	h := s.of
	return h.frame(func() error {
		h.block.Reset()
		h.encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(status)})
		for name, values := range header {
			for _, value := range values {
				h.encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: value})
			}
		}
		return h.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: h.block.Bytes(), EndHeaders: true, EndStream: end})
	})
}

// write writes DATA frames, each as large as the client's windows allow.
func (s *http2Stream) write(b []byte) error {
	for len(b) > 0 {
		n, err := s.take(len(b))
		if err != nil {
			return err
		}
		if err := s.overrun(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// overrun writes a DATA frame, whatever the windows are.
func (s *http2Stream) overrun(b []byte) error {
	return s.of.frame(func() error { return s.of.framer.WriteData(s.id, false, b) })
}

// take waits until the windows allow at least one byte, and takes at most n.
func (s *http2Stream) take(n int) (int, error) {
	h := s.of
	h.mu.Lock()
	defer h.mu.Unlock()
	for min(h.window, s.window) <= 0 && !s.gone && !h.ended {
		h.changed.Wait()
	}
	if s.gone || h.ended {
		return 0, errGone
	}
	n = int(min(int64(n), h.window, s.window, maxFrame))
	h.window -= int64(n)
	s.window -= int64(n)
	return n, nil
}

// end ends the response, unless one side has ended it before.
func (s *http2Stream) end() {
	s.close(func() error { return s.of.framer.WriteData(s.id, true, nil) })
}

// rst resets the stream.
func (s *http2Stream) rst(code http2.ErrCode) {
	s.close(func() error { return s.of.framer.WriteRSTStream(s.id, code) })
}

func (s *http2Stream) close(write func() error) {
	h := s.of
	h.mu.Lock()
	open := h.streams[s.id] != nil && !s.gone
	delete(h.streams, s.id)
	h.mu.Unlock()
	if open {
		h.frame(write)
	}
	s.leave()
}
