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
	// maxHead is the largest request head that is read, in bytes.
	maxHead = 64 << 10

	// headLimit is how long a client may take to send its head. It is long
	// because browsers open connections before they need them.
	headLimit = 60 * time.Second
)

// Reasons why a request is refused.
var (
	errNotHTTP = errors.New("not an HTTP request")
	errTooLong = fmt.Errorf("request head longer than %d bytes", maxHead)
)

// A request is a request head as it came.
type request struct {
	method, target string
	headers        []catalogue.Header
	secure         bool // it came over TLS

	// read is all that was read from the connection: the head and what came
	// with it.
	read []byte
}

// readRequest reads a request head.
func readRequest(conn net.Conn) (*request, error) {
	conn.SetReadDeadline(time.Now().Add(headLimit))
	defer conn.SetReadDeadline(time.Time{})

	read := make([]byte, 0, 4096)
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		seen := max(0, len(read)-3) // the mark may lie across two reads
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

// parseRequest makes a request of what was read; its head ends at end.
func parseRequest(read []byte, end int) (*request, error) {
	lines := strings.Split(string(read[:end]), "\r\n")
	first := strings.Split(lines[0], " ")
	if len(first) != 3 || !strings.HasPrefix(first[2], "HTTP/1.") {
		return nil, errNotHTTP
	}
	r := &request{method: first[0], target: first[1], read: read}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ") // more white space is the case's affair
		r.headers = append(r.headers, catalogue.Header{Name: name, Value: value})
	}
	return r, nil
}

// refuse answers a request that could not be read, if it was one at all.
func refuse(conn net.Conn, err error) {
	status := ""
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
