package refserver

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

const (
	// maxHead is the size of the largest request head, in bytes.
	maxHead = 64 << 10

	// headLimit is the longest time that a client may take to send a head. It is
	// long because browsers open connections before they need them.
	headLimit = 60 * time.Second
)

// Reasons to refuse a request.
var (
	errNotHTTP = errors.New("not an HTTP request")
	errTooLong = fmt.Errorf("request head longer than %d bytes", maxHead)
)

// A request is the head of a request, as it was sent.
type request struct {
	method, target string
	headers        []catalogue.Header
	secure         bool // whether it came over TLS

	// read is everything that was read from the connection: the head and what
	// followed it at once.
	read []byte
}

// readRequest reads the head of a request.
func readRequest(conn net.Conn) (*request, error) {
	conn.SetReadDeadline(time.Now().Add(headLimit))
	defer conn.SetReadDeadline(time.Time{})

	read := make([]byte, 0, 4096)
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		seen := max(0, len(read)-3) // the empty line may be split between two reads
		read = append(read, buf[:n]...)
		if len(read) > 0 && !isUpper(read[0]) {
			return nil, errNotHTTP
		}
		if i := bytes.Index(read[seen:], []byte("\r\n\r\n")); i >= 0 {
			return parseRequest(read, seen+i)
		}
		if len(read) > maxHead {
			return nil, errTooLong
		}
		if err != nil {
			return nil, err
		}
	}
}

// parseRequest parses what was read. The head ends at end.
//
// https://www.rfc-editor.org/rfc/rfc9112.html#section-3
// https://www.rfc-editor.org/rfc/rfc9112.html#section-5
func parseRequest(read []byte, end int) (*request, error) {
	lines := strings.Split(string(read[:end]), "\r\n")
	first := strings.Split(lines[0], " ")
	if len(first) != 3 || !strings.HasPrefix(first[2], "HTTP/1.") {
		return nil, errNotHTTP
	}
	r := &request{method: first[0], target: first[1], read: read}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		// Deviation: RFC 9112 removes all white space around a value. Cases must see
		// it, so only the usual space goes.
		value = strings.TrimPrefix(value, " ")
		r.headers = append(r.headers, catalogue.Header{Name: name, Value: value})
	}
	return r, nil
}

// refuse answers a request that could not be read.
func refuse(conn net.Conn, err error) {
	var status string
	switch {
	case errors.Is(err, errNotHTTP):
		status = "400 Bad Request"
	case errors.Is(err, errTooLong):
		status = "431 Request Header Fields Too Large"
	default:
		return // the client left or never spoke
	}
	conn.SetWriteDeadline(time.Now().Add(time.Second))
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)
}

func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }
