package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNeedsHTTP1 checks why cases cannot run over HTTP/2 and HTTP/3.
func TestNeedsHTTP1(t *testing.T) {
	const raw, refuse, space = "bytes of HTTP/1.1 itself", "port that refuses", "white space around the value"
	tests := []struct {
		name, members string
		want          string // a part of the reason; "": the case can run
	}{
		{"a stream", `"server": [[{"send": "data:x\n\n"}]]`, ""},
		{"every end", `"server": [[{"end": true}], [{"cut": true}], [{"reset": true}], [{"hold": true}]]`, ""},
		{"another port", `"client": {"url": "{other-port}{path}"}`, ""},
		{"another host", `"client": {"url": "{other-host}{path}"}`, ""},
		{"a length", `"server": [[{"respond": {"framing": "length", "length": 9}}, {"end": true}]]`, ""},
		{"raw bytes", `"server": [[{"raw": "HTTP/1.0 200 OK\r\n\r\n"}]]`, raw},
		{"raw bytes of a route", `"routes": {"b": [[{"raw": "x"}]]}, "client": {"url": "{url:b}"}`, raw},
		{"a port that refuses", `"server": [[{"refuse": 100}, {"end": true}]]`, refuse},
		{"white space around a value", `"server": [[{"respond": {"headers": [["Content-Type", "text/event-stream "]]}}]]`, space},
		{"a scheme", `"https": true, "client": {"url": "{https}{path}"}`, "the scheme or the protocol of {https}"},
		{"a scheme in a script", `"client": {"script": ["t.record(new EventSource(t.untrusted))"]}`, "the scheme or the protocol of {untrusted}"},
		{"a reason of its own", `"http1": "it counts connections"`, "it counts connections"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := decodeCase("x", []byte(`{"id": "x/y", "title": "t", "requirement": "r", "level": "must", "spec": "html#x", "expect": {"events": []}, `+tt.members+`}`))
			require.NoError(t, err)
			if tt.want == "" {
				require.Empty(t, c.NeedsHTTP1())
				return
			}
			require.Contains(t, c.NeedsHTTP1(), tt.want)
		})
	}
}

// TestMostCasesNeedNoHTTP1 checks that the rules above leave nearly all of the catalogue
// to HTTP/2 and HTTP/3.
func TestMostCasesNeedNoHTTP1(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	need := 0
	for _, c := range cases {
		if c.NeedsHTTP1() != "" {
			need++
		}
	}
	require.Less(t, need, len(cases)/20)
}

func TestParseProtocol(t *testing.T) {
	p, err := ParseProtocol("h3")
	require.NoError(t, err)
	require.Equal(t, HTTP3, p)
	_, err = ParseProtocol("http3")
	require.EqualError(t, err, `unknown protocol "http3": want h1, h2 or h3`)
}
