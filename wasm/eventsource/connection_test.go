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

// An input is a call of a connection's method.
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
		{"requesting, response is an event stream", requesting, respond(200, eventStream), Announce, open},
		{"requesting, response has another type", requesting, respond(200, "text/html"), Fail, closed},
		{"requesting, response has another status", requesting, respond(204, eventStream), Fail, closed},
		{"requesting, response cannot be had", requesting, respond(0, ""), Fail, closed},
		{"requesting, Feed is too early", requesting, feed("data:a\n\n"), Nothing, requesting},
		{"requesting, request fails", requesting, (*Connection).End, Reestablish, waiting},
		{"requesting, stray Elapse", requesting, (*Connection).Elapse, Nothing, requesting},
		{"requesting, Close", requesting, closing, Nothing, closed},
		{"requesting, Open", requesting, (*Connection).Open, Request, requesting},

		{"open, second response", open, respond(200, eventStream), Nothing, open},
		{"open, second response with an error status", open, respond(404, ""), Nothing, open},
		{"open, Feed", open, feed("data:a\n\n"), Nothing, open},
		{"open, response ends", open, (*Connection).End, Reestablish, waiting},
		{"open, stray Elapse", open, (*Connection).Elapse, Nothing, open},
		{"open, Close", open, closing, Nothing, closed},
		{"open, Open", open, (*Connection).Open, Request, requesting},

		{"waiting, late response", waiting, respond(200, eventStream), Nothing, waiting},
		{"waiting, late response with an error status", waiting, respond(404, ""), Nothing, waiting},
		{"waiting, late Feed", waiting, feed("data:a\n\n"), Nothing, waiting},
		{"waiting, second End", waiting, (*Connection).End, Nothing, waiting},
		{"waiting, Elapse", waiting, (*Connection).Elapse, Request, requesting},
		{"waiting, Close", waiting, closing, Nothing, closed},
		{"waiting, Open", waiting, (*Connection).Open, Request, requesting},

		{"closed, late response", closed, respond(200, eventStream), Nothing, closed},
		{"closed, late response with an error status", closed, respond(404, ""), Nothing, closed},
		{"closed, late Feed", closed, feed("data:a\n\n"), Nothing, closed},
		{"closed, late End", closed, (*Connection).End, Nothing, closed},
		{"closed, late Elapse", closed, (*Connection).Elapse, Nothing, closed},
		{"closed, Close", closed, closing, Nothing, closed},
		{"closed, Open", closed, (*Connection).Open, Request, requesting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := in(tt.state)
			require.Equal(t, tt.action, tt.input(c))
			require.Equal(t, tt.next, c.state)
		})
	}
}

// in returns a connection in the given state.
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

// TestPackageComment checks the table in the package comment against the code.
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
		{"defaults to 3 seconds", nil, 3000},
		{"is set by the stream", []input{feed("retry:700\n")}, 700},
		{"may be 0", []input{feed("retry:0\n")}, 0},
		{"is the last value in the stream", []input{feed("retry:700\n"), feed("retry:60"), feed("0\n")}, 600},
		{"is not set by an unfinished line", []input{feed("retry:700\n"), feed("retry:600"), (*Connection).End}, 700},
		{"is kept while waiting", []input{feed("retry:700\n"), (*Connection).End}, 700},
		{"is kept across reconnections", append([]input{feed("retry:700\n"), feed("data:a\n\n")}, again...), 700},
		{"is kept when a later stream does not set it", append(append([]input{feed("retry:700\n")}, again...), feed("data:a\n\n")), 700},
		{"is reset by Open", []input{feed("retry:700\n"), closing, (*Connection).Open}, 3000},
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

// TestEachResponseIsANewStream checks that nothing of a stream is kept for the
// next one.
func TestEachResponseIsANewStream(t *testing.T) {
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
