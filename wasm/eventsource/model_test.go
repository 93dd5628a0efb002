package eventsource

import (
	"slices"
	"testing"

	"eventsource-wasm/wasm/eventstream"
)

// An owner is a model of the JavaScript that owns a connection: it carries out actions
// and tokens, and checks what must hold whatever happens. It is a value, so that a test
// can try every continuation of it.
type owner struct {
	r        Reconnector
	extended bool // r has a policy; otherwise only its Connection is used

	requests, timers int // under way
	closed           bool
	id, lastID       string // as eventstream.Kind says

	// What the inputs so far demand, found without the parser's tokens.
	pending, committed string // id of the current block, last event ID string
	hasPending         bool
	retry              int // milliseconds
	failures           int // attempts in a row that brought no event
}

// modelPolicy is the policy of the extended model.
var modelPolicy = map[Setting]int32{
	MaxDelay: 20000, Factor: 2 * One, Jitter: One / 2, Attempts: 3, UseRetryAfter: 1, Statuses: 503,
}

const (
	modelRetry      = 700   // milliseconds, set by the stream
	modelRetryAfter = 90000 // milliseconds
	modelRandom     = 30000
)

// request sends a request with the last event ID.
func (o *owner) request() (fault string) {
	o.requests++
	o.hasPending, o.id = false, o.lastID
	if o.lastID != o.committed {
		return "a request carries another id than the last one that was committed"
	}
	return ""
}

// carryOut carries out an action, which came at the given reason.
func (o *owner) carryOut(action Action, reason Reason, retryAfter int) (fault string) {
	if action != Nothing && o.closed {
		return "CLOSED is not final"
	}
	switch action {
	case Request:
		o.timers = 0 // Elapse is called when the timer has fired
		if fault := o.request(); fault != "" {
			return fault
		}
	case Reestablish, Wait:
		o.requests, o.timers = 0, 1 // the response is dropped, a new timer replaces the old one
		if action == Wait && reason != Wake && reason != Visible {
			return "a wait is replaced without a reason"
		}
		return o.checkDelay(reason, retryAfter)
	case Fail:
		o.requests, o.timers, o.closed = 0, 0, true
	}
	return ""
}

// checkDelay checks that the delay is within the policy.
func (o *owner) checkDelay(reason Reason, retryAfter int) (fault string) {
	if !o.extended {
		if o.r.Connection.Delay() != o.retry {
			return "the delay is not the reconnection time"
		}
		return ""
	}
	delay, least, most := o.r.Delay(), o.retry/2, max(o.retry, int(modelPolicy[MaxDelay]))
	switch {
	case reason == Hidden:
		least, most = eventstream.MaxRetry, eventstream.MaxRetry
	case reason == Visible:
		least, most = 0, 0
	case reason == Wake:
		least, most = 0, o.retry/2
	case retryAfter > 0:
		least, most = retryAfter, retryAfter+most/2
	default:
		if o.failures > int(modelPolicy[Attempts]) {
			return "there are more attempts in a row than the policy allows"
		}
	}
	if delay < least || delay > most {
		return "the delay is not within the policy"
	}
	return ""
}

// feed feeds a chunk to the connection and carries out its tokens.
func (o *owner) feed(chunk string) (fault string) {
	var tokens [16]eventstream.Token
	var count int
	var action Action
	if o.extended {
		count, action = o.r.Feed([]byte(chunk), tokens[:])
	} else {
		count, action = o.r.Connection.Feed([]byte(chunk), tokens[:])
	}
	if count > 0 && o.closed {
		return "an event is dispatched after close"
	}
	if count > 0 {
		o.failures = 0
	}
	for _, t := range tokens[:count] {
		switch t.Kind {
		case eventstream.ID:
			o.id = chunk[t.Start:t.End]
		case eventstream.Commit, eventstream.Dispatch, eventstream.Event:
			o.lastID = o.id
		}
	}
	return o.carryOut(action, None, 0)
}

// expect notes what a chunk that is read demands: its id, if it has one, and whether it
// ends the block.
func (o *owner) expect(id string, ends bool) {
	if o.r.state != open {
		return
	}
	if id != "" {
		o.pending, o.hasPending = id, true
	}
	if ends {
		if o.hasPending {
			o.committed = o.pending
		}
		o.hasPending = false
	}
}

// respond reports a response.
func (o *owner) respond(status int, contentType string, retryAfter int) (fault string) {
	var action Action
	if o.extended {
		action = o.r.Respond(status, []byte(contentType), retryAfter, modelRandom)
	} else {
		action = o.r.Connection.Respond(status, []byte(contentType))
	}
	if action == Announce && o.requests == 0 {
		return "a connection is announced without a request"
	}
	if action == Reestablish {
		o.failures++
	}
	return o.carryOut(action, Status, retryAfter)
}

// end reports that the connection ended, or that something else changed.
func (o *owner) end(reason Reason) (fault string) {
	var action Action
	if o.extended {
		action = o.r.End(reason, modelRandom)
	} else {
		action = o.r.Connection.End()
	}
	if action == Reestablish && reason != Hidden && reason != Wake {
		o.failures++
	}
	return o.carryOut(action, reason, 0)
}

// A modelInput is something that happens to a connection.
type modelInput struct {
	name string
	do   func(*owner) (fault string)
}

// modelInputs happen to every connection. They also come when they cannot: late, twice, or
// before a request.
var modelInputs = []modelInput{
	{"ok", func(o *owner) string { return o.respond(200, eventStream, 0) }},
	{"404", func(o *owner) string { return o.respond(404, "", 0) }},
	{"503", func(o *owner) string { return o.respond(503, "", modelRetryAfter) }},
	{"event with id", func(o *owner) string {
		o.expect("1", true)
		return o.feed("id:1\ndata:a\n\n")
	}},
	{"half a block", func(o *owner) string {
		if o.r.state == open {
			o.retry = modelRetry
		}
		o.expect("2", false)
		return o.feed("retry:700\nid:2\n")
	}},
	{"end of a block", func(o *owner) string {
		o.expect("", true)
		return o.feed("data:b\n\n")
	}},
	{"end", func(o *owner) string { return o.end(End) }},
	{"elapse", func(o *owner) string { return o.carryOut(o.r.Elapse(), None, 0) }},
	{"close", func(o *owner) string {
		o.r.Close()
		o.requests, o.timers, o.closed = 0, 0, true
		return ""
	}},
}

// extendedInputs happen to a Reconnector only.
var extendedInputs = []modelInput{
	{"timeout", func(o *owner) string { return o.end(Timeout) }},
	{"wake", func(o *owner) string { return o.end(Wake) }},
	{"hidden", func(o *owner) string { return o.end(Hidden) }},
	{"visible", func(o *owner) string { return o.end(Visible) }},
}

// modelDepth is the length of the sequences of inputs.
const modelDepth = 6

// TestModel checks with every sequence of six inputs, with the standard's policy and with
// an extended one:
//
//   - After close, no event is dispatched and no action follows: CLOSED is final.
//   - There is at most one request, or one timer, and never both.
//   - Unless it is closed, a connection has one of them: it is never stuck.
//   - Every request carries the last event ID that was committed.
//   - Every delay is within the policy, and so is the number of attempts in a row.
func TestModel(t *testing.T) {
	t.Run("standard", func(t *testing.T) {
		o := owner{retry: defaultDelay}
		o.carryOut(o.r.Connection.Open(), None, 0)
		walk(t, o, modelInputs)
	})
	t.Run("extended", func(t *testing.T) {
		walk(t, extendedOwner(), slices.Concat(modelInputs, extendedInputs))
	})
}

// extendedOwner returns the owner of a new connection with modelPolicy.
func extendedOwner() owner {
	o := owner{retry: defaultDelay, extended: true}
	o.carryOut(o.r.Open(), None, 0)
	for s, value := range modelPolicy {
		o.r.Set(s, value)
	}
	return o
}

// take carries out an input, and checks the invariants.
func (o *owner) take(input modelInput) (fault string) {
	fault = input.do(o)
	switch {
	case fault != "":
		return fault
	case o.requests+o.timers > 1:
		return "there is more than one request or timer"
	case !o.closed && o.requests+o.timers == 0:
		return "nothing is under way"
	case o.closed != (o.r.state == closed):
		return "the states differ"
	}
	return ""
}

// walk tries every sequence of inputs on an owner.
func walk(t *testing.T, start owner, inputs []modelInput) {
	path := make([]int, 0, modelDepth)
	var try func(o owner)
	try = func(o owner) {
		if len(path) == modelDepth {
			return
		}
		for i, input := range inputs {
			path = append(path, i)
			next := o
			if fault := next.take(input); fault != "" {
				var names []string
				for _, i := range path {
					names = append(names, inputs[i].name)
				}
				t.Fatalf("%s, after %q", fault, names)
			}
			try(next)
			path = path[:len(path)-1]
		}
	}
	try(start)
}
