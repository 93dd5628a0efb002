package bench

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/sse"
)

func TestStreams(t *testing.T) {
	tests := []struct {
		name string
		size int    // of an event's data in bytes
		wire string // the second event, with its data left out
		data string // how that begins
	}{
		{"small", 20, "data: \n\n", "10000001"},
		{"crlf", 20, "data: \r\n\r\n", "10000001"},
		{"medium", 1 << 10, "data: \n\n", "10000001"},
		{"large", 1 << 20, "data: \n\n", "10000001"},
		{"cjk", 1 << 10, "data: \n\n", "10000001"},
		{"typed", 120, "id: 10000001\nevent: removed\ndata: \n\n", `{"n":10000001,"type":"removed"`},
	}
	require.Len(t, streams, len(tests))
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := streams[i]
			require.Equal(t, tt.name, s.name)
			wire := string(s.append([]byte("before"), firstNumber+1))
			head, data, _ := strings.Cut(strings.TrimPrefix(wire, "before"), "data: ")
			text := strings.TrimRight(data, "\r\n")
			require.Equal(t, tt.wire, head+"data: "+data[len(text):])
			require.Len(t, text, tt.size)
			require.True(t, strings.HasPrefix(text, tt.data), text[:20])
			require.Equal(t, "10000001", text[s.offset:][:8])
			require.True(t, strings.ToValidUTF8(text, "") == text, "UTF-8")
		})
	}
}

func TestBytesAndChecksum(t *testing.T) {
	s := stream{name: "x", what: "5 B", count: 2, event: func(number int) sse.Event {
		return sse.Event{Data: []string{"ab", "é"}[number-firstNumber]}
	}}
	require.Equal(t, "data: ab\n\ndata: é\n\n", string(s.bytes()))
	require.Equal(t, checksum(('a'*31+'b')*31+'é'), s.checksum())
	require.Equal(t, "2 events of 5 B", s.title())
}

func TestPaced(t *testing.T) {
	s := paced("p", 7000, 1000)
	before := time.Now().UnixMicro()
	data := strings.TrimSuffix(strings.TrimPrefix(string(s.append(nil, firstNumber)), "data: "), "\n\n")
	require.Len(t, data, 120)
	require.Equal(t, "10000000 ", data[:9])
	require.Equal(t, " ", data[25:26])
	require.InDelta(t, before, number(t, data[9:25]), 60e6)
	require.Equal(t, "7,000 events of 120 B, 1,000 a second", s.title())
	require.Equal(t, 350, s.shortened(20).count)
	require.Equal(t, 5, s.shortened(7000).count)
}

func number(t *testing.T, digits string) (n int64) {
	for _, digit := range digits {
		require.True(t, '0' <= digit && digit <= '9', digits)
		n = n*10 + int64(digit-'0')
	}
	return n
}
