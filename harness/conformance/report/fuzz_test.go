package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// FuzzReport reads any document. It is refused, or every view of it is valid and
// without control characters, and its JSON reads as the same report.
func FuzzReport(f *testing.F) {
	seed := func(r *Report) {
		var b bytes.Buffer
		require.NoError(f, r.JSON(&b))
		f.Add(b.Bytes())
	}
	seed(example())
	seed(example().Slim())
	cases, err := catalogue.Load()
	require.NoError(f, err)
	for i := 0; i < len(cases); i += 40 {
		r := New(example().Started, cases[i:i+1])
		r.Targets = example().Targets[:1]
		r.Results = []Result{{Target: "chromium/native", Case: cases[i].ID, Verdict: catalogue.Fail, Want: "a", Got: "b\x1b[31m\u202e"}}
		seed(r)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		r, err := Parse("a.json", document)
		if err != nil {
			require.Less(t, len(err.Error()), 1000)
			return
		}
		var text bytes.Buffer
		terminal := NewTerminal(&text, false)
		terminal.Write(r)
		terminal.Overview(r)
		if changes, err := Compare(r, r); err == nil {
			terminal.Changes(changes)
		}
		hidden := strings.IndexFunc(text.String(), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) })
		require.Equal(t, -1, hidden, "%q", text.String())

		require.NoError(t, r.HTML(io.Discard, nil))
		text.Reset()
		require.NoError(t, r.JUnit(&text))
		var suites struct {
			XMLName xml.Name
		}
		require.NoError(t, xml.Unmarshal(text.Bytes(), &suites))

		r.table()
		r.clients(true)
		browsers([]*Report{r})
		_ = r.CheckJudged()

		var once, twice bytes.Buffer
		require.NoError(t, r.JSON(&once))
		again, err := Parse("a.json", once.Bytes())
		require.NoError(t, err)
		require.NoError(t, again.JSON(&twice))
		require.Equal(t, once.String(), twice.String())
		Join(r, again).Slim()
	})
}
