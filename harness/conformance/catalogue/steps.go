package catalogue

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A Connection is the script of one response. After [Load] it begins with
// Respond or Raw and finishes with End, Cut, Reset or Hold.
type Connection []Step

// A Step is one thing that the server does with a connection.
type Step struct {
	Verb Verb
	Head Head // of Respond

	// Bytes of Raw and Send: escapes are replaced, {n} is not.
	Bytes []byte

	Repeat int           // how many times Send writes Bytes, all in one write; at least 1
	Chunk  int           // the size of the writes that Send is split into, in bytes; 0: one write
	Gap    time.Duration // the wait between the previous write and a write of Send, a Cut or a Reset
	Pause  time.Duration // the duration of Pause and Refuse
}

// A Verb is the word that says what a step does.
type Verb string

// The verbs. The table below says what each of them does.
const (
	Respond Verb = "respond"
	Raw     Verb = "raw"
	Send    Verb = "send"
	Pause   Verb = "pause"
	Refuse  Verb = "refuse"
	Headers Verb = "headers"
	End     Verb = "end"
	Cut     Verb = "cut"
	Reset   Verb = "reset"
	Hold    Verb = "hold"
)

const (
	// DefaultGap is the wait between two writes of a connection. It is long
	// enough for a client on the same machine to read them separately.
	DefaultGap = 50 * time.Millisecond

	// LossGap is the wait before a Cut or Reset. When a connection breaks, a
	// client that uses fetch loses what it has not read yet, and on a busy
	// machine it reads late.
	LossGap = 500 * time.Millisecond
)

type verbEntry struct {
	verb        Verb
	read        func(s *Step, at string, raw []byte) error
	first, last bool   // must be the first step; must be the last
	example     string // a step, for README.md
	means       string // for README.md
}

// verbs is the vocabulary of the server's scripts. The decoder, its error
// messages and the table in README.md are made from it, and package refserver
// must handle every verb.
var verbs = []verbEntry{
	{
		Respond, readHead, true, false, `{"respond": {…}}`,
		"Sets the head of the response; see below. It is sent together with the first `send`, or with `headers` or `end`",
	},
	{
		Raw, readBytes, true, false, `{"raw": "HTTP/1.0 200 OK\r\n…"}`,
		"Writes exact bytes instead of a head. Everything sent later is unframed too",
	},
	{
		Send, readBytes, false, false, `{"send": "data: x\n\n"}`,
		"Writes part of the body: one write, and one chunk of a chunked body",
	},
	{
		Pause, readTime, false, false, `{"pause": 200}`,
		"Waits that long",
	},
	{
		Refuse, readTime, false, false, `{"refuse": 1000}`,
		"Makes the port of this connection refuse others for that time, and continues at once",
	},
	{
		Headers, readTrue, false, false, `{"headers": true}`,
		"Sends the head alone",
	},
	{
		End, readTrue, false, true, `{"end": true}`,
		"Finishes the body and closes the connection",
	},
	{
		Cut, readTrue, false, true, `{"cut": true}`,
		"Closes the connection without finishing the body",
	},
	{
		Reset, readTrue, false, true, `{"reset": true}`,
		"Closes the connection with a TCP reset",
	},
	{
		Hold, readTrue, false, true, `{"hold": true}`,
		"Keeps the connection open until the client leaves. This is the default last step",
	},
}

type optionEntry struct {
	key   string
	least int    // the smallest number allowed
	of    []Verb // the verbs that take the option
	set   func(s *Step, n int)
	means string // for README.md
}

// options are the members that a step may have beside its verb.
var options = []optionEntry{
	{
		"repeat", 1, []Verb{Send}, func(s *Step, n int) { s.Repeat = n },
		"Writes the text that many times, all in one write; `{n}` in the text counts from 0",
	},
	{
		"chunk", 1, []Verb{Send}, func(s *Step, n int) { s.Chunk = n },
		"Splits the text into writes of that many bytes",
	},
	{
		"gap", 0, []Verb{Send, Cut, Reset}, func(s *Step, n int) { s.Gap = milliseconds(n) },
		"Waits that long after the previous write. The default is 50, and 500 before a `cut` or `reset`, because a client may drop what it has not read by then",
	},
}

// Verbs returns all verbs, in the order of README.md.
func Verbs() []Verb {
	var all []Verb
	for _, entry := range verbs {
		all = append(all, entry.verb)
	}
	return all
}

// entry returns the verb's entry in the table; its zero value if there is none.
func (v Verb) entry() verbEntry {
	for _, entry := range verbs {
		if entry.verb == v {
			return entry
		}
	}
	return verbEntry{}
}

// fromJSON reads the steps and adds what they leave out: the head before them
// and the hold after them.
func (c *Connection) fromJSON(at string, raw []byte) error {
	var steps []Step
	if err := decodeStrict(at, raw, &steps); err != nil {
		return err
	}
	if len(steps) == 0 || !steps[0].Verb.entry().first {
		steps = slices.Insert(steps, 0, Step{Verb: Respond, Head: defaultHead()})
	}
	if !steps[len(steps)-1].Verb.entry().last {
		steps = append(steps, Step{Verb: Hold})
	}
	*c = steps
	return nil
}

// fromJSON reads a verb with its value, and options.
func (s *Step) fromJSON(at string, raw []byte) error {
	verb, others, err := oneWord(at, raw, "verb", Verbs(), optionKeys())
	if err != nil {
		return err
	}
	*s = Step{Verb: Verb(verb.key), Repeat: 1, Gap: DefaultGap}
	if s.Verb == Cut || s.Verb == Reset {
		s.Gap = LossGap
	}
	if err := s.Verb.entry().read(s, join(at, verb.key), verb.value); err != nil {
		return err
	}
	for _, option := range others {
		if err := s.readOption(at, option); err != nil {
			return err
		}
	}
	return nil
}

func optionKeys() []string {
	var keys []string
	for _, entry := range options {
		keys = append(keys, entry.key)
	}
	return keys
}

func (s *Step) readOption(at string, m member) error {
	at = join(at, m.key)
	var n int
	if err := decodeStrict(at, m.value, &n); err != nil {
		return err
	}
	for _, entry := range options {
		switch {
		case entry.key != m.key:
		case !slices.Contains(entry.of, s.Verb):
			return fmt.Errorf("%s: is an option of %s only, and this is %s", at, oneOf(entry.of), s.Verb)
		case n < entry.least:
			return fmt.Errorf("%s: %d; expected %d or more", at, n, entry.least)
		default:
			entry.set(s, n)
		}
	}
	return nil
}

func readHead(s *Step, at string, raw []byte) error {
	return decodeStrict(at, raw, &s.Head)
}

func readBytes(s *Step, at string, raw []byte) error {
	var text string
	if err := decodeStrict(at, raw, &text); err != nil {
		return err
	}
	b, err := Unescape(text)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	s.Bytes = b
	return nil
}

func readTime(s *Step, at string, raw []byte) error {
	var ms int
	if err := decodeStrict(at, raw, &ms); err != nil {
		return err
	}
	if ms <= 0 {
		return fmt.Errorf("%s: %d; expected more than 0 milliseconds", at, ms)
	}
	s.Pause = milliseconds(ms)
	return nil
}

func readTrue(_ *Step, at string, raw []byte) error { return decodeTrue(at, raw) }

// Writes returns the bytes of each write of a Send or Raw. The text of a Send is
// repeated Repeat times, with {n} counting from 0, and split into pieces of
// Chunk bytes.
func (s Step) Writes() [][]byte {
	text := s.Bytes
	if s.Repeat > 1 {
		text = nil
		for n := range s.Repeat {
			text = append(text, bytes.ReplaceAll(s.Bytes, []byte("{n}"), strconv.AppendInt(nil, int64(n), 10))...)
		}
	}
	if s.Chunk == 0 {
		return [][]byte{text}
	}
	return slices.Collect(slices.Chunk(text, s.Chunk))
}

// WriteCount returns the number of writes without making them, which can be large.
func (s Step) WriteCount() int {
	if s.Chunk == 0 {
		return 1
	}
	return (s.Length() + s.Chunk - 1) / s.Chunk
}

// Length returns the number of bytes that all writes have together.
func (s Step) Length() int {
	length := len(s.Bytes)
	if s.Repeat > 1 {
		numbers, digits := bytes.Count(s.Bytes, []byte("{n}")), 0
		for n := range s.Repeat {
			digits += len(strconv.Itoa(n))
		}
		length = s.Repeat*(length-len("{n}")*numbers) + numbers*digits
	}
	return length
}

// A Head is the head of a response.
type Head struct {
	Status  int         `json:"status"`
	Reason  string      `json:"reason"`  // the registered phrase by default
	Headers [][2]string `json:"headers"` // names and values as written, all but those of framing
	Framing Framing     `json:"framing"`
	Length  int         `json:"length"` // of Length framing, in bytes
}

// Framing is the way in which a body ends.
type Framing string

const (
	Chunked Framing = "chunked" // Transfer-Encoding: chunked, one chunk for each write
	Close   Framing = "close"   // by closing the connection
	Length  Framing = "length"  // Content-Length
)

var framings = []Framing{Chunked, Close, Length}

// Bodiless reports whether a response with that status has no body.
//
// https://www.rfc-editor.org/rfc/rfc9110.html#section-15.3.5 (204)
// https://www.rfc-editor.org/rfc/rfc9110.html#section-15.3.6 (205)
// https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4.5 (304)
func (h Head) Bodiless() bool {
	return h.Status == 204 || h.Status == 205 || h.Status == 304
}

func defaultHead() Head {
	return Head{
		Status:  http.StatusOK,
		Reason:  http.StatusText(http.StatusOK),
		Headers: [][2]string{{"Content-Type", "text/event-stream"}},
		Framing: Chunked,
	}
}

// fromJSON starts from the default head. Headers that are given replace its
// Content-Type.
func (h *Head) fromJSON(at string, raw []byte) error {
	type form Head
	*h = defaultHead()
	h.Reason = ""
	if err := decodeStrict(at, raw, (*form)(h)); err != nil {
		return err
	}
	if h.Reason == "" {
		h.Reason = http.StatusText(h.Status)
	}
	return nil
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
