package client

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/processgroup"
)

// Protocol is the version of the protocol between the harness and a client. A client
// names the version that it speaks in its first line. A later version may add members
// and messages, which clients ignore; a change of any other kind has another number.
const Protocol = 1

// Limits of a client in another process.
const (
	exitLimit  = time.Second // from the end of its standard input until it is killed
	maxPending = 4096        // lines that it has not read
	tailSize   = 400         // bytes of its standard error that are kept
)

// Limits that tests change.
var (
	readyLimit = 20 * time.Second // until its first line
	maxLine    = 64 << 20         // length of the longest line, in bytes
)

// A message is a line from the harness to a client, or from a client to the harness.
type message struct {
	// From the client.
	Ready  *ready     `json:"ready,omitempty"`
	In     string     `json:"in,omitempty"` // the stream of event or closed
	Event  *wireEvent `json:"event,omitempty"`
	Closed *string    `json:"closed,omitempty"` // why it will not reconnect

	// To the client: the id of the stream.
	Open       string   `json:"open,omitempty"`
	URL        string   `json:"url,omitempty"`
	Types      []string `json:"types,omitempty"`
	Close      any      `json:"close,omitempty"` // *Close beside Open, else the id of a stream
	Feed       string   `json:"feed,omitempty"`
	FeedBytes  []byte   `json:"bytes,omitempty"`
	EndOfInput bool     `json:"end,omitempty"`
}

type ready struct {
	Protocol int `json:"protocol"`
	Features
}

// A wireEvent is an event in a message. Data that is not UTF-8 is sent as bytes.
type wireEvent struct {
	Type        string  `json:"type"`
	Data        *string `json:"data,omitempty"` // nil, and no bytes: the event has none
	Bytes       []byte  `json:"bytes,omitempty"`
	LastEventID string  `json:"lastEventId,omitempty"`
	Origin      string  `json:"origin,omitempty"`
	ReadyState  int     `json:"readyState"`
}

// A Process is a client in another process, which speaks the protocol on its standard
// input and output. All processes that it starts are killed with it.
type Process struct {
	command *exec.Cmd
	mark    string // of its environment
	stdin   io.WriteCloser
	stderr  tail
	lines   chan []byte // to its standard input
	over    chan struct{}
	ended   sync.WaitGroup

	features Features

	mu      sync.Mutex
	streams map[string]*processStream
	next    int
	reason  error // why it ended; nil: it runs
}

// A processStream is a stream that a process reads.
type processStream struct {
	report func(Event)
	closed chan struct{}
	once   sync.Once
}

// Start starts a client with a command of the shell, and waits for its first line.
func Start(ctx context.Context, command string) (*Process, error) {
	argv := []string{"sh", "-c", command}
	if runtime.GOOS == "windows" {
		argv = []string{"cmd", "/C", command}
	} else if _, err := exec.LookPath("sh"); err != nil { // as in a container from scratch
		argv = strings.Fields(command)
	}
	mark := "EVENTSOURCE_HARNESS_CLIENT=" + rand.Text()
	p := &Process{
		command: exec.Command(argv[0], argv[1:]...),
		mark:    mark,
		lines:   make(chan []byte, maxPending),
		over:    make(chan struct{}),
		streams: map[string]*processStream{},
	}
	p.command.Env = append(os.Environ(), mark)
	p.command.SysProcAttr = processgroup.In(0)
	p.command.Stderr = &p.stderr
	p.command.WaitDelay = exitLimit
	stdin, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.stdin, p.command.Stdout = stdin, theirs
	err = p.command.Start()
	theirs.Close()
	if err != nil {
		stdout.Close()
		return nil, err
	}
	first := make(chan *ready, 1)
	p.ended.Go(func() { p.read(stdout, first) })
	p.ended.Go(p.write)
	p.ended.Go(func() {
		_ = p.command.Wait() // the state says how it ended
		p.kill(fmt.Errorf("it exited: %s", p.command.ProcessState))
		_ = stdout.SetReadDeadline(time.Now().Add(exitLimit)) // a child that was not killed may have it open
	})

	timer := time.NewTimer(readyLimit)
	defer timer.Stop()
	select {
	case r := <-first:
		p.features = r.Features
		return p, nil
	case <-p.over:
	case <-timer.C:
		p.kill(fmt.Errorf("it did not write its first line, ready, within %s", readyLimit))
	case <-ctx.Done():
		p.kill(context.Cause(ctx))
	}
	p.Stop()
	return nil, fmt.Errorf("the client %q did not start: %w", command, p.Err())
}

// Over is closed when the client has ended.
func (p *Process) Over() <-chan struct{} { return p.over }

// Features implements [Client].
func (p *Process) Features() Features { return p.features }

// Open implements [Client].
func (p *Process) Open(ctx context.Context, s Stream, report func(Event)) {
	stream := &processStream{report: report, closed: make(chan struct{})}
	p.mu.Lock()
	if p.reason != nil {
		p.mu.Unlock()
		return
	}
	p.next++
	id := strconv.Itoa(p.next)
	p.streams[id] = stream
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.streams, id)
	}()

	if s.Body != nil {
		p.feed(ctx, id, s.Body, stream.closed)
	} else {
		m := message{Open: id, URL: s.URL, Types: s.Types}
		if s.close != nil {
			m.Close = s.close
		}
		p.send(m)
	}
	select {
	case <-ctx.Done():
		p.send(message{Close: id})
	case <-stream.closed:
	case <-p.over:
	}
}

// feed sends a stream to a parser, as fast as it reads, until the parser has ended the
// stream itself.
func (p *Process) feed(ctx context.Context, id string, body io.Reader, closed <-chan struct{}) {
	send := func(m message) {
		select {
		case p.lines <- encode(m):
		case <-closed:
		case <-p.over:
		case <-ctx.Done():
		}
	}
	buffer := make([]byte, 1<<20)
	for ctx.Err() == nil {
		select {
		case <-closed:
			return
		default:
		}
		n, err := body.Read(buffer)
		if n > 0 {
			send(message{Feed: id, FeedBytes: buffer[:n]})
		}
		if err == io.EOF {
			send(message{Feed: id, EndOfInput: true})
		}
		if err != nil {
			return
		}
	}
}

// send sends a message without waiting for the client to read it.
func (p *Process) send(m message) {
	select {
	case p.lines <- encode(m):
	case <-p.over:
	default:
		p.kill(fmt.Errorf("it does not read its standard input: %d lines are waiting", maxPending))
	}
}

// encode returns the line of a message.
func encode(m message) []byte {
	line, err := json.Marshal(m)
	if err != nil {
		panic(err) // never: all members can be encoded
	}
	return append(line, '\n')
}

// write writes the lines that were sent.
func (p *Process) write() {
	for {
		select {
		case line := <-p.lines:
			if _, err := p.stdin.Write(line); err != nil {
				return // it has exited, or been killed
			}
		case <-p.over:
			return
		}
	}
}

// read reads what the client writes until it exits.
func (p *Process) read(stdout io.ReadCloser, first chan<- *ready) {
	defer stdout.Close()
	lines := bufio.NewScanner(stdout)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for lines.Scan() {
		if err := p.handle(lines.Bytes(), first); err != nil {
			p.kill(err)
			break
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.kill(fmt.Errorf("it wrote a line longer than %d MiB", maxLine>>20))
	}
}

// handle acts on a line from the client.
func (p *Process) handle(line []byte, first chan<- *ready) error {
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("it wrote a line that is not a message: %s (text for people belongs on standard error)", quote(line))
	}
	if m.Ready != nil {
		if m.Ready.Protocol != Protocol {
			return fmt.Errorf("it speaks version %d of the protocol; this harness speaks version %d", m.Ready.Protocol, Protocol)
		}
		if err := m.Ready.check(); err != nil {
			return err
		}
		select {
		case first <- m.Ready:
		default:
		}
		return nil
	}
	p.mu.Lock()
	stream := p.streams[m.In]
	p.mu.Unlock()
	switch {
	case stream == nil: // closed in the meantime
	case m.Event != nil:
		e := Event{Type: m.Event.Type, Data: m.Event.Bytes, LastEventID: m.Event.LastEventID, Origin: m.Event.Origin, ReadyState: m.Event.ReadyState}
		if m.Event.Data != nil {
			e.Data = []byte(*m.Event.Data)
		}
		stream.report(e)
	case m.Closed != nil:
		stream.once.Do(func() { close(stream.closed) })
	}
	return nil
}

// check returns an error if the features are not words of the protocol.
func (f Features) check() error {
	for _, list := range []struct {
		name  string
		words []string
		known []string
	}{{"reports", f.Reports, Reports}, {"can", f.Can, Abilities}} {
		for _, word := range list.words {
			if !slices.Contains(list.known, word) {
				return fmt.Errorf("ready.%s: unknown word %q: want words from the list %s", list.name, word, strings.Join(list.known, ", "))
			}
		}
	}
	if strings.TrimSpace(f.Name) == "" {
		return errors.New("ready.name: missing: want the name and version of the client")
	}
	return nil
}

// Err returns why the client ended, with its last output on standard error, or nil.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text := p.stderr.String(); p.reason != nil && text != "" {
		return fmt.Errorf("%w; its last error output: %s", p.reason, text)
	}
	return p.reason
}

// kill kills the client and all its processes. Only the first reason counts.
func (p *Process) kill(reason error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reason != nil {
		return
	}
	p.reason = reason
	processgroup.Kill(p.command.Process.Pid)
	_ = p.command.Process.Kill() // where there are no groups
	processgroup.KillMarked(p.mark)
	close(p.over)
}

// Stop ends the client: it closes its standard input and, if it does not exit, kills it.
func (p *Process) Stop() {
	_ = p.stdin.Close()
	select {
	case <-p.over:
	case <-time.After(exitLimit):
		p.kill(errors.New("it was stopped"))
	}
	p.ended.Wait()
	processgroup.KillMarked(p.mark)
}

// quote returns the first bytes of a line as a Go string.
func quote(line []byte) string {
	const most = 120
	if len(line) > most {
		return strconv.Quote(string(line[:most])) + "…"
	}
	return strconv.Quote(string(line))
}

// A tail is a writer that keeps only the last bytes.
type tail struct {
	mu   sync.Mutex
	last []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b[max(0, len(b)-tailSize):]...)
	t.last = bytes.Clone(t.last[max(0, len(t.last)-tailSize):])
	return len(b), nil
}

// String returns what was kept as one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.Join(strings.Fields(string(t.last)), " "), "")
}

// Serve makes a Go client speak the protocol on its standard input and output, until
// the input ends. It is all that the program of a client written in Go needs.
func Serve(c Client, input io.Reader, output io.Writer) error {
	ctx, leave := context.WithCancel(context.Background())
	s := &server{client: c, ctx: ctx, output: json.NewEncoder(output), streams: map[string]*served{}}
	s.output.SetEscapeHTML(false)
	s.write(message{Ready: &ready{Protocol, c.Features()}})
	defer s.running.Wait()
	defer leave()
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return err
		}
		s.handle(m)
	}
	return lines.Err()
}

// A server is the client's side of the protocol.
type server struct {
	client  Client
	ctx     context.Context // done when the input has ended
	running sync.WaitGroup

	mu      sync.Mutex
	output  *json.Encoder
	streams map[string]*served // by id
}

// A served is a stream that the client reads.
type served struct {
	leave context.CancelFunc
	feed  *io.PipeWriter // of the bytes for a parser; nil: the client opens a URL
}

func (s *server) handle(m message) {
	id, closed := m.Close.(string)
	switch {
	case m.Open != "":
		stream := Stream{URL: m.URL, Types: m.Types}
		if when, ok := m.Close.(map[string]any); ok {
			on, _ := when["on"].(string)
			nth, _ := when["nth"].(float64)
			stream.close = &Close{on, max(int(nth), 1)}
		}
		s.start(m.Open, stream, nil)
	case m.Feed != "":
		fed := s.find(m.Feed)
		if fed == nil || fed.feed == nil {
			r, w := io.Pipe()
			fed = s.start(m.Feed, Stream{Body: r}, w)
		}
		_, _ = fed.feed.Write(m.FeedBytes) // fails if the stream was closed
		if m.EndOfInput {
			fed.feed.Close()
		}
	case closed:
		if open := s.find(id); open != nil {
			open.leave()
		}
	}
}

func (s *server) find(id string) *served {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams[id]
}

// start opens a stream. It closes another one that has the same id.
func (s *server) start(id string, stream Stream, feed *io.PipeWriter) *served {
	ctx, leave := context.WithCancel(s.ctx)
	started := &served{leave, feed}
	if feed != nil {
		context.AfterFunc(ctx, func() { feed.CloseWithError(context.Canceled) })
	}
	s.mu.Lock()
	if other := s.streams[id]; other != nil {
		other.leave()
	}
	s.streams[id] = started
	s.mu.Unlock()
	s.running.Go(func() {
		defer leave() // what is written from then on is dropped
		s.client.Open(ctx, stream, stream.close.in(leave, func(e Event) {
			w := &wireEvent{Type: catalogue.DecodeUTF8(e.Type), LastEventID: catalogue.DecodeUTF8(e.LastEventID), Origin: e.Origin, ReadyState: e.ReadyState}
			if data := string(e.Data); e.Data != nil && catalogue.DecodeUTF8(data) == data {
				w.Data = &data
			} else {
				w.Bytes = e.Data
			}
			s.write(message{In: id, Event: w})
		}))
		reason := "the client will not reconnect"
		s.write(message{In: id, Closed: &reason})
		s.mu.Lock()
		defer s.mu.Unlock()
		// A parser's stream stays: bytes that are still on the way must not start another one.
		if feed == nil && s.streams[id] == started {
			delete(s.streams, id)
		}
	})
	return started
}

func (s *server) write(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.output.Encode(m) // fails if the harness has gone: then the input ends, too
}
