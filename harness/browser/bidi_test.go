package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

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
