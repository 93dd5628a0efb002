package eventsource

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeld(t *testing.T) {
	type part struct {
		passed, pending int32
		stream          string
	}
	tests := []struct {
		name   string
		parts  []part
		want   int // number of tokens of the last part to carry out
		action Action
	}{
		{"below maxHeld", []part{{maxHeld - 1, 0, "id:1\ndata:a\n\n"}}, 2, Nothing},
		{"below maxHeldAtAll, stream without ids", []part{{maxHeldAtAll - 1, 0, "data:a\n\ndata:b\n\n"}}, 2, Nothing},
		{"at maxHeldAtAll", []part{{maxHeldAtAll, 0, "data:a\n\ndata:b\n\n"}}, 2, Request},
		{"at maxHeldAtAll, more to come", []part{{maxHeldAtAll, 1, "data:a\n\ndata:b\ndata:c\n"}}, 1, Request},
		{"at maxHeldAtAll, inside a block", []part{{maxHeldAtAll, 0, "data:a\n"}}, 1, Nothing},

		{"at maxHeld, blocks have ids", []part{{maxHeld, 0, "id:1\ndata:a\n\nid:2\ndata:b\n\n"}}, 4, Request},
		{"at maxHeld, more to come", []part{{maxHeld, 1, "id:1\ndata:a\n\n"}}, 2, Nothing},
		{"at maxHeld, next block has begun", []part{{maxHeld, 0, "id:1\ndata:a\n\nid:2\n"}}, 3, Nothing},
		{"at maxHeld, last block has no id", []part{{maxHeld, 0, "id:1\ndata:a\n\ndata:b\n\n"}}, 3, Nothing},
		{"below maxHeldMore, more to come", []part{{maxHeldMore - 1, 1, "id:1\ndata:a\n\n"}}, 2, Nothing},
		{"at maxHeldMore, more to come", []part{{maxHeldMore, 1, "id:1\ndata:a\n\nid:2\ndata:b\n\ndata:c\n\n"}}, 4, Request},
		{"at maxHeldMore, no block has an id", []part{{maxHeldMore, 0, "data:a\n\n"}}, 1, Nothing},
		{"at maxHeld, block with an id has no data", []part{{maxHeld, 0, "data:a\n\nid:1\n\n"}}, 3, Request},
		{"at maxHeld, block with an id has two data lines", []part{{maxHeld, 0, "data:a\nid:1\ndata:b\n\n"}}, 4, Request},
		{"at maxHeld, id is empty", []part{{maxHeld, 0, "id:\ndata:a\n\n"}}, 2, Nothing},
		{"at maxHeld, id is reset", []part{{maxHeld, 0, "id:1\nid\ndata:a\n\n"}}, 3, Nothing},
		{"at maxHeld, id is invalid", []part{{maxHeld, 0, "id:\x00\ndata:a\n\n"}}, 2, Nothing},
		{"at maxHeld, block with an id is incomplete", []part{{maxHeld, 0, "id:1\ndata:a\n"}}, 2, Nothing},

		{"at maxHeld, id came in the previous chunk", []part{{maxHeld, 1, "id:1\nda"}, {maxHeld, 0, "ta:a\n\n"}}, 1, Request},
		{"at maxHeld, chunk ends after the id's value", []part{{maxHeld, 1, "id:1"}, {maxHeld, 0, "\ndata:a\n\n"}}, 2, Request},
		{"at maxHeld, chunk ends after the type's value", []part{{maxHeld, 1, "event:a"}, {maxHeld, 0, "\nid:\ndata:a\n\n"}}, 3, Nothing},
		{"at maxHeld, chunk ends after the value of an invalid id", []part{{maxHeld, 1, "id:1"}, {maxHeld, 0, "\x00\nid:\ndata:a\n\n"}}, 3, Nothing},
		{"at maxHeld, id of the previous block", []part{{maxHeld - 1, 0, "id:1\n\n"}, {maxHeld, 0, "data:a\n\n"}}, 1, Nothing},
		{"at maxHeld, id of an earlier block in the chunk before", []part{{maxHeld, 1, "id:1\n\n"}, {maxHeld, 0, "data:a\n\n"}}, 1, Nothing},
		{"at maxHeld, id is empty after a chunk below it", []part{{maxHeld - 1, 1, "data:a\n\n"}, {maxHeld, 0, "id:\ndata:a\n\n"}}, 2, Nothing},
		{"at maxHeld, id came in a chunk below it", []part{{maxHeld - 1, 1, "id:1\n"}, {maxHeld, 0, "data:a\n\n"}}, 1, Nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(open)
			for i, p := range tt.parts {
				fed, _ := tokens(c, p.stream)
				count, action := c.Held(p.passed, p.pending, fed)
				if i < len(tt.parts)-1 {
					require.Equal(t, Nothing, action)
					continue
				}
				require.Equal(t, tt.want, count)
				require.Equal(t, tt.action, action)
			}
			require.Equal(t, map[Action]state{Nothing: open, Request: requesting}[tt.action], c.state)
		})
	}
}

// TestHeldAfterReconnection checks that an id of an earlier response does not
// make the next one resumable.
func TestHeldAfterReconnection(t *testing.T) {
	tests := []struct{ name, first, second string }{
		{"id in an unfinished block", "id:1\n", "data:a\n\n"},
		{"id in an unfinished line", "id:1", "id:\ndata:a\n\n"},
		{"id in the block after which Held restarts", "id:1\ndata:a\n\n", "data:a\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(open)
			fed, _ := tokens(c, tt.first)
			c.Held(maxHeld, 0, fed)
			for _, input := range []input{(*Connection).End, (*Connection).Elapse, respond(200, eventStream)} {
				input(c)
			}
			fed, _ = tokens(c, tt.second)
			_, action := c.Held(maxHeld, 0, fed)
			require.Equal(t, Nothing, action)
		})
	}
}

// TestHeldLimits checks the limits, which polyfill/README.md gives.
func TestHeldLimits(t *testing.T) {
	require.EqualValues(t, 16<<20, maxHeld)
	require.EqualValues(t, 64<<20, maxHeldMore)
	require.EqualValues(t, 128<<20, maxHeldAtAll)
}

func TestHeldWhenNotOpen(t *testing.T) {
	for _, s := range []state{requesting, waiting, closed} {
		_, action := in(s).Held(maxHeldAtAll, 0, nil)
		require.Equal(t, Nothing, action)
	}
}
