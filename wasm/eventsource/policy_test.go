package eventsource

import (
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

const most = 1<<16 - 1 // the largest random number

// A move is a call of a Reconnector's method.
type move func(*Reconnector) Action

func answer(status int, contentType string, retryAfter int) move {
	return func(r *Reconnector) Action { return r.Respond(status, []byte(contentType), retryAfter, 0) }
}

func stream(text string) move {
	return func(r *Reconnector) Action {
		_, action := r.Feed([]byte(text), make([]eventstream.Token, eventstream.MaxTokens(len(text))))
		return action
	}
}

func ends(reason Reason) move {
	return func(r *Reconnector) Action { return r.End(reason, 0) }
}

var (
	ok      = answer(200, eventStream, 0)
	elapses = func(r *Reconnector) Action { return r.Elapse() }
	pauses  = ends(Hidden)
	resumes = ends(Visible)
	closes  = func(r *Reconnector) Action { r.Close(); return Nothing }
)

// reconnector returns a requesting Reconnector with settings.
func reconnector(settings map[Setting]int32) *Reconnector {
	r := new(Reconnector)
	r.Open()
	for s, value := range settings {
		r.Set(s, value)
	}
	return r
}

// moved makes moves.
func moved(r *Reconnector, moves ...move) *Reconnector {
	for _, m := range moves {
		m(r)
	}
	return r
}

// inState returns a Reconnector of the standard's policy in a state.
func inState(s state) *Reconnector {
	return moved(reconnector(nil), map[state][]move{
		closed:     {closes},
		requesting: {},
		open:       {ok},
		waiting:    {ends(Network)},
		paused:     {pauses},
	}[s]...)
}

func TestReconnector(t *testing.T) {
	retried := map[Setting]int32{Statuses: 429, Statuses + MaxStatuses - 1: 503}
	once := map[Setting]int32{Attempts: 1}
	tests := []struct {
		name     string
		settings map[Setting]int32
		moves    []move // the last one gives the action
		action   Action
		reason   Reason
		next     state
	}{
		{"a status that is worth a retry", retried, []move{answer(503, "", 0)}, Reestablish, Status, waiting},
		{"another status", retried, []move{answer(502, "", 0)}, Fail, Status, closed},
		{"no response", retried, []move{answer(0, "", 0)}, Fail, Status, closed},
		{"the first status that is worth a retry", retried, []move{answer(429, "", 0)}, Reestablish, Status, waiting},
		{"200 with a wrong type", map[Setting]int32{Statuses: 200}, []move{answer(200, "text/html", 0)}, Fail, Type, closed},
		{"the stream ends", nil, []move{ok, ends(End)}, Reestablish, End, waiting},
		{"the stream ends, OnEnd 0", map[Setting]int32{OnEnd: 0}, []move{ok, ends(End)}, Fail, End, closed},
		{"the connection is lost, OnEnd 0", map[Setting]int32{OnEnd: 0}, []move{ok, ends(Network)}, Reestablish, Network, waiting},
		{"no attempts", map[Setting]int32{Attempts: 0}, []move{ends(Network)}, Fail, Network, closed},
		{"no attempts, a status that is worth one", map[Setting]int32{Attempts: 0, Statuses: 503}, []move{answer(503, "", 0)}, Fail, Status, closed},
		{"one attempt, first", once, []move{ends(Network)}, Reestablish, Network, waiting},
		{"one attempt, second", once, []move{ends(Network), elapses, ends(Network)}, Fail, Network, closed},
		{"one attempt, second after a response", once, []move{ends(Network), elapses, ok, ends(End)}, Fail, End, closed},
		{"one attempt, second after a comment", once, []move{ends(Network), elapses, ok, stream(":\n\n"), ends(End)}, Fail, End, closed},
		{"one attempt, second after data", once, []move{ends(Network), elapses, ok, stream("data:a\n"), ends(End)}, Reestablish, End, waiting},
		{"one attempt, second after an id", once, []move{ends(Network), elapses, ok, stream("id:1\n\n"), ends(End)}, Reestablish, End, waiting},
		{"timeout before the response", nil, []move{ends(Timeout)}, Reestablish, Timeout, waiting},
		{"timeout after bytes", nil, []move{ok, stream(":\n"), ends(Timeout)}, Reestablish, Timeout, waiting},
		{"timeout after the head alone", nil, []move{ok, ends(Timeout)}, Reestablish, Buffering, waiting},
		{"timeout after the head alone, of a later response", nil, []move{ok, stream(":\n"), ends(End), elapses, ok, ends(Timeout)}, Reestablish, Buffering, waiting},
		{"an event that is too long for the standard's policy", nil, []move{ok, stream("data:" + strings.Repeat("a", 1000) + "\n")}, Nothing, None, open},
		{"waking while waiting", nil, []move{ends(Network), ends(Wake)}, Wait, Network, waiting},
		{"waking while requesting", nil, []move{ends(Wake)}, Nothing, None, requesting},
		{"waking while open", nil, []move{ok, ends(Wake)}, Reestablish, Wake, waiting},
		{"waking while paused", nil, []move{pauses, ends(Wake)}, Nothing, Hidden, paused},
		{"pausing while requesting", nil, []move{pauses}, Reestablish, Hidden, paused},
		{"pausing while open", nil, []move{ok, pauses}, Reestablish, Hidden, paused},
		{"pausing while waiting", nil, []move{ends(Network), pauses}, Reestablish, Hidden, paused},
		{"pausing twice", nil, []move{pauses, pauses}, Nothing, Hidden, paused},
		{"pausing when closed", nil, []move{closes, pauses}, Nothing, None, closed},
		{"resuming", nil, []move{pauses, resumes}, Wait, Hidden, waiting},
		{"resuming without a pause", nil, []move{ok, resumes}, Nothing, None, open},
		{"elapsing after a pause", nil, []move{pauses, resumes, elapses}, Request, Hidden, requesting},
		{"a late response while paused", nil, []move{pauses, ok}, Nothing, Hidden, paused},
		{"a late end while paused", nil, []move{pauses, ends(Network)}, Nothing, Hidden, paused},
		{"elapsing while paused", nil, []move{pauses, elapses}, Nothing, Hidden, paused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reconnector(tt.settings)
			last := len(tt.moves) - 1
			moved(r, tt.moves[:last]...)
			require.Equal(t, tt.action, tt.moves[last](r))
			require.Equal(t, tt.reason, r.Reason)
			require.Equal(t, tt.next, r.state)
		})
	}
}

// TestReconnectorComment checks the table in the comment of Reconnector against the code.
func TestReconnectorComment(t *testing.T) {
	source, err := os.ReadFile("policy.go")
	require.NoError(t, err)
	var documented [][]string
	for line := range strings.Lines(string(source)) {
		if row, found := strings.CutPrefix(line, "//\t"); found {
			documented = append(documented, regexp.MustCompile(`\s{2,}`).Split(strings.TrimSpace(row), -1))
		}
	}
	states := map[string]state{"requesting": requesting, "open": open, "waiting": waiting, "paused": paused, "closed": closed}
	actions := map[Action]string{Nothing: "-", Request: "Request", Announce: "Announce", Reestablish: "Reestablish", Fail: "Fail", Wait: "Wait"}
	does := map[string]func(*Reconnector) string{
		"Respond": func(r *Reconnector) string {
			r.Set(Statuses, 503)
			again, bad, good := *r, *r, *r
			all := []string{actions[ok(&good)], actions[answer(404, "", 0)(&bad)], actions[answer(503, "", 0)(&again)]}
			if all[2] == "Reestablish" {
				all[2] = "again"
			}
			return strings.Join(slices.Compact(all), ", ")
		},
		"Network, End, Timeout": func(r *Reconnector) string {
			if action := ends(Network)(r); action != Reestablish {
				return actions[action]
			}
			return "again"
		},
		"Wake":    func(r *Reconnector) string { return actions[r.End(Wake, 0)] },
		"Hidden":  func(r *Reconnector) string { return actions[r.End(Hidden, 0)] },
		"Visible": func(r *Reconnector) string { return actions[r.End(Visible, 0)] },
		"Elapse":  func(r *Reconnector) string { return actions[r.Elapse()] },
	}
	require.Len(t, documented, 1+len(states))
	require.Len(t, documented[0], len(does))
	for _, row := range documented[1:] {
		for i, column := range documented[0] {
			require.Equal(t, row[1+i], does[column](inState(states[row[0]])), "%s %s", row[0], column)
		}
	}
}

// TestStandardPolicy checks with every sequence of up to six inputs that a Reconnector
// with the standard's policy does what a Connection does.
func TestStandardPolicy(t *testing.T) {
	type pair struct {
		name  string
		plain input
		ours  move
	}
	pairs := []pair{
		{"ok", respond(200, eventStream), ok},
		{"404", respond(404, ""), answer(404, "", 5000)},
		{"event", feed("retry:70\ndata:a\n\n"), stream("retry:70\ndata:a\n\n")},
		{"half", feed("data"), stream("data")},
		{"end", (*Connection).End, ends(End)},
		{"lost", (*Connection).End, ends(Network)},
		{"elapse", (*Connection).Elapse, elapses},
		{"close", closing, closes},
	}
	var walk func(c Connection, r Reconnector, names []string)
	walk = func(c Connection, r Reconnector, names []string) {
		if len(names) == 6 {
			return
		}
		for _, p := range pairs {
			c, r, path := c, r, append(slices.Clone(names), p.name)
			want, got := p.plain(&c), p.ours(&r)
			if want != got || c.state != r.state || want == Reestablish && c.Delay() != r.Delay() {
				require.Fail(t, "they differ", "%v: %v %v, %v %v", path, want, got, c.Delay(), r.Delay())
			}
			walk(c, r, path)
		}
	}
	c := Connection{}
	c.Open()
	walk(c, *reconnector(nil), nil)
}

// TestInvariants checks with random sequences of every input that states and actions fit
// together, whatever the policy is.
func TestInvariants(t *testing.T) {
	next := map[Action][]state{Request: {requesting}, Announce: {open}, Reestablish: {waiting, paused}, Fail: {closed}, Wait: {waiting}}
	moves := []move{ok, answer(404, "", 0), answer(503, "", 90000), stream("data:a\n\n"), stream("data:b"), stream("retry:5\n\n"),
		ends(End), ends(Network), ends(Timeout), elapses, ends(Wake), pauses, resumes}
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 0))
		r := reconnector(map[Setting]int32{
			FirstDelay: random.Int32N(5000), MaxDelay: random.Int32N(60000), Factor: One + random.Int32N(3*One),
			Jitter: random.Int32N(One + 1), Attempts: random.Int32N(5), OnEnd: random.Int32N(2), UseRetryAfter: random.Int32N(2),
			Statuses: 503 * random.Int32N(2),
		})
		for range 60 {
			before := r.state
			action := moves[random.IntN(len(moves))](r)
			if action == Nothing {
				require.Equal(t, before, r.state)
				continue
			}
			require.Contains(t, next[action], r.state)
			require.NotEqual(t, closed, before)
			if action == Reestablish || action == Wait {
				require.GreaterOrEqual(t, r.Delay(), 0)
				require.LessOrEqual(t, r.Delay(), eventstream.MaxRetry)
			}
		}
	}
}

// TestReopen checks that Open forgets everything.
func TestReopen(t *testing.T) {
	r := moved(reconnector(map[Setting]int32{OnEnd: 0}), ok, stream("retry:5\ndata:a\n\n"), ends(Network), elapses, ends(Timeout))
	require.Equal(t, Request, r.Open())
	require.Equal(t, reconnector(nil), r)
}

// TestNumbers checks the numbers that the JavaScript side has too.
func TestNumbers(t *testing.T) {
	for number, action := range []Action{Nothing, Request, Announce, Reestablish, Fail, Wait} {
		require.EqualValues(t, number, action)
	}
	require.Equal(t, 16, MaxStatuses)
	require.Equal(t, 1024, One)
}

func TestReconnectionDelay(t *testing.T) {
	backoff := map[Setting]int32{FirstDelay: 1000, Factor: 2 * One, MaxDelay: 10000, Jitter: One / 2, UseRetryAfter: 1, Statuses: 503}
	failures := func(n int) (moves []move) {
		for range n {
			moves = append(moves, ends(Network), elapses)
		}
		return moves
	}
	tests := []struct {
		name       string
		moves      []move
		retryAfter int // of the last failure, in milliseconds
		random     int
		want       int
	}{
		{"first", nil, 0, 0, 1000},
		{"first, least", nil, 0, most, 501},
		{"second", failures(1), 0, 0, 2000},
		{"second, least", failures(1), 0, most, 1001},
		{"fourth", failures(3), 0, 0, 8000},
		{"fifth is limited", failures(4), 0, 0, 10000},
		{"limit, least", failures(40), 0, most, 5001},
		{"an event starts again", append(failures(4), ok, stream("data:a\n\n"), ends(End), elapses), 0, 0, 2000},
		{"the stream's delay is the first one", []move{ok, stream("retry:300\n"), ends(End), elapses}, 0, 0, 600},
		{"a longer delay of the stream is not limited", []move{ok, stream("retry:90000\n"), ends(End), elapses}, 0, 0, 90000},
		{"a delay of 0 grows as one of 1 ms does", []move{ok, stream("retry:0\n"), ends(End), elapses}, 0, 0, 2},
		{"Retry-After", nil, 60000, 0, 60000},
		{"Retry-After, most", nil, 60000, most, 60499},
		{"Retry-After below the delay", failures(2), 1000, 0, 4000},
		{"Retry-After above what timers support", nil, eventstream.MaxRetry, most, eventstream.MaxRetry},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := moved(reconnector(backoff), tt.moves...)
			require.Equal(t, Reestablish, r.Respond(503, nil, tt.retryAfter, tt.random))
			require.Equal(t, tt.want, r.Delay())
		})
	}
	t.Run("Retry-After is not used", func(t *testing.T) {
		r := reconnector(map[Setting]int32{Statuses: 503})
		r.Respond(503, nil, 60000, 0)
		require.Equal(t, 3000, r.Delay())
	})
	t.Run("there is no longest delay", func(t *testing.T) {
		r := moved(reconnector(map[Setting]int32{FirstDelay: 1000, Factor: 2 * One}), failures(3)...)
		r.End(Network, 0)
		require.Equal(t, 8000, r.Delay())
	})
	t.Run("waking", func(t *testing.T) {
		r := moved(reconnector(backoff), failures(4)...)
		r.End(Network, 0)
		require.Equal(t, Wait, r.End(Wake, most))
		require.Equal(t, 499, r.Delay())
		require.Equal(t, Wait, r.End(Wake, 0))
		require.Equal(t, 0, r.Delay())
	})
	t.Run("waking before Retry-After", func(t *testing.T) {
		r := moved(reconnector(backoff), answer(503, "", 60000))
		require.Equal(t, Nothing, r.End(Wake, 0))
		require.Equal(t, 60000, r.Delay())
	})
	t.Run("waking before the shortest Retry-After", func(t *testing.T) {
		r := moved(reconnector(backoff), answer(503, "", 1))
		require.Equal(t, Nothing, r.End(Wake, 0))
	})
	t.Run("waking after a Retry-After that a pause ended", func(t *testing.T) {
		r := moved(reconnector(backoff), answer(503, "", 60000), pauses, resumes)
		require.Equal(t, Wait, r.End(Wake, 0))
	})
	t.Run("waking twice after a Retry-After", func(t *testing.T) {
		r := moved(reconnector(backoff), answer(503, "", 60000), elapses, ok, ends(Wake))
		require.Equal(t, Wait, r.End(Wake, 0))
	})
}

// TestRestart simulates 1,000 clients whose server is down for 5 seconds. With jitter
// their requests spread over the interval from delay*(1-jitter) to delay; without, all
// arrive in the same millisecond.
func TestRestart(t *testing.T) {
	const clients, down = 1000, 5000 // milliseconds
	// arrivals returns, for each client, the times of its attempts.
	arrivals := func(jitter int32) (first, success []int) {
		random := rand.New(rand.NewPCG(1, 2))
		for range clients {
			r := moved(reconnector(map[Setting]int32{FirstDelay: 3000, Factor: 2 * One, MaxDelay: 30000, Jitter: jitter}), ok, stream("data:a\n\n"))
			r.End(Network, random.IntN(most+1))
			now := r.Delay()
			first = append(first, now)
			for now < down {
				r.Elapse()
				r.End(Network, random.IntN(most+1))
				now += r.Delay()
			}
			success = append(success, now)
		}
		slices.Sort(first)
		slices.Sort(success)
		return first, success
	}
	// busiest returns the most arrivals within a window of 100 ms.
	busiest := func(times []int) (most int) {
		for i := range times {
			j, _ := slices.BinarySearch(times, times[i]+100)
			most = max(most, j-i)
		}
		return most
	}

	first, success := arrivals(0)
	require.Equal(t, []int{3000, 9000}, []int{busiest(first) * 3, success[0]})
	require.Equal(t, clients, busiest(success))

	first, success = arrivals(One / 2)
	require.InDelta(t, 1500, first[0], 20)
	require.InDelta(t, 3000, first[clients-1], 20)
	for i, at := range first { // evenly: no quantile is further than 100 ms from its place
		require.InDelta(t, 1500+1500*i/clients, at, 100)
	}
	require.Less(t, busiest(first), 110)
	require.Less(t, busiest(success), 60)
	t.Logf("1,000 clients, at most in 100 ms: %d at first, %d when the server is back; last after %d ms", busiest(first), busiest(success), success[clients-1])
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		header string
		date   int
		want   int // milliseconds
	}{
		{"", 0, 0},
		{"0", 5, 0},
		{"120", 5, 120000}, // engines parse "120" as a date
		{"99999999999999999999", 0, eventstream.MaxRetry / 1000 * 1000},
		{"-1", 0, 0},
		{"1.5", 0, 0},
		{"1/2", 5, 5}, // U+002F and U+003A are next to the digits
		{"1:2", 5, 5},
		{"Sun, 06 Nov 1994 08:49:37 GMT", 1234, 1234},
		{"Sun, 06 Nov 1994 08:49:37 GMT", -1234, -1234}, // the past: no delay
	}
	for _, tt := range tests {
		t.Run(tt.header, func(t *testing.T) {
			require.Equal(t, tt.want, RetryAfter([]byte(tt.header), tt.date))
		})
	}
}
