package eventstream_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// FuzzChunking checks that where a stream is cut never matters.
func FuzzChunking(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		want := play(t, [][]byte{stream})
		got := play(t, cut(stream, sizes))
		require.Equal(t, want.transcript, got.transcript)
		require.Equal(t, want.text, got.text)
	})
}

// FuzzReference checks that after every chunk of a stream as much has been seen
// as the standard's words give for the stream so far: nothing waits for bytes
// that it does not need.
func FuzzReference(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		p := newPlayer(t)
		fed := 0
		for _, chunk := range cut(stream, sizes) {
			p.feed(chunk)
			fed += len(chunk)
			require.Equal(t, reference(stream[:fed]), p.transcript, "after %q", stream[:fed])
		}
	})
}

// FuzzNoPanic checks that no bytes lead the parser out of its bounds, from one
// stream to the next.
func FuzzNoPanic(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		var p eventstream.Parser
		for range 2 {
			p.Reset()
			for _, chunk := range cut(stream, sizes) {
				buf := append(make([]byte, eventstream.Margin), chunk...)
				out := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
				from, to, count := p.Feed(buf, out)
				if from < 0 || from > to || to > len(buf) || to < len(buf)-eventstream.Margin {
					t.Fatalf("text is buf[%d:%d] of %q", from, to, buf)
				}
				for _, token := range out[:count] {
					if token.Kind < eventstream.Append || token.Kind > eventstream.Event ||
						token.Start < 0 || token.Start > token.End || int(token.End) > to-from {
						t.Fatalf("%+v in %q", token, buf[from:to])
					}
				}
			}
		}
	})
}

// addSeeds adds the streams of the tables, cut in some ways.
func addSeeds(f *testing.F) {
	add := func(stream string) {
		f.Add([]byte(stream), []byte{})
		f.Add([]byte(stream), []byte{1})
		f.Add([]byte(stream), []byte{7, 0, 2})
	}
	for _, tt := range streams {
		add(tt.in)
	}
	for _, tt := range lastEventIDs {
		add(tt.in)
	}
	for _, tt := range reconnectionTimes {
		add(tt.in)
	}
}

// cut cuts a stream into chunks of these sizes, over and over: whole if there
// are none.
func cut(stream, sizes []byte) [][]byte {
	var chunks [][]byte
	for i := 0; len(stream) > 0 && i < 4096; i++ {
		size := len(stream)
		if len(sizes) > 0 {
			size = min(size, int(sizes[i%len(sizes)]))
		}
		chunks = append(chunks, stream[:size])
		stream = stream[size:]
	}
	return append(chunks, stream)
}
