package eventsource

import "eventsource-wasm/wasm/eventstream"

// Limits on how much of a response a transport may buffer, in characters. From
// maxHeld on, the connection is reestablished after the next block that has an
// id. From maxHeldAtAll on, it is reestablished after any block; a single event
// may need that much.
//
// Choice: the standard has no such transport.
const (
	maxHeld      = 16 << 20
	maxHeldAtAll = eventstream.MaxEvent
)

// Held limits the memory of transports that buffer the whole response, such as
// XMLHttpRequest: it reestablishes the connection before the buffer grows too
// large. Call it after each Feed with the number of characters in the buffer and
// the tokens of that Feed. It returns how many of the tokens to carry out, and the
// action after them.
//
// After a block with an id, no event is lost or repeated: the next request names
// that id, and the server continues after that block. For this reason the tokens
// after it are dropped. A stream without ids has no such place; there it is as if
// the connection had been lost.
func (c *Connection) Held(size int32, tokens []eventstream.Token) (count int, action Action) {
	if c.state != open || size < maxHeld {
		c.resumable, c.hasValue = false, false
		return len(tokens), Nothing
	}
	for i, t := range tokens {
		switch t.Kind {
		case eventstream.ID:
			c.resumable = c.hasValue || t.Start < t.End
		case eventstream.Commit, eventstream.Dispatch, eventstream.Event:
			if c.resumable || size >= maxHeldAtAll {
				return i + 1, c.End()
			}
		}
		c.hasValue = t.Kind == eventstream.Append
	}
	return len(tokens), Nothing
}
