package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteCount(t *testing.T) {
	for _, s := range []Step{
		{Bytes: []byte("abc"), Repeat: 1},
		{Bytes: []byte("abc"), Repeat: 1, Chunk: 1},
		{Bytes: []byte("abc{n}"), Repeat: 1, Chunk: 2},
		{Bytes: []byte("abc"), Repeat: 7, Chunk: 2},
		{Bytes: []byte("{n}:{n},"), Repeat: 123, Chunk: 5},
		{Bytes: []byte("{n}"), Repeat: 101},
		{Bytes: nil, Repeat: 1, Chunk: 3},
	} {
		require.Equal(t, len(s.Writes()), s.WriteCount(), "%q %d %d", s.Bytes, s.Repeat, s.Chunk)
	}
}
