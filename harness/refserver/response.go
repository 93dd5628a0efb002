package refserver

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"eventsource-wasm/harness/catalogue"
)

// A response plays the script of one connection.
type response struct {
	conn  net.Conn
	ctx   context.Context // ends when the client has left or the play is finished
	ended func()          // called before the bytes, or the closing, that end the connection

	head    []byte // not sent yet
	framing catalogue.Framing
	wrote   bool
}

// play takes the steps until one is the last or the client has left.
func (r *response) play(script catalogue.Connection) {
	for _, step := range script {
		if !r.step(step) {
			return
		}
	}
}

// step takes one step and tells whether another may follow.
func (r *response) step(step catalogue.Step) bool {
	switch step.Verb {
	case catalogue.Respond:
		r.head, r.framing = headBytes(step.Head), framing(step.Head)
		return true
	case catalogue.Raw:
		r.head, r.framing = nil, catalogue.Close
		return r.send(step)
	case catalogue.Send:
		return r.send(step)
	case catalogue.Headers:
		return r.write(nil)
	case catalogue.Pause:
		return r.wait(step.Pause)
	case catalogue.End:
		r.end()
	case catalogue.Cut:
		r.cut()
	case catalogue.Reset:
		r.reset()
	case catalogue.Hold:
		<-r.ctx.Done()
	}
	return false
}

// send makes the writes of a step, each its gap after the one before.
func (r *response) send(step catalogue.Step) bool {
	for _, body := range step.Writes() {
		if r.wrote && !r.wait(step.Gap) {
			return false
		}
		if !r.write(r.frame(body)) {
			return false
		}
	}
	return true
}

// frame makes a chunk of the bytes of one write, if chunks are used.
func (r *response) frame(body []byte) []byte {
	if r.framing != catalogue.Chunked || len(body) == 0 {
		return body
	}
	chunk := fmt.Appendf(nil, "%x\r\n", len(body))
	chunk = append(chunk, body...)
	return append(chunk, "\r\n"...)
}

// write sends the head, if it was not sent yet, and the bytes, all at once.
func (r *response) write(b []byte) bool {
	if r.head != nil {
		b = append(r.head, b...)
		r.head = nil
	}
	r.wrote = true
	_, err := r.conn.Write(b)
	return err == nil
}

// end finishes the body.
func (r *response) end() {
	r.ended()
	if r.framing == catalogue.Chunked {
		r.write([]byte("0\r\n\r\n"))
	} else {
		r.write(nil)
	}
}

// cut leaves the body unfinished. It waits a little first, so that the client
// has read what was sent: the loss may make it drop what it has not.
func (r *response) cut() bool {
	if r.wrote && !r.wait(catalogue.DefaultGap) {
		return false
	}
	r.ended()
	return true
}

// reset is a cut with a TCP reset.
func (r *response) reset() {
	if conn, ok := r.conn.(*net.TCPConn); ok && r.cut() {
		conn.SetLinger(0)
	}
}

// wait tells whether the client is still there after some time.
func (r *response) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// framing is that of the head, or none for a response without a body.
func framing(h catalogue.Head) catalogue.Framing {
	if h.Bodiless() {
		return catalogue.Close
	}
	return h.Framing
}

// headBytes writes out a head: the case's headers, then those of framing.
func headBytes(h catalogue.Head) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", h.Status, h.Reason)
	closes := false
	for _, header := range h.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", header[0], header[1])
		closes = closes || strings.EqualFold(header[0], "Connection")
	}
	switch {
	case h.Status == 205:
		b.WriteString("Content-Length: 0\r\n")
	case h.Bodiless():
	case h.Framing == catalogue.Chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n")
	case h.Framing == catalogue.Length:
		fmt.Fprintf(&b, "Content-Length: %d\r\n", h.Length)
	}
	if !closes {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
