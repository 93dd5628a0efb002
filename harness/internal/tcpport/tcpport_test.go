package tcpport

import (
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFree(t *testing.T) {
	ports, err := Free(3)
	require.NoError(t, err)
	require.Len(t, ports, 3)
	for _, port := range ports { // fails if two of them are the same
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err)
		defer listener.Close()
		require.Equal(t, port, Of(listener.Addr()))
	}
}

func TestAwait(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := Of(listener.Addr())
	require.NoError(t, Await(t.Context(), port))
	listener.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, Await(ended, port), fmt.Sprintf("nothing listens on 127.0.0.1:%d: ", port))
}
