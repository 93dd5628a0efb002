// Package playground is the server side of the page /play: it sends the bytes that a
// visitor wrote to the browser's own EventSource, and offers cases of the catalogue to
// open there.
package playground

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"

	"eventsource-wasm/harness/internal/respond"
)

const (
	maxStream = 64 << 10 // bytes of a stream; play-stream.js has the same limit
	maxKept   = 200      // streams; the oldest is forgotten first

	// chunkGap is the wait between two chunks. After it, a browser on the same
	// machine has read the first one.
	chunkGap = 30 * time.Millisecond
)

// A stream is what was posted: the chunks of each connection, in order.
type stream struct {
	connections [][][]byte
	next        int // the index of the connection that the next request gets
}

// Streams keeps the streams that visitors post.
type Streams struct {
	mu    sync.Mutex
	kept  map[string]*stream
	order []string // of kept, the oldest first
}

// NewStreams returns an empty collection.
func NewStreams() *Streams { return &Streams{kept: map[string]*stream{}} }

// Post keeps the stream of a form and answers with its id. The field bytes has its bytes
// as hexadecimal digits. The field cuts says where chunks end: 3,7! cuts after the third
// and the seventh byte, and ! begins a new connection.
func (s *Streams) Post(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 10*maxStream)
	if err := r.ParseForm(); err != nil {
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem("cannot read the form: send the fields bytes and cuts", "无法读取表单：请发送 bytes 和 cuts 字段"))
		return
	}
	posted, err := parse(r.PostForm.Get("bytes"), r.PostForm.Get("cuts"))
	if err != nil {
		respond.Fail(w, r, http.StatusBadRequest, err)
		return
	}
	id := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[id] = posted
	s.order = append(s.order, id)
	if len(s.order) > maxKept {
		delete(s.kept, s.order[0])
		s.order = s.order[1:]
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(id))
}

var cut = regexp.MustCompile(`^(\d{1,5})(!?)$`)

func parse(digits, cuts string) (*stream, error) {
	all, err := hex.DecodeString(digits)
	if err != nil {
		return nil, respond.NewProblem("bytes: %v: send two hexadecimal digits for each byte", "bytes：%v：每个字节请用两位十六进制数字表示", err)
	}
	if len(all) > maxStream {
		return nil, respond.NewProblem("bytes: %d are too many: send at most %d", "bytes：%d 个字节太多：最多 %d 个", len(all), maxStream)
	}
	parsed := &stream{connections: [][][]byte{nil}}
	begin := 0
	chunk := func(end int) {
		last := &parsed.connections[len(parsed.connections)-1]
		*last = append(*last, all[begin:end])
		begin = end
	}
	for _, text := range bytes.Split([]byte(cuts), []byte(",")) {
		if len(text) == 0 {
			continue
		}
		found := cut.FindSubmatch(text)
		if found == nil {
			return nil, respond.NewProblem("cuts: %.20q is not a cut: send cuts as in 3,7! without spaces", "cuts：%.20q 不是切分位置：请写成 3,7! 的形式，不含空格", text)
		}
		at, err := strconv.Atoi(string(found[1]))
		if err != nil || at <= begin || at >= len(all) {
			return nil, respond.NewProblem("cuts: %.20q is out of place: send cuts in order, inside the %d bytes", "cuts：%.20q 位置不对：请按顺序排列，并在这 %d 个字节之内", text, len(all))
		}
		chunk(at)
		if len(found[2]) > 0 {
			parsed.connections = append(parsed.connections, nil)
		}
	}
	chunk(len(all))
	return parsed, nil
}

// Get answers a request for a stream with its next connection. After the last one, the
// answer is 204 No Content, which makes an EventSource give up.
func (s *Streams) Get(w http.ResponseWriter, r *http.Request) {
	chunks, known := s.take(r.PathValue("id"))
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case !known:
		http.Error(w, "no such stream: post it again", http.StatusNotFound)
		return
	case chunks == nil:
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for i, chunk := range chunks {
		if i > 0 {
			select {
			case <-time.After(min(chunkGap, 2*time.Second/time.Duration(len(chunks)))):
			case <-r.Context().Done():
				return
			}
		}
		if _, err := w.Write(chunk); err != nil {
			return
		}
		if err := flush.Flush(); err != nil {
			return
		}
	}
}

// take returns the chunks of the next connection of a stream, or nil after the last.
func (s *Streams) take(id string) (chunks [][]byte, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, known := s.kept[id]
	if !known || found.next == len(found.connections) {
		return nil, known
	}
	found.next++
	return found.connections[found.next-1], true
}
