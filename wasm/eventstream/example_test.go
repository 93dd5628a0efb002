package eventstream_test

import (
	"fmt"

	"eventsource-wasm/wasm/eventstream"
)

// A client that handles the most common tokens. It keeps what came of a value in
// earlier chunks, because the network can cut the stream anywhere.
func Example() {
	var parser eventstream.Parser
	parser.Reset()

	var value, data string
	for _, chunk := range []string{"retry: 700\ndata: fir", "st\n\n", "data: second\ndata: line\n\n"} {
		tokens := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
		count := parser.Feed([]byte(chunk), tokens)
		for _, token := range tokens[:count] {
			text := chunk[token.Start:token.End]
			switch token.Kind {
			case eventstream.Append:
				value += text
			case eventstream.Data:
				data, value = value+text, ""
			case eventstream.Line:
				data, value = data+"\n"+value+text, ""
			case eventstream.Event:
				data, value = value+text, ""
				fmt.Printf("event %q\n", data)
			case eventstream.Dispatch:
				fmt.Printf("event %q\n", data)
			}
		}
	}
	fmt.Println("reconnection time:", parser.Retry, "ms")

	// Output:
	// event "first"
	// event "second\nline"
	// reconnection time: 700 ms
}

// The bytes of an unfinished character are kept for the next call.
func ExampleWhole() {
	text := make([]uint16, 8)
	var rest []byte
	for _, chunk := range []string{"10 \xE2\x82", "\xAC"} {
		b := append(rest, chunk...)
		whole := eventstream.Whole(b)
		units := eventstream.Decode(b[:whole], text)
		fmt.Printf("%04X\n", text[:units])
		rest = b[whole:]
	}

	// Output:
	// [0031 0030 0020]
	// [20AC]
}
