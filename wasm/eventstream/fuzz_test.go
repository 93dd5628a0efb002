package eventstream_test

import (
	"bytes"
	"testing"
	"unicode/utf16"

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
				out := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
				for _, token := range out[:p.Feed(chunk, out)] {
					if token.Kind < eventstream.ID || token.Kind > eventstream.Event ||
						token.Start < 0 || token.Start > token.End || int(token.End) > len(chunk) {
						t.Fatalf("%+v in %q", token, chunk)
					}
				}
			}
		}
	})
}

// FuzzDecode checks that bytes mean what the Encoding Standard says, wherever they
// are cut.
func FuzzDecode(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		var carried []byte
		var units []uint16
		for _, chunk := range cut(stream, sizes) {
			carried = append(carried, chunk...)
			whole := eventstream.Whole(carried)
			units = append(units, decoded(carried[:whole])...)
			carried = carried[whole:]
			require.Less(t, len(carried), 4)
		}
		units = append(units, decoded(carried)...)
		all := bytes.Join(cut(stream, sizes), nil)
		require.Equal(t, utf16.Encode(decode(all)), append([]uint16{}, units...))
	})
}

func decoded(b []byte) []uint16 {
	text := make([]uint16, len(b))
	return text[:eventstream.Decode(b, text)]
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
