package eventstream_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// letters has a letter for each part.
const letters = "?MN:_V/=#x"

func annotated(stream string) string {
	parts := make([]eventstream.Part, len(stream))
	eventstream.Annotate([]byte(stream), parts)
	var b strings.Builder
	for _, part := range parts {
		b.WriteByte(letters[part])
	}
	return b.String()
}

func TestAnnotate(t *testing.T) {
	for _, tt := range []struct{ name, stream, want string }{
		{"empty stream", "", ""},
		{"field", "data: x\n", "NNNN:_V/"},
		{"second space belongs to the value", "data:  x\n", "NNNN:_VV/"},
		{"no colon", "data\n", "NNNN/"},
		{"empty value", "data:\n\n", "NNNN:/="},
		{"colon in the value", "id:a:b\n", "NN:VVV/"},
		{"ends of line", "data:a\r\ndata:b\rdata:c\n", "NNNN:V//NNNN:V/NNNN:V/"},
		{"ends of block", "\r\n\r\r\n\n", "======"},
		{"LF CR is two", "event\n\r", "NNNNN/="},
		{"comment", ": data: x\n", "#########/"},
		{"lone colon", ":\n", "#/"},
		{"unknown name", "dat: x\n", "xxxxxx/"},
		{"name in capitals", "Data:x\n", "xxxxxx/"},
		{"space before the name", " data:x\n", "xxxxxxx/"},
		{"long name", "datadatadata:x\n", "xxxxxxxxxxxxxx/"},
		{"id", "id: 1\n", "NN:_V/"},
		{"id with NUL", "id: 1\x00\n", "xxxxxx/"},
		{"NUL in data", "data:\x00\n", "NNNN:V/"},
		{"retry", "retry:10\n", "NNNNN:VV/"},
		{"retry with a sign", "retry:+5\n", "xxxxxxxx/"},
		{"retry without a value", "retry:\n", "xxxxxx/"},
		{"byte order mark", "\uFEFFid\n", "MMMNN/"},
		{"second byte order mark", "\uFEFF\uFEFFid\n", "MMMxxxxx/"},
		{"two bytes of a byte order mark", "\xEF\xBBid\n", "xxxx/"},
		{"last two bytes of a byte order mark", "x\xBB\xBFid\n", "xxxxx/"},
		{"unfinished line", "data: x", "NNNN:_V"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, annotated(tt.stream))
		})
	}
}

// FuzzAnnotate checks that the parts of a stream give the events that the parser
// gives.
func FuzzAnnotate(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, stream, _ []byte) {
		require.Equal(t, parse(t, [][]byte{stream}).transcript, fromParts(stream), "%q", stream)
	})
}

// fromParts returns the transcript of a stream, from what its parts are.
func fromParts(stream []byte) transcript {
	parts := make([]eventstream.Part, len(stream))
	eventstream.Annotate(stream, parts)

	got := transcript{Retry: -1}
	var name, value []byte
	var typ, id string
	var data []string
	endLine := func() {
		text := string(decode(value))
		switch string(name) {
		case "data":
			data = append(data, text)
		case "event":
			typ = text
		case "id":
			id = text
		case "retry":
			got.Retry = saturated(text)
		}
		name, value = nil, nil
	}
	endBlock := func() {
		got.LastEventID = id
		if data != nil {
			got.Events = append(got.Events, event{cmp.Or(typ, "message"), strings.Join(data, "\n"), id})
		}
		typ, data = "", nil
	}
	for i, part := range parts {
		second := i > 0 && stream[i] == '\n' && stream[i-1] == '\r' // of CRLF
		switch {
		case part == eventstream.Name:
			name = append(name, stream[i])
		case part == eventstream.Value:
			value = append(value, stream[i])
		case part == eventstream.LineEnd && !second:
			endLine()
		case part == eventstream.BlockEnd && !second:
			endBlock()
		}
	}
	return got
}
