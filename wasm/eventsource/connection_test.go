package eventsource

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

const eventStream = "text/event-stream"

// An input is something that happens to a connection.
type input func(*Connection) Action

func respond(status int, contentType string) input {
	return func(c *Connection) Action { return c.Respond(status, []byte(contentType)) }
}

func feed(stream string) input {
	return func(c *Connection) Action {
		_, action := tokens(c, stream)
		return action
	}
}

func closing(c *Connection) Action {
	c.Close()
	return Nothing
}

// tokens feeds stream and returns its tokens and the action after them.
func tokens(c *Connection, stream string) ([]eventstream.Token, Action) {
	out := make([]eventstream.Token, eventstream.MaxTokens(len(stream)))
	count, action := c.Feed([]byte(stream), out)
	return out[:count], action
}

func TestConnection(t *testing.T) {
	tests := []struct {
		name   string
		state  state
		input  input
		action Action
		next   state
	}{
		{"requesting, an event stream comes", requesting, respond(200, eventStream), Announce, open},
		{"requesting, another type comes", requesting, respond(200, "text/html"), Fail, closed},
		{"requesting, another status comes", requesting, respond(204, eventStream), Fail, closed},
		{"requesting, no response can be had", requesting, respond(0, ""), Fail, closed},
		{"requesting, fed too early", requesting, feed("data:a\n\n"), Nothing, requesting},
		{"requesting, no response comes", requesting, (*Connection).End, Reestablish, waiting},
		{"requesting, a timer is late", requesting, (*Connection).Elapse, Nothing, requesting},
		{"requesting, closed", requesting, closing, Nothing, closed},
		{"requesting, opened", requesting, (*Connection).Open, Request, requesting},

		{"open, a second response", open, respond(200, eventStream), Nothing, open},
		{"open, a second response that would fail", open, respond(404, ""), Nothing, open},
		{"open, fed", open, feed("data:a\n\n"), Nothing, open},
		{"open, the response ends", open, (*Connection).End, Reestablish, waiting},
		{"open, a timer is late", open, (*Connection).Elapse, Nothing, open},
		{"open, closed", open, closing, Nothing, closed},
		{"open, opened", open, (*Connection).Open, Request, requesting},

		{"waiting, a response is late", waiting, respond(200, eventStream), Nothing, waiting},
		{"waiting, a failing response is late", waiting, respond(404, ""), Nothing, waiting},
		{"waiting, fed too late", waiting, feed("data:a\n\n"), Nothing, waiting},
		{"waiting, a second end", waiting, (*Connection).End, Nothing, waiting},
		{"waiting, the time has passed", waiting, (*Connection).Elapse, Request, requesting},
		{"waiting, closed", waiting, closing, Nothing, closed},
		{"waiting, opened", waiting, (*Connection).Open, Request, requesting},

		{"closed, a response is late", closed, respond(200, eventStream), Nothing, closed},
		{"closed, a failing response is late", closed, respond(404, ""), Nothing, closed},
		{"closed, fed too late", closed, feed("data:a\n\n"), Nothing, closed},
		{"closed, the response ends", closed, (*Connection).End, Nothing, closed},
		{"closed, a timer is late", closed, (*Connection).Elapse, Nothing, closed},
		{"closed, closed again", closed, closing, Nothing, closed},
		{"closed, opened", closed, (*Connection).Open, Request, requesting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(tt.state)
			require.Equal(t, tt.action, tt.input(c))
			require.Equal(t, tt.next, c.state)
		})
	}
}

// in returns a connection that is in a state.
func in(s state) *Connection {
	c := new(Connection)
	ways := map[state][]input{
		closed:     {},
		requesting: {(*Connection).Open},
		open:       {(*Connection).Open, respond(200, eventStream)},
		waiting:    {(*Connection).Open, (*Connection).End},
	}
	for _, input := range ways[s] {
		input(c)
	}
	return c
}

// TestPackageComment checks that the table in the package comment is what the
// code does.
func TestPackageComment(t *testing.T) {
	source, err := os.ReadFile("connection.go")
	require.NoError(t, err)
	var documented [][]string
	for line := range strings.Lines(string(source)) {
		if row, ok := strings.CutPrefix(line, "//\t"); ok {
			documented = append(documented, regexp.MustCompile(`\s{2,}`).Split(strings.TrimSpace(row), -1))
		}
	}

	states := map[string]state{"requesting": requesting, "open": open, "waiting": waiting, "closed": closed}
	actions := map[Action]string{Request: "Request", Announce: "Announce", Reestablish: "Reestablish", Fail: "Fail"}

	does := map[string]func(s state) string{
		"Respond": func(s state) string {
			if actions[respond(200, eventStream)(in(s))] == "" && actions[respond(404, "")(in(s))] == "" {
				return ""
			}
			return actions[respond(200, eventStream)(in(s))] + ", " + actions[respond(404, "")(in(s))]
		},
		"Feed": func(s state) string {
			if tokens, _ := tokens(in(s), "data:a\n\n"); len(tokens) > 0 {
				return "tokens"
			}
			return ""
		},
		"End":    func(s state) string { return actions[in(s).End()] },
		"Elapse": func(s state) string { return actions[in(s).Elapse()] },
		"Close": func(s state) string {
			c := in(s)
			if c.Close(); *c == *in(s) {
				return ""
			}
			return "closed"
		},
	}
	require.Len(t, documented, 1+len(states))
	columns := documented[0]
	require.Len(t, columns, len(does))
	for _, row := range documented[1:] {
		for i, column := range columns {
			want := strings.TrimPrefix(row[1+i], "-")
			require.Equal(t, want, does[column](states[row[0]]), "%s %s", row[0], column)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, status := range []int{0, -1, 100, 199, 201, 202, 203, 204, 205, 206, 299, 300, 301, 304, 307, 400, 401, 404, 410, 429, 500, 502, 503, 599, 2000, 1<<31 - 1} {
		require.Equal(t, Fail, respond(status, eventStream)(in(requesting)), "status %d", status)
	}
	require.Equal(t, Announce, respond(200, eventStream)(in(requesting)))
}

func TestDelay(t *testing.T) {
	again := []input{(*Connection).End, (*Connection).Elapse, respond(200, eventStream)}
	tests := []struct {
		name   string
		inputs []input // to an open connection
		want   int     // milliseconds
	}{
		{"is some seconds at first", nil, 3000},
		{"is what the stream says", []input{feed("retry:700\n")}, 700},
		{"may be nothing", []input{feed("retry:0\n")}, 0},
		{"is what the stream said last", []input{feed("retry:700\n"), feed("retry:60"), feed("0\n")}, 600},
		{"needs a whole line", []input{feed("retry:700\n"), feed("retry:600"), (*Connection).End}, 700},
		{"is kept while waiting", []input{feed("retry:700\n"), (*Connection).End}, 700},
		{"lasts over connections", append([]input{feed("retry:700\n"), feed("data:a\n\n")}, again...), 700},
		{"lasts over their streams", append(append([]input{feed("retry:700\n")}, again...), feed("data:a\n\n")), 700},
		{"begins anew with open", []input{feed("retry:700\n"), closing, (*Connection).Open}, 3000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(open)
			for _, input := range tt.inputs {
				input(c)
			}
			require.Equal(t, tt.want, c.Delay())
		})
	}
}

func TestEachResponseIsAStream(t *testing.T) {
	c := in(open)
	want, _ := tokens(c, "\uFEFFdata:a\n\n")
	require.Len(t, want, 1)

	tokens(c, "event:a\ndata:unfinished \xE2\x82")
	for _, input := range []input{(*Connection).End, (*Connection).Elapse, respond(200, eventStream)} {
		input(c)
	}
	again, _ := tokens(c, "\uFEFFdata:a\n\n")
	require.Equal(t, want, again)
}

func TestTooLongFails(t *testing.T) {
	c := in(open)
	require.Equal(t, Nothing, feed("data:")(c))
	part := strings.Repeat("x", 1<<20-eventstream.PieceCost)
	for range eventstream.MaxEvent >> 20 {
		require.Equal(t, Nothing, feed(part)(c))
	}
	require.Equal(t, Fail, feed("x")(c))
	require.Equal(t, closed, c.state)
}
