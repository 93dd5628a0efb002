package eventsource

import "eventsource-wasm/wasm/eventstream"

// How much of a response a transport may hold that cannot forget what it has
// handed over, in characters. Beyond maxHeld the connection is reestablished
// behind the next block with an id; beyond maxHeldAtAll, which is what a single
// event may need, behind any block.
//
// Choice: the standard knows no such transport.
const (
	maxHeld      = 16 << 20
	maxHeldAtAll = eventstream.MaxEvent
)

// Held takes how much of the response its transport holds, and the tokens that
// were just fed. It returns how many of these are to be carried out, and the
// action after them.
//
// Behind a block with an id nothing is lost: the server is asked with that id,
// and goes on where the block ended. What has come from there on is dropped, or
// it would come twice. A stream without ids has no such place; giving it up costs
// what the loss of its connection would.
func (c *Connection) Held(size int32, tokens []eventstream.Token) (count int, action Action) {
	if c.state != open || size < maxHeld {
		c.resumable = false
		return len(tokens), Nothing
	}
	for i, t := range tokens {
		switch t.Kind {
		case eventstream.ID:
			c.resumable = t.Start < t.End
		case eventstream.Commit, eventstream.Dispatch, eventstream.Event:
			if c.resumable || size >= maxHeldAtAll {
				return i + 1, c.End()
			}
		}
	}
	return len(tokens), Nothing
}
