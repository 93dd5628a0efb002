package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// answering is a browser that answers the first commands, as many as told, and
// ends the connection at the next.
func answering(t *testing.T, commands int) *bidi {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		for range commands {
			_, command, err := conn.Read(r.Context())
			if err != nil || conn.Write(r.Context(), websocket.MessageText, command) != nil {
				return
			}
		}
		conn.Read(r.Context())
	}))
	t.Cleanup(server.Close)
	connection, err := dialBiDi(t.Context(), server.URL)
	require.NoError(t, err)
	return connection
}

// Who gives up a command keeps nobody else from the browser.
func TestBiDiGivenUp(t *testing.T) {
	const times = 20 // it is by luck what a socket notices first
	connection := answering(t, times+1)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range times {
		connection.do(gone, "session.status", nil, nil)
	}
	require.NoError(t, connection.do(t.Context(), "session.status", nil, nil))
}

// A browser that ends the connection does not leave us waiting, and we say how.
func TestBiDiEnded(t *testing.T) {
	connection := answering(t, 0)
	err := connection.do(t.Context(), "session.status", nil, nil)
	require.ErrorIs(t, err, io.EOF)
	require.ErrorContains(t, err, "session.status: the connection to the browser has ended")
}

// A desktop is a browser that opens windows, named by their number.
type desktop struct {
	opening func(number int) // is called before a window is opened
	closed  chan string
}

func (d *desktop) driver(t *testing.T) *bidiDriver {
	d.closed = make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		for opened := 0; ; {
			_, message, err := conn.Read(r.Context())
			if err != nil {
				return
			}
			var command struct {
				ID     int
				Method string
				Params struct{ Context string }
			}
			json.Unmarshal(message, &command)
			switch command.Method {
			case "browsingContext.create":
				opened++
				d.opening(opened)
			case "browsingContext.close":
				d.closed <- command.Params.Context
			}
			answer := fmt.Sprintf(`{"id": %d, "result": {"context": "%d"}}`, command.ID, opened)
			if conn.Write(r.Context(), websocket.MessageText, []byte(answer)) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	connection, err := dialBiDi(t.Context(), server.URL)
	require.NoError(t, err)
	return &bidiDriver{connection, true}
}

// requireClosed waits until so many windows are closed.
func (d *desktop) requireClosed(t *testing.T, want ...string) {
	t.Helper()
	var closed []string
	for range want {
		select {
		case id := <-d.closed:
			closed = append(closed, id)
		case <-time.After(limit):
			require.ElementsMatch(t, want, closed)
		}
	}
	require.ElementsMatch(t, want, closed)
}

// A window that is wanted no more when it opens is not left behind, be it the first
// of its tab or another.
func TestBiDiWindowGivenUp(t *testing.T) {
	tests := []struct {
		name    string
		givenUp int // while this window opens
		want    []string
	}{
		{"the first", 1, []string{"1"}},
		{"another", 2, []string{"1", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			d := &desktop{opening: func(number int) {
				if number == tt.givenUp {
					giveUp()
				}
			}}
			tab, err := d.driver(t).OpenTab(ctx, "http://case/")
			if err == nil {
				defer tab.Close()
				err = tab.OpenAnother("http://other/")
			}
			require.ErrorIs(t, err, context.Canceled)
			d.requireClosed(t, tt.want...)
		})
	}
}
