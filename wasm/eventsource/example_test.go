package eventsource_test

import (
	"fmt"

	"eventsource-wasm/wasm/eventsource"
	"eventsource-wasm/wasm/eventstream"
)

// The owner of a connection reports what happens and carries out the actions.
func Example() {
	var c eventsource.Connection
	fmt.Println(c.Open() == eventsource.Request)
	fmt.Println(c.Respond(200, []byte("text/event-stream")) == eventsource.Announce)

	chunk := []byte("retry: 700\ndata: first\n\n")
	tokens := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
	count, action := c.Feed(chunk, tokens)
	fmt.Println(count, action == eventsource.Nothing)

	fmt.Println(c.End() == eventsource.Reestablish, c.Delay())
	fmt.Println(c.Elapse() == eventsource.Request)

	// A status such as 204 ends the connection for good.
	fmt.Println(c.Respond(204, nil) == eventsource.Fail)

	// Output:
	// true
	// true
	// 1 true
	// true 700
	// true
	// true
}
