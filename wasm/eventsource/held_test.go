package eventsource

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeld(t *testing.T) {
	type part struct {
		held   int32
		stream string
	}
	tests := []struct {
		name   string
		parts  []part
		want   int // tokens of the last part that are carried out
		action Action
	}{
		{"little is held", []part{{maxHeld - 1, "id:1\ndata:a\n\ndata:b\n\n"}}, 3, Nothing},
		{"much is held, by a stream without ids", []part{{maxHeldAtAll - 1, "data:a\n\ndata:b\n\n"}}, 2, Nothing},
		{"too much is held", []part{{maxHeldAtAll, "data:a\n\ndata:b\n\n"}}, 1, Reestablish},
		{"too much is held, in the middle of a block", []part{{maxHeldAtAll, "data:a\n"}}, 1, Nothing},

		{"the block has an id", []part{{maxHeld, "id:1\ndata:a\n\nid:2\ndata:b\n\n"}}, 2, Reestablish},
		{"it is not the first block", []part{{maxHeld, "data:a\n\ndata:b\nid:1\n\nid:2\ndata:c\n\n"}}, 4, Reestablish},
		{"it has no data", []part{{maxHeld, "id:1\n\ndata:a\n\n"}}, 2, Reestablish},
		{"it has several lines of data", []part{{maxHeld, "data:a\nid:1\ndata:b\n\ndata:c\n\n"}}, 4, Reestablish},
		{"its id is empty", []part{{maxHeld, "id:\ndata:a\n\n"}}, 2, Nothing},
		{"its id is emptied", []part{{maxHeld, "id:1\nid\ndata:a\n\n"}}, 3, Nothing},
		{"its id is void", []part{{maxHeld, "id:\x00\ndata:a\n\n"}}, 1, Nothing},
		{"it is not complete", []part{{maxHeld, "id:1\ndata:a\n"}}, 2, Nothing},

		{"its id came before", []part{{maxHeld, "id:1\nda"}, {maxHeld, "ta:a\n\ndata:b\n\n"}}, 1, Reestablish},
		{"the block before had one", []part{{maxHeld - 1, "id:1\n\n"}, {maxHeld, "data:a\n\n"}}, 1, Nothing},
		{"its id came when little was held", []part{{maxHeld - 1, "id:1\n"}, {maxHeld, "data:a\n\n"}}, 1, Nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(open)
			for i, p := range tt.parts {
				fed, _ := tokens(c, p.stream)
				count, action := c.Held(p.held, fed)
				if i < len(tt.parts)-1 {
					require.Equal(t, Nothing, action)
					continue
				}
				require.Equal(t, tt.want, count)
				require.Equal(t, tt.action, action)
			}
			require.Equal(t, map[Action]state{Nothing: open, Reestablish: waiting}[tt.action], c.state)
		})
	}
}

// An id of a response that was given up says nothing of the next one.
func TestHeldByEachResponse(t *testing.T) {
	c := in(open)
	fed, _ := tokens(c, "id:1\n")
	c.Held(maxHeld, fed)
	for _, input := range []input{(*Connection).End, (*Connection).Elapse, respond(200, eventStream)} {
		input(c)
	}
	fed, _ = tokens(c, "data:a\n\n")
	c.Held(0, fed)
	_, action := c.Held(maxHeld, fed)
	require.Equal(t, Nothing, action)
}

func TestHeldUnlessOpen(t *testing.T) {
	for _, s := range []state{requesting, waiting, closed} {
		_, action := in(s).Held(maxHeldAtAll, nil)
		require.Equal(t, Nothing, action)
	}
}
