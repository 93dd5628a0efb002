package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A view shows what the server received and sent, in their order.
func TestServerLines(t *testing.T) {
	head := &catalogue.Head{Status: 200, Reason: "OK"}
	lines := serverLines(catalogue.Transcript{Requests: []catalogue.SeenRequest{{
		Method: "GET", Target: "/x", Headers: []catalogue.Header{{Name: "Accept", Value: "a"}}, Arrived: 10, Ended: 80, Gone: -1,
		Sent:   []catalogue.Sent{catalogue.NewSent(11, head, []byte("data: \xff\n")), catalogue.NewSent(61, nil, nil)},
		Writes: 3,
	}}}, true)
	require.Equal(t, []string{
		"    0 ms  GET /x",
		"          Accept: a",
		`    1 ms  sent head 200 OK "data: \xff\n"`,
		`   51 ms  sent ""`,
		"          writes not shown: 1",
		"   70 ms  ended by the server",
	}, lines)
}
