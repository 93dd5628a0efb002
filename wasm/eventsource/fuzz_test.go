package eventsource

import (
	"encoding/binary"
	"slices"
	"testing"

	"eventsource-wasm/wasm/eventstream"
)

// FuzzModel checks the invariants of TestModel with sequences of any length: each byte is
// an input.
func FuzzModel(f *testing.F) {
	all := slices.Concat(modelInputs, extendedInputs)
	every := make([]byte, len(all))
	for i := range every {
		every[i] = byte(i)
	}
	f.Add(every)
	f.Add([]byte{0, 3, 6, 7, 0, 4, 6, 7, 0, 5, 6})     // ids over reconnections
	f.Add([]byte{6, 7, 6, 7, 6, 7, 6, 7})              // more attempts than the policy allows
	f.Add([]byte{0, 10, 7, 0, 11, 12, 7, 2, 10, 7, 8}) // wake, hidden, visible, Retry-After
	f.Fuzz(func(t *testing.T, sequence []byte) {
		standard := owner{retry: defaultDelay}
		standard.carryOut(standard.r.Connection.Open(), None, 0)
		follow(t, standard, modelInputs, sequence)
		follow(t, extendedOwner(), all, sequence)
	})
}

// follow gives an owner a sequence of inputs.
func follow(t *testing.T, o owner, inputs []modelInput, sequence []byte) {
	for at, b := range sequence {
		input := inputs[int(b)%len(inputs)]
		if fault := o.take(input); fault != "" {
			t.Fatalf("%s, after input %d of %v: %s", fault, at+1, sequence, input.name)
		}
	}
}

// FuzzPolicy checks that with any policy, any random numbers and any bytes the delay
// stays from 0 to the longest one, CLOSED is final, and nothing panics.
func FuzzPolicy(f *testing.F) {
	f.Add([]byte{0, 2, 4, 6, 1, 8, 3}, []byte("retry:700\nid:2\ndata:b\n\n"))
	f.Add([]byte{4, 255, 255, 255, 255, 255, 255, 6, 1, 6, 1, 6, 1}, []byte("data\n\n"))
	f.Fuzz(func(t *testing.T, numbers, stream []byte) {
		next := func() uint32 {
			var n [4]byte
			numbers = numbers[copy(n[:], numbers):]
			return binary.LittleEndian.Uint32(n[:])
		}
		var r Reconnector
		r.Open()
		// The ranges are those that the JavaScript ensures.
		r.Set(MaxDelay, int32(next()%(eventstream.MaxRetry+1)))
		r.Set(Factor, int32(One+next()%(1000*One)))
		r.Set(Jitter, int32(next()%(One+1)))
		r.Set(Attempts, int32(next()%64))
		r.Set(OnEnd, int32(next()%2))
		r.Set(UseRetryAfter, int32(next()%2))
		r.Set(MaxEvent, int32(next()%eventstream.MaxEvent))
		r.Set(FirstDelay, int32(next()%(eventstream.MaxRetry+1)))
		r.Set(Statuses, 503)
		wasClosed := false
		for len(numbers) > 0 {
			random := int(next() & 0xFFFF)
			action := Nothing
			switch choice := random % 8; choice {
			case 0, 1:
				action = r.Respond(200, []byte("text/event-stream"), 0, random)
			case 2:
				action = r.Respond(503, nil, RetryAfter(stream, random), random)
			case 3:
				out := make([]eventstream.Token, eventstream.MaxTokens(len(stream)))
				_, action = r.Feed(stream, out)
			case 4:
				action = r.Elapse()
			default:
				action = r.End(Reason(random/8%int(Visible+1)), random)
			}
			if wasClosed && (action != Nothing || r.state != closed) {
				t.Fatal("CLOSED is not final")
			}
			wasClosed = r.state == closed
			if d := r.Delay(); d < 0 || d > eventstream.MaxRetry {
				t.Fatalf("a delay of %d ms", d)
			}
		}
	})
}
