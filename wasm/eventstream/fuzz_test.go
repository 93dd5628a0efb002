package eventstream_test

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// FuzzChunking checks that the result does not depend on how the stream is cut
// into chunks.
func FuzzChunking(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		want := parse(t, [][]byte{stream})
		got := parse(t, cut(stream, sizes))
		require.Equal(t, want.transcript, got.transcript)
	})
}

// FuzzReference compares the parser with the reference after every chunk. So it
// also checks that the parser never waits for bytes that it does not need.
func FuzzReference(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		p := newClient(t)
		fed := 0
		for _, chunk := range cut(stream, sizes) {
			p.feed(chunk)
			fed += len(chunk)
			require.Equal(t, reference(stream[:fed]), p.transcript, "after %q", stream[:fed])
		}
	})
}

// FuzzNoPanic checks that no stream makes the parser panic or return an invalid
// token, and that Reset works after any stream.
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

// FuzzDecode compares Decode with the Encoding Standard's steps, on chunks that
// Whole cuts.
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

// TestDecode compares Decode with the Encoding Standard's steps on every first byte, followed
// by bytes at and beside the bounds of what may follow, and on each cut of them.
func TestDecode(t *testing.T) {
	seconds := []byte{'A', 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xBE, 0xBF, 0xC0, 0xFF}
	others := []byte{'A', 0x7F, 0x80, 0xBF, 0xC0}
	for first := range 256 {
		for _, second := range seconds {
			for _, third := range others {
				for _, fourth := range others {
					b := []byte{byte(first), second, third, fourth, 'z'}
					want := utf16.Encode(decode(b))
					for at := range b {
						whole := eventstream.Whole(b[:at])
						got := append(append([]uint16{}, decoded(b[:whole])...), decoded(b[whole:])...)
						if !slices.Equal(want, got) {
							t.Fatalf("% x, of which Whole has %d of the first %d: got %x, want %x", b, whole, at, got, want)
						}
					}
				}
			}
		}
	}
}

func decoded(b []byte) []uint16 {
	text := make([]uint16, len(b))
	return text[:eventstream.Decode(b, text)]
}

// addSeeds adds the streams of the test tables, cut in three ways.
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

// cut cuts a stream into chunks, repeating the given sizes. Without sizes, it
// returns the whole stream as one chunk.
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
