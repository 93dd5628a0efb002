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

// dialEcho connects to a fake browser that responds to the given number of commands
// and closes the connection at the next one.
func dialEcho(t *testing.T, commands int) *bidi {
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

// TestBiDiCanceled checks that a canceled command does not break the connection.
func TestBiDiCanceled(t *testing.T) {
	const times = 20 // whether a write sees the cancellation is a race
	connection := dialEcho(t, times+1)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for range times {
		connection.do(canceled, "session.status", nil, nil)
	}
	require.NoError(t, connection.do(t.Context(), "session.status", nil, nil))
}

// TestBiDiClosed checks that a command returns the reason when the browser closes the
// connection.
func TestBiDiClosed(t *testing.T) {
	connection := dialEcho(t, 0)
	err := connection.do(t.Context(), "session.status", nil, nil)
	require.ErrorIs(t, err, io.EOF)
	require.ErrorContains(t, err, "session.status: the connection to the browser ended")
}

// A fakeBrowser opens windows, whose IDs count from 1.
type fakeBrowser struct {
	opening func(number int) // called before a window is opened
	closed  chan string
}

func (b *fakeBrowser) driver(t *testing.T) *bidiDriver {
	b.closed = make(chan string, 10)
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
				b.opening(opened)
			case "browsingContext.close":
				b.closed <- command.Params.Context
			}
			response := fmt.Sprintf(`{"id": %d, "result": {"context": "%d"}}`, command.ID, opened)
			if conn.Write(r.Context(), websocket.MessageText, []byte(response)) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	connection, err := dialBiDi(t.Context(), server.URL)
	require.NoError(t, err)
	return &bidiDriver{connection, true}
}

// requireClosed waits until the given windows are closed, in any order.
func (b *fakeBrowser) requireClosed(t *testing.T, want ...string) {
	t.Helper()
	var closed []string
	for range want {
		select {
		case id := <-b.closed:
			closed = append(closed, id)
		case <-time.After(limit):
			require.ElementsMatch(t, want, closed)
		}
	}
	require.ElementsMatch(t, want, closed)
}

// TestBiDiOpenCanceled checks that a window is closed if its context is canceled while
// it opens, be it the first window of its tab or another.
func TestBiDiOpenCanceled(t *testing.T) {
	tests := []struct {
		name     string
		canceled int // the number of the window
		want     []string
	}{
		{"the first", 1, []string{"1"}},
		{"another", 2, []string{"1", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			b := &fakeBrowser{opening: func(number int) {
				if number == tt.canceled {
					cancel()
				}
			}}
			tab, err := b.driver(t).OpenTab(ctx, "http://case/")
			if err == nil {
				defer tab.Close()
				err = tab.OpenAnother("http://other/")
			}
			require.ErrorIs(t, err, context.Canceled)
			b.requireClosed(t, tt.want...)
		})
	}
}
