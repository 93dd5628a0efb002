package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadScript(t *testing.T) {
	for _, script := range []string{
		`{"title": "Ends", "server": [[{"send": "data: a\n\n"}, {"end": true}]]}`,
		`[[{"send": "data: a\n\n"}, {"end": true}]]`,
	} {
		c, err := ReadScript([]byte(script))
		require.NoError(t, err)
		require.Len(t, c.Server, 1)
		require.Equal(t, Respond, c.Server[0][0].Verb)
		require.Equal(t, End, c.Server[0][2].Verb)
	}
	c, err := ReadScript([]byte(`{"routes": {"other": [[{"end": true}]]}}`))
	require.NoError(t, err)
	require.Equal(t, silent(), c.Server)
}

func TestReadScriptRefuses(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"nothing", ``, "script: line 1: unexpected end of JSON input; expected JSON"},
		{"JSON syntax", "{\n]", "script: line 2: invalid character ']' looking for beginning of object key string; expected JSON"},
		{"no connection", `{"title": "Ends"}`, "script: neither server nor routes; expected one of them"},
		{"a claim", `{"server": [[]], "expect": {}}`, "script: expect: unknown key; expected title, server or routes"},
		{"a verb that does not exist", `[[{"sent": "x"}]]`, "script: server[0][0].sent: unknown key; expected respond, raw, send,"},
		{"a step after the end", `[[{"end": true}, {"send": "x"}]]`, "script: server[0]: step 2: end: more steps follow; expected it to be the last"},
		{"an unknown placeholder", `[[{"respond": {"headers": [["Location", "{nowhere}"]]}}]]`, "{nowhere}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadScript([]byte(tt.script))
			require.ErrorContains(t, err, tt.want)
		})
	}
}
