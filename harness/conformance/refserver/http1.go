package refserver

import (
	"bytes"
	"fmt"
	"net"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// An http1Wire writes a response over HTTP/1.1, byte for byte.
type http1Wire struct {
	conn    net.Conn
	framing catalogue.Framing // of the head that was sent; "": unframed
}

func (h *http1Wire) send(head *catalogue.Head, body []byte) error {
	b := h.begin(head)
	if h.framing == catalogue.Chunked && len(body) > 0 {
		// A chunk of size 0 would end the body.
		// https://www.rfc-editor.org/rfc/rfc9112.html#section-7.1
		b = fmt.Appendf(b, "%x\r\n", len(body))
		b = append(b, body...)
		b = append(b, "\r\n"...)
	} else {
		b = append(b, body...)
	}
	_, err := h.conn.Write(b)
	return err
}

func (h *http1Wire) end(head *catalogue.Head) {
	b := h.begin(head)
	if h.framing == catalogue.Chunked {
		b = append(b, "0\r\n\r\n"...)
	}
	h.conn.Write(b)
}

func (h *http1Wire) cut() {}

func (h *http1Wire) abort() {
	if conn := tcp(h.conn); conn != nil {
		conn.SetLinger(0)
		conn.Close() // before TLS could send close_notify
	}
}

// begin returns the bytes of a head; nil: it was sent before.
func (h *http1Wire) begin(head *catalogue.Head) []byte {
	if head == nil {
		return nil
	}
	h.framing = head.Framing
	if head.Bodiless() {
		h.framing = catalogue.Close
	}
	return headBytes(*head)
}

// headBytes returns the bytes of a head: the case's headers, then those that say
// where the body ends.
//
// https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3
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
		// A client takes 205 for a response with a body unless this says that it
		// is empty.
		b.WriteString("Content-Length: 0\r\n")
	case h.Bodiless():
		// 1. "…is always terminated by the first empty line after the header fields".
	case h.Framing == catalogue.Chunked:
		// 4. The chunked transfer coding ends the body.
		b.WriteString("Transfer-Encoding: chunked\r\n")
	case h.Framing == catalogue.Length:
		// 6. Its length ends the body.
		fmt.Fprintf(&b, "Content-Length: %d\r\n", h.Length)
	default:
		// 8. The end of the connection ends the body.
	}
	if !closes {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
