package check

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what is kept of a stream.
const (
	maxLine   = 1 << 10 // bytes of a line
	maxEvents = 4096
)

// stall is the longest time for which a line, or an event, may stay incomplete.
const stall = time.Second

// A stream holds the facts about a body that arrives in pieces. It does not parse events;
// it examines how the stream is written.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
type stream struct {
	bytes    int
	first    time.Duration // arrival of the first bytes; valid if bytes > 0
	last     time.Duration // arrival of the last bytes
	events   []event       // at most maxEvents
	dropped  int           // events that are not kept
	comments int
	retries  []string // values of retry fields, at most maxRetries

	gap     time.Duration // the longest time without a byte after the first ones
	gapFrom time.Duration

	lineStall  *pause // a line whose rest came late
	blankStall *pause // a complete data line whose blank line came late

	ends         [3]int // lines by kind of line end
	badUTF8      *spot
	unknownField *spot
	badRetry     *spot
	nulInID      *spot
	builtinType  *spot // an event called open or error
	unfinished   bool  // the stream stopped within a block

	// State of the line and the block that are being read.
	line    []byte
	long    int // bytes of the line that are not kept
	afterCR bool
	tail    []byte // an incomplete character
	lastID  string
	block   block
}

// Kinds of line ends.
const (
	lf = iota
	cr
	crlf
)

// maxRetries is the number of retry fields of a stream that are kept.
const maxRetries = 8

// An event is a block that a client dispatches.
type event struct {
	id    string // the last event ID
	ownID bool   // the block has an id field
	at    time.Duration
}

// A pause is a time for which something stayed incomplete.
type pause struct {
	from, length time.Duration
	offset       int // bytes before it
}

// A spot is a place in a stream.
type spot struct {
	offset int
	text   string // the first bytes
}

// A block is what was read since the last blank line.
type block struct {
	fields, data bool
	id           *string
}

// feed reads bytes that have arrived.
func (s *stream) feed(at time.Duration, b []byte) {
	if s.bytes == 0 {
		s.first, s.last = at, at
	}
	s.wait(at)
	s.last = at
	s.checkUTF8(b)
	for _, c := range b {
		s.byte(at, c)
		s.bytes++
	}
}

// wait notes the time since the last bytes.
func (s *stream) wait(now time.Duration) {
	silent := now - s.last
	if silent > s.gap {
		s.gap, s.gapFrom = silent, s.last
	}
	if silent < stall {
		return
	}
	p := &pause{s.last, silent, s.bytes}
	switch {
	case len(s.line) > 0 && s.lineStall == nil:
		s.lineStall = p
	case len(s.line) == 0 && s.block.data && s.blankStall == nil:
		s.blankStall = p
	}
}

// finish notes the end of the observation.
func (s *stream) finish(at time.Duration) {
	if s.bytes == 0 {
		return
	}
	s.wait(at)
	s.unfinished = len(s.line) > 0 || s.block.data
}

func (s *stream) byte(at time.Duration, c byte) {
	if s.afterCR {
		s.afterCR = false
		if c == '\n' {
			s.ends[cr]--
			s.ends[crlf]++
			return
		}
	}
	switch {
	case c == '\r':
		s.afterCR = true
		s.ends[cr]++
		s.endLine(at)
	case c == '\n':
		s.ends[lf]++
		s.endLine(at)
	case len(s.line) < maxLine:
		s.line = append(s.line, c)
	default:
		s.long++
	}
}

// endLine reads a complete line.
func (s *stream) endLine(at time.Duration) {
	line := s.line
	s.line, s.long = s.line[:0], 0
	if s.ends[lf]+s.ends[cr]+s.ends[crlf] == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	switch {
	case len(line) == 0:
		s.endBlock(at)
	case line[0] == ':':
		s.comments++
	default:
		s.field(line)
	}
}

func (s *stream) field(line []byte) {
	name, value, _ := strings.Cut(string(line), ":")
	value = strings.TrimPrefix(value, " ")
	spotted := func(place **spot) {
		if *place == nil {
			*place = &spot{s.bytes - len(line), string(line[:min(len(line), 60)])}
		}
	}
	s.block.fields = true
	switch name {
	case "data":
		s.block.data = true
	case "id":
		if strings.ContainsRune(value, 0) {
			spotted(&s.nulInID)
			return
		}
		s.block.id = &value
	case "event":
		if value == "error" || value == "open" {
			spotted(&s.builtinType)
		}
	case "retry":
		if value == "" || strings.Trim(value, "0123456789") != "" {
			spotted(&s.badRetry)
			return
		}
		if len(s.retries) < maxRetries {
			s.retries = append(s.retries, value)
		}
	default:
		spotted(&s.unknownField)
	}
}

func (s *stream) endBlock(at time.Duration) {
	b := s.block
	s.block = block{}
	if b.id != nil {
		s.lastID = *b.id
	}
	switch {
	case !b.data:
	case len(s.events) == maxEvents:
		s.dropped++
	default:
		s.events = append(s.events, event{s.lastID, b.id != nil, at})
	}
}

// checkUTF8 looks for the first byte that is not UTF-8.
func (s *stream) checkUTF8(b []byte) {
	if s.badUTF8 != nil {
		return
	}
	offset := s.bytes - len(s.tail)
	b = append(s.tail, b...)
	s.tail = nil
	for len(b) > 0 {
		if !utf8.FullRune(b) {
			s.tail = bytes.Clone(b)
			return
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			s.badUTF8 = &spot{offset, string(b[:min(len(b), 8)])}
			return
		}
		b, offset = b[n:], offset+n
	}
}

// ids returns the ids of the events that have one of their own, in order. An id that
// is repeated at once counts once.
func (s *stream) ids() (ids []string) {
	for _, e := range s.events {
		if e.ownID && e.id != "" && (len(ids) == 0 || ids[len(ids)-1] != e.id) {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// lineEnds returns the number of kinds of line ends that the stream uses, and their
// names.
func (s *stream) lineEnds() (names []string) {
	for kind, name := range []string{"LF", "CR", "CRLF"} {
		if s.ends[kind] > 0 {
			names = append(names, name)
		}
	}
	return names
}
