package catalogue

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzCase loads any case. It is refused with an error that names it, or it can be
// judged, and its text loads again as the same case.
func FuzzCase(f *testing.F) {
	cases, err := Load()
	require.NoError(f, err)
	for i := 0; i < len(cases); i += 12 { // all of them take minutes with coverage guidance
		f.Add(cases[i].Source)
	}
	env := Env{
		Origin: "http://a:1", OtherPort: "http://a:2", BlockedPort: "http://a:6669", OtherHost: "http://b:1", HTTPS: "https://b:1",
		HTTP2: "https://c:1", Untrusted: "https://d:1", Remote: "http://e:1", HSTS: "http://f:1", Token: "t",
	}
	f.Fuzz(func(t *testing.T, text string) {
		var named struct{ ID string }
		_ = json.Unmarshal([]byte(text), &named)
		group, _, _ := strings.Cut(named.ID, "/")
		list, err := decodeFile("cases/"+group+".json", []byte("["+text+"]"))
		if err != nil {
			require.NotContains(t, err.Error(), "%!")
			return
		}
		for i := range list {
			c := &list[i]
			Judge(c, &Transcript{}, env)
			Judge(c, &Transcript{Events: []SeenEvent{{Type: "open"}}, Log: []Entry{{}}, Requests: []SeenRequest{{}}, Complete: true}, env)
			again, err := decodeCase(group, []byte(c.Source))
			require.NoError(t, err)
			require.Equal(t, c.Expect, again.Expect)
			require.Equal(t, c.Server, again.Server)
		}
	})
}
