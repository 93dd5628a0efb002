package eventstream

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNames checks the names of fields and the byte order mark as numbers.
func TestNames(t *testing.T) {
	for number, name := range map[int]string{
		noName: "", nameData: "data", nameEvent: "event", nameID: "id", nameRetry: "retry", byteOrderMark: "\xEF\xBB\xBF",
	} {
		want := 1
		for _, c := range []byte(name) {
			want = want<<8 | int(c)
		}
		require.Equal(t, want, number, name)
		require.Less(t, number, nameLimit)
	}
	require.EqualValues(t, 0x1_000000_000000, nameLimit, "a name of six bytes")
	require.EqualValues(t, binary.LittleEndian.Uint64([]byte("\x00\x00\x00data:")), uint64(dataColon))
}
