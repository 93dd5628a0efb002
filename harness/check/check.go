// Package check examines a live endpoint of server-sent events.
//
// [Run] opens the stream as a browser would, over raw HTTP/1.1, and beside it a few
// more connections: one that accepts compression, one with an unknown last event ID,
// one that resumes, a preflight request and one over HTTP/2. Each of them only
// records, with times (recording.go, stream.go). Rules then compare the records and
// return a [Finding] for whatever harms clients (rules.go). All rules, with reasons and
// remedies, are in one table (findings.go). The help of the command, its documentation
// and the servers page of the web site are made from that table.
//
// Data from a server is not trusted: the package keeps a bounded amount of it, and
// quotes what it puts into a finding.
package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// DefaultFor is how long a stream is observed unless [Options] say otherwise.
const DefaultFor = 20 * time.Second

// Options say what to check.
type Options struct {
	URL      string
	Method   string        // "": GET
	Header   http.Header   // beside those that a browser sends
	Body     []byte        // of the request
	Origin   string        // of a page that may read the stream, for example https://example.com; "": not checked
	For      time.Duration // how long to observe the stream; 0: [DefaultFor]
	Insecure bool          // accept any certificate

	// Dial opens connections; nil: those of the system.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// ErrNotReached is the error of an endpoint to which no connection could be opened.
var ErrNotReached = errors.New("not reached")

// Limits of the connections beside the stream.
const (
	headLimit   = 5 * time.Second // until the head of a further connection
	resumeLimit = 8 * time.Second // how long a resumed stream is observed
	dialLimit   = 10 * time.Second
)

// Names of the connections, as reports have them.
const (
	plain      = "HTTP/1.1"
	compressed = "HTTP/1.1, compression accepted"
	unknown    = "HTTP/1.1, unknown Last-Event-ID"
	resumed    = "HTTP/1.1, resumed"
	preflight  = "preflight"
	http2      = "HTTP/2"
)

// Run checks an endpoint. It returns an error that wraps [ErrNotReached] if no
// connection could be opened, and the cause of ctx if that is done first.
func Run(ctx context.Context, o Options) (*Report, error) {
	target, err := o.check()
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, target: target, start: time.Now()}
	return r.report(ctx)
}

// check returns the URL, and sets defaults.
func (o *Options) check() (*url.URL, error) {
	target, err := url.Parse(o.URL)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Hostname() == "" {
		return nil, fmt.Errorf("invalid URL %q: want one like https://example.com/events", o.URL)
	}
	target.Fragment = ""
	if o.Origin != "" {
		origin, err := url.Parse(o.Origin)
		if err != nil || origin.Scheme == "" || origin.Host == "" || strings.Trim(origin.Path, "/") != "" {
			return nil, fmt.Errorf("invalid origin %q: want one like https://example.com", o.Origin)
		}
		o.Origin = origin.Scheme + "://" + origin.Host
	}
	if o.Method == "" {
		o.Method = http.MethodGet
	}
	if o.For == 0 {
		o.For = DefaultFor
	}
	if o.For < time.Second {
		return nil, fmt.Errorf("invalid duration %s: want 1s or more", o.For)
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: dialLimit}).DialContext
	}
	o.Header = o.Header.Clone()
	return target, nil
}

// A run is an endpoint being checked.
type run struct {
	Options
	target *url.URL
	start  time.Time

	mu         sync.Mutex
	recordings []*recording
}

// report records the connections and applies the rules.
func (r *run) report(parent context.Context) (*Report, error) {
	ctx, leave := context.WithTimeout(parent, r.For)
	defer leave()
	var observing sync.WaitGroup
	defer observing.Wait()

	first := r.record(plain)
	observing.Go(func() { r.observe(ctx, first, r.request(nil)) })
	first.waitHead(ctx, r.For)
	if first.isStream() {
		r.accompany(ctx, &observing, first)
	} else {
		defer time.AfterFunc(headLimit, leave).Stop() // a page or an error need not be read for longer
	}
	observing.Wait()
	if parent.Err() != nil {
		return nil, context.Cause(parent)
	}
	if first.connectedAt < 0 {
		return nil, fmt.Errorf("%s: %w: %w", r.target.Redacted(), ErrNotReached, first.err)
	}
	return judge(r), nil
}

// accompany opens the other connections while the stream is being observed, one
// after the other, so that a server sees them in the same order each time.
func (r *run) accompany(ctx context.Context, observing *sync.WaitGroup, first *recording) {
	if r.Origin != "" {
		r.observeFor(ctx, headLimit, r.record(preflight), r.preflight())
	}
	if r.Method != http.MethodGet {
		return // such a request may cost money, or change something
	}
	packed := r.record(compressed)
	observing.Go(func() { r.observe(ctx, packed, r.request(http.Header{"Accept-Encoding": {"gzip, deflate, br"}})) })
	packed.waitHead(ctx, headLimit)

	stray := r.record(unknown)
	stray.enough = func(s *stream) bool { return s.bytes > 0 }
	r.observeFor(ctx, headLimit, stray, r.request(http.Header{lastEventID: {"eventsource-check-unknown"}}))

	if r.target.Scheme == "https" {
		second := r.record(http2)
		observing.Go(func() { r.observeHTTP2(ctx, second) })
		second.waitHead(ctx, headLimit)
	}

	id, ok := first.waitIDs(ctx, resumeAfter)
	if !ok {
		return
	}
	again := r.record(resumed)
	again.resumedAfter = id
	again.enough = func(s *stream) bool { return len(s.ids()) >= resumeAfter+2 }
	r.observeFor(ctx, resumeLimit, again, r.request(http.Header{lastEventID: {id}}))
}

// resumeAfter is the number of events with ids after which a stream is resumed. The
// new connection sends the first of these ids, so the others were missed.
const resumeAfter = 3

const lastEventID = "Last-Event-ID"

// record adds a recording.
func (r *run) record(name string) *recording {
	rec := newRecording(name, r.start)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recordings = append(r.recordings, rec)
	return rec
}

// find returns the recording with a name, or nil.
func (r *run) find(name string) *recording {
	for _, rec := range r.recordings {
		if rec.name == name {
			return rec
		}
	}
	return nil
}

// observeFor observes a connection for a time at most.
func (r *run) observeFor(ctx context.Context, limit time.Duration, rec *recording, q request) {
	ctx, leave := context.WithTimeout(ctx, limit)
	defer leave()
	r.observe(ctx, rec, q)
}

// A request is what a connection sends.
type request struct {
	method string
	header http.Header
	body   []byte
}

// request returns the request for the stream, with further headers.
func (r *run) request(further http.Header) request {
	h := http.Header{
		"Accept":          {"text/event-stream"},
		"Accept-Encoding": {"identity"},
		"Cache-Control":   {"no-cache"},
		"User-Agent":      {"eventsource-check"},
	}
	if r.Origin != "" {
		h.Set("Origin", r.Origin)
	}
	for _, headers := range []http.Header{r.Header, further} {
		for name, values := range headers {
			h[http.CanonicalHeaderKey(name)] = values
		}
	}
	return request{r.Method, h, r.Body}
}

// preflight returns the request that a browser sends before a script may reconnect
// with a last event ID.
//
// https://fetch.spec.whatwg.org/#cors-preflight-fetch
func (r *run) preflight() request {
	names := []string{strings.ToLower(lastEventID)}
	for name := range r.Header {
		if !slices.Contains([]string{"accept", "accept-language", "content-language", "cookie", "origin"}, strings.ToLower(name)) {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return request{method: http.MethodOptions, header: http.Header{
		"Accept":                         {"*/*"},
		"Origin":                         {r.Origin},
		"Access-Control-Request-Method":  {r.Method},
		"Access-Control-Request-Headers": {strings.Join(names, ",")},
		"User-Agent":                     {"eventsource-check"},
	}}
}
