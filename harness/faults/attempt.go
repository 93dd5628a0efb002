package faults

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/sse"
)

// An attempt is one request for the stream, and the response to it. Its methods write
// correct parts of a response; faults write incorrect ones themselves.
type attempt struct {
	cell      *cell
	number    int    // of the request: 0 is the first
	last      int    // the client's last event ID; 0: none
	query     string // of the URL
	encodings string // that the client accepts
	ctx       context.Context

	conn   net.Conn     // of HTTP/1.1; nil: another protocol
	stream *http2Stream // of HTTP/2
	http3  *http3Stream // of HTTP/3
}

// event appends the event with a number.
func (c *cell) event(b []byte, number int) []byte {
	data := strconv.Itoa(number)
	if c.size > 0 {
		data += " " + strings.Repeat("x", c.size-len(data)-1)
	}
	return sse.Event{ID: strconv.Itoa(number), Data: data}.Append(b)
}

// events returns the bytes of events after the client's last one, at most n.
func (a *attempt) events(n int) (b []byte) {
	for number := a.last + 1; number <= min(a.last+n, a.cell.count); number++ {
		b = a.cell.event(b, number)
	}
	return b
}

// retry returns the block that sets the reconnection time.
func (a *attempt) retry() []byte { return sse.AppendRetry(nil, a.cell.retry) }

// head returns the head of a response over HTTP/1.1, with more headers, each one with CRLF.
func head(more ...string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n" + strings.Join(more, "") + "\r\n")
}

// open writes the head of the response, and the reconnection time.
func (a *attempt) open() error {
	if a.stream != nil {
		if err := a.stream.respond(); err != nil {
			return err
		}
		return a.write(a.retry())
	}
	if a.http3 != nil {
		if err := a.http3.respond(); err != nil {
			return err
		}
		return a.write(a.retry())
	}
	return a.write(append(head(), a.retry()...))
}

// write writes bytes as they are; over HTTP/2 and HTTP/3 in DATA frames.
func (a *attempt) write(b []byte) error {
	if a.ctx.Err() != nil {
		return errGone
	}
	if a.stream != nil {
		return a.stream.write(b)
	}
	if a.http3 != nil {
		return a.http3.write(b)
	}
	_, err := a.conn.Write(b)
	return err
}

// send writes the next n events with a pause before each.
func (a *attempt) send(n int, gap time.Duration) error {
	for range min(n, a.cell.count-a.last) {
		if a.cell.meet > 0 && a.last == a.cell.meet {
			select {
			case <-a.cell.met:
			case <-a.ctx.Done():
				return errGone
			}
		}
		if gap > 0 && !a.wait(gap) {
			return errGone
		}
		if err := a.write(a.events(1)); err != nil {
			return err
		}
		a.last++
		a.cell.note(a.last)
	}
	return nil
}

// whole writes all events that the client does not have yet, and waits for it to leave.
func (a *attempt) whole() {
	if a.open() == nil && a.send(a.cell.count, a.cell.gap) == nil {
		<-a.ctx.Done()
	}
}

// wait waits, and reports whether the client is still there.
func (a *attempt) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.ctx.Done():
		return false
	}
}

// reset closes the connection with a reset (RST) instead of an end (FIN).
func (a *attempt) reset() {
	conn := a.conn
	if conn == nil {
		conn = a.stream.of.conn
	}
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if bottom, ok := conn.(*net.TCPConn); ok {
		bottom.SetLinger(0)
	}
	conn.Close()
}

// chunk returns bytes as a chunk of the chunked transfer coding.
func chunk(b []byte) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(b), b) }
