package eventsource

import "eventsource-wasm/wasm/eventstream"

// A Setting is the index of a number in a [Policy].
type Setting int

const (
	MaxDelay      Setting = iota // longest delay, in milliseconds; a longer one that the stream sets is kept
	Factor                       // delay of the next attempt / delay of this one, times One
	Jitter                       // part of the delay that is random, times One
	Attempts                     // how many attempts in a row may receive no part of an event
	OnEnd                        // 1: reconnect when the server ends the stream; 0: fail
	UseRetryAfter                // 1: wait at least as long as the server's Retry-After asks
	MaxEvent                     // largest event: see [eventstream.MaxEvent]
	Comments                     // 1: comments become tokens
	FirstDelay                   // delay before the first attempt, in milliseconds, until the stream sets one
	Statuses                     // this and the next settings: statuses worth another attempt; 0: none
	settings      = Statuses + MaxStatuses
)

// One is the number that stands for 1 in settings that are fractions.
const One = 1 << 10

// MaxStatuses is the largest number of statuses worth another attempt.
const MaxStatuses = 16

// A Policy says when a [Reconnector] reconnects, as data.
type Policy [settings]int32

// setStandard makes p the policy of the HTML Standard, which [Connection] has.
func (p *Policy) setStandard() {
	*p = Policy{}
	p[MaxDelay] = eventstream.MaxRetry
	p[Factor] = One
	p[Attempts] = eventstream.MaxRetry
	p[OnEnd] = 1
	p[MaxEvent] = eventstream.MaxEvent
}

// worthRetry reports whether a response with the status is worth another attempt.
func (p *Policy) worthRetry(status int) bool {
	for _, s := range p[Statuses:] {
		if int(s) == status {
			return true
		}
	}
	return false
}

// A Reason says why a connection ended.
type Reason int

const (
	None      Reason = iota
	Network          // no response, or the connection was lost
	Status           // the response has another status than 200
	Type             // the response is not an event stream
	End              // the server ended the stream
	Timeout          // no bytes came for too long
	Buffering        // the head of the response came, but no bytes did
	Limit            // an event is too long
	Hidden           // the page is hidden, and wants no connection
	Wake             // the device slept or changed networks: an open connection is probably lost
	Visible          // the page is no longer hidden
)

// String returns the name of the reason, as error events have it.
func (r Reason) String() string {
	return []string{"none", "network", "status", "type", "end", "timeout", "buffering", "limit", "hidden", "wake", "visible"}[r]
}

// Wait is an action of a [Reconnector] only: wait for Delay, then call Elapse, instead
// of the wait that is under way.
const Wait = Fail + 1

// paused is a state of a [Reconnector] only: there is no connection until the page is
// visible.
const paused = waiting + 1

// A Reconnector is a [Connection] whose policy says when it reconnects. Random numbers
// are inputs, from 0 to 65,535. The columns from Network on are reasons passed to End.
//
//	            Respond                    Network, End, Timeout  Wake         Hidden       Visible  Elapse
//	requesting  Announce, Fail, again      again                  -            Reestablish  -        -
//	open        -                          again                  Reestablish  Reestablish  -        -
//	waiting     -                          -                      Wait         Reestablish  -        Request
//	paused      -                          -                      -            -            Wait     -
//	closed      -                          -                      -            -            -        -
//
// Again is Reestablish, or Fail if the policy allows no more attempts. Hidden leads to
// paused, and Visible to waiting.
type Reconnector struct {
	Connection
	policy Policy
	Reason Reason // why the connection ended last

	attempt int  // attempts in a row that received no part of an event
	fed     bool // bytes of the current response came
	wait    int  // before the next attempt, in milliseconds
	asked   bool // the server asked for that wait
}

// Open is [Connection.Open], with the policy of the standard.
func (r *Reconnector) Open() Action {
	*r = Reconnector{}
	r.policy.setStandard()
	return r.Connection.Open()
}

// Set changes a setting of the policy. Call it after Open.
func (r *Reconnector) Set(s Setting, value int32) {
	r.policy[s] = value
	if s == FirstDelay {
		r.stream.Retry = int(value)
	}
}

// Respond is [Connection.Respond]. retryAfter is what [RetryAfter] returns.
func (r *Reconnector) Respond(status int, contentType []byte, retryAfter, random int) Action {
	action := r.Connection.Respond(status, contentType)
	switch {
	case action == Announce:
		r.fed = false
		r.stream.Extend(int(r.policy[MaxEvent]), r.policy[Comments] != 0)
	case action == Fail:
		r.Reason = Status
		if status == 200 {
			r.Reason = Type
		} else if status != 0 && r.policy.worthRetry(status) {
			return r.again(retryAfter, random)
		}
	}
	return action
}

// Feed is [Connection.Feed].
func (r *Reconnector) Feed(b []byte, out []eventstream.Token) (count int, action Action) {
	count, action = r.Connection.Feed(b, out)
	r.fed = true
	if action == Fail {
		r.Reason = Limit
	}
	// Choice: an attempt has succeeded once a part of an event was received. So a server
	// that accepts connections and drops them at once does not get requests forever.
	if count > 0 {
		r.attempt = 0
	}
	return count, action
}

// End reports that the connection ended, or that something else changed.
func (r *Reconnector) End(reason Reason, random int) Action {
	before := r.state
	switch reason {
	default:
		if before != requesting && before != open {
			return Nothing
		}
		r.Reason = reason
		if reason == Timeout && before == open && !r.fed {
			r.Reason = Buffering
		}
		if reason == End && r.policy[OnEnd] == 0 {
			r.state = closed
			return Fail
		}
		return r.again(0, random)
	case Hidden:
		if before == closed || before == paused {
			return Nothing
		}
		r.state = paused
		r.wait = eventstream.MaxRetry
	case Visible:
		if before != paused {
			return Nothing
		}
		r.state = waiting
		r.wait = 0
		return Wait
	case Wake:
		if before != open && before != waiting || before == waiting && r.asked {
			return Nothing
		}
		r.state = waiting
		// Many clients may wake at once.
		short := r.part(r.stream.Retry, random)
		if before == waiting {
			r.wait = min(r.wait, short)
			return Wait
		}
		r.wait = short
	}
	r.Reason = reason
	r.asked = false
	return Reestablish
}

// again begins the wait before the next attempt, unless there were too many.
func (r *Reconnector) again(retryAfter, random int) Action {
	r.state = closed
	if r.attempt >= int(r.policy[Attempts]) {
		return Fail
	}
	wait := r.stream.Retry
	limit := max(wait, int(r.policy[MaxDelay]))
	factor := int(r.policy[Factor])
	for range r.attempt {
		wait = min(max(wait, 1)*factor/One, limit)
	}
	r.attempt++
	random = r.part(wait, random)
	wait -= random
	r.asked = r.policy[UseRetryAfter] != 0 && retryAfter > 0
	if r.asked {
		// Never earlier than the server asks, and not all clients at once.
		wait = max(wait, retryAfter+random)
	}
	r.wait = min(wait, eventstream.MaxRetry)
	r.state = waiting
	return Reestablish
}

// part returns the random part of a delay.
func (r *Reconnector) part(delay, random int) int {
	return delay * int(r.policy[Jitter]) * random >> 26
}

// Delay returns how long to wait, in milliseconds.
func (r *Reconnector) Delay() int { return r.wait }

// RetryAfter returns the delay that a Retry-After header asks for, in milliseconds. The
// header is a number of seconds or a date. If it is a date, the engine parses it, and the
// argument date is the time from now until then, in milliseconds.
//
// https://www.rfc-editor.org/rfc/rfc9110.html#field.retry-after
func RetryAfter(header []byte, date int) int {
	seconds := 0
	for _, c := range header {
		if c < '0' || c > '9' {
			return date
		}
		seconds = min(seconds*10+int(c-'0'), eventstream.MaxRetry/1000)
	}
	return seconds * 1000
}
