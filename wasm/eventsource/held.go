package eventsource

import "eventsource-wasm/wasm/eventstream"

// Limits on how much of a response a transport may buffer, in characters that it has
// passed on. From maxHeld on, the connection is restarted after a block that has an id,
// if nothing follows that block yet. From maxHeldMore on, it is restarted after a block
// that has an id whatever follows, and from maxHeldAtAll on after any block; a single
// event may need that much.
//
// Choice: the standard has no such transport.
const (
	maxHeld      = 16 << 20
	maxHeldMore  = 64 << 20
	maxHeldAtAll = eventstream.MaxEvent
)

// Held limits the memory of transports that buffer the whole response, such as
// XMLHttpRequest: it restarts the connection before the buffer grows too large. Call
// it after each Feed with the number of characters that were fed so far, the number
// of those in the buffer that were not, and the tokens of that Feed. It returns how
// many of the tokens to carry out, and the action after them: [Request] for a restart.
//
// After a block with an id, a server that keeps a history continues after that block,
// and the tokens after it are dropped: no event is lost or repeated. A server without
// a history sends nothing again, so what follows the block would be lost. A stream
// without ids has no place to continue from.
func (c *Connection) Held(size, pending int32, tokens []eventstream.Token) (count int, action Action) {
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
				count = i + 1
			}
			c.resumable = false
		}
		c.hasValue = t.Kind == eventstream.Append
	}
	if count > 0 && (pending == 0 && count == len(tokens) || size >= maxHeldMore) {
		c.state = requesting
		return count, Request
	}
	return len(tokens), Nothing
}
