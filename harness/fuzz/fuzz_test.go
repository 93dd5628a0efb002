package fuzz

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// A case that a stream becomes loads as the same case, whatever bytes it has.
func TestCase(t *testing.T) {
	var differences []Difference
	var streams []stream
	for number := range uint64(300) {
		s := numbered(1, number)
		streams = append(streams, s)
		differences = append(differences, Difference{Case: newCase(s, "fuzz/stream-"+string(rune('a'+number/26))+string(rune('a'+number%26)))})
	}
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "fuzz.json"), File(differences), 0o644))
	own, err := catalogue.Load()
	require.NoError(t, err)
	all, err := catalogue.LoadWith(folder)
	require.NoError(t, err)
	for i, c := range all[len(own):] {
		want := streams[i].caseOf()
		require.True(t, reflect.DeepEqual(want.Server, c.Server), "%s: want %s", c.ID, differences[i].Case.Server())
		require.True(t, reflect.DeepEqual(want.Expect, c.Expect), "%s: want %s", c.ID, differences[i].Case.JSON())
	}
}

// A stream is cut where it was, whatever part of it is taken out.
func TestWithout(t *testing.T) {
	c := connection{body: []byte("abcdef"), cuts: []int{1, 3, 5}}
	require.Equal(t, connection{body: []byte("adef"), cuts: []int{1, 3}}, c.without(1, 3))
	require.Equal(t, connection{body: []byte("def"), cuts: []int{2}}, c.without(0, 3))
	require.Equal(t, connection{body: []byte("abc"), cuts: []int{1}}, c.without(3, 6))
	require.Empty(t, c.without(0, 6).body)
}

// The streams of a seed are always the same, and cover what matters.
func TestNumbered(t *testing.T) {
	reconnections, cuts, long := 0, 0, 0
	for number := range uint64(1000) {
		s := numbered(7, number)
		require.Equal(t, s, numbered(7, number))
		reconnections += len(s) - 1
		for _, c := range s {
			cuts += len(c.cuts)
			if len(c.body) > 1<<16 {
				long++
			}
			require.True(t, slices.IsSorted(c.cuts))
		}
	}
	require.Greater(t, reconnections, 50)
	require.Greater(t, cuts, 5000)
	require.NotZero(t, long)
}

// A stream is made as small as possible, and no smaller once the run is over.
func TestMinimise(t *testing.T) {
	differs := catalogue.Judgement{Verdict: catalogue.Fail}
	left := 1000 // tests until the run is over
	test := func(streams []stream) (judged []catalogue.Judgement, err error) {
		if left--; left < 0 {
			return nil, errOver
		}
		for _, s := range streams {
			verdict := catalogue.Pass
			if last := s[len(s)-1]; bytes.Contains(last.body, []byte("x")) && bytes.Contains(last.body, []byte("y")) {
				verdict = catalogue.Fail
			}
			judged = append(judged, catalogue.Judgement{Verdict: verdict})
		}
		return judged, nil
	}
	s := stream{{body: []byte("abc")}, {body: []byte("data: 12x34\n\ndata: y\n\n"), cuts: []int{3, 9}}}
	small, how := minimise(s, differs, test)
	require.Equal(t, catalogue.Fail, how.Verdict)
	require.Len(t, small, 1)
	require.Equal(t, "xy", string(small[0].body))
	require.Empty(t, small[0].cuts)

	left = 1
	small, _ = minimise(s, differs, test)
	require.Equal(t, s[1:], small, "one test has taken out a connection")
}

// A run that still minimises when its time is over ends soon.
func TestTimeLimit(t *testing.T) {
	chromium, err := browser.Find("chromium")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	extra := extraTime
	extraTime = 0
	t.Cleanup(func() { extraTime = extra })
	results, err := Run(t.Context(), Plan{
		Browsers:        []Browser{chromium},
		Implementations: []implementation.Implementation{{Name: "crlf-is-two", Script: append(source(t, "base"), source(t, "crlf-is-two")...)}},
		Seed:            1,
		For:             5 * time.Second,
	})
	require.NoError(t, err)
	require.Less(t, results.Tallies[0].Duration, 30*time.Second)
	t.Logf("%v: %d differences", results.Tallies[0], len(results.Differences))
}

// absent is a browser that does not start.
type absent struct{}

func (absent) Name() string                                         { return "absent" }
func (absent) Version(context.Context) (string, error)              { return "", nil }
func (absent) Open(context.Context, string) (browser.Window, error) { return nil, errors.New("absent") }

// A browser that fails does not keep the others from their turn; an interrupted run does.
func TestOthersContinue(t *testing.T) {
	plan := Plan{Browsers: []Browser{absent{}, absent{}}, Implementations: make([]implementation.Implementation, 1), Streams: 1}
	results, err := Run(t.Context(), plan)
	require.EqualError(t, err, "absent: absent\nabsent: absent")
	require.Len(t, results.Tallies, 2)

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	results, err = Run(interrupted, plan)
	require.Error(t, err)
	require.Len(t, results.Tallies, 1)
}

// A wrong implementation differs, and its streams are minimised.
func TestWrong(t *testing.T) {
	chromium, err := browser.Find("chromium")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	most := maxFound
	maxFound = 1
	t.Cleanup(func() { maxFound = most })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	results, err := Run(ctx, Plan{
		Browsers:        []Browser{chromium},
		Implementations: []implementation.Implementation{{Name: "crlf-is-two", Script: append(source(t, "base"), source(t, "crlf-is-two")...)}},
		Seed:            1,
		Streams:         20,
	})
	require.NoError(t, err)
	require.Len(t, results.Tallies, 1)
	require.EqualValues(t, 20, results.Tallies[0].Streams)
	require.True(t, results.Different())
	small := 0
	for _, d := range results.Differences {
		t.Log(d)
		require.True(t, json.Valid(d.Case.JSON()))
		if len(d.Case.stream) == 1 && len(d.Case.stream[0].body) <= 30 {
			small++
		}
	}
	require.NotZero(t, small, "no difference was minimised")
}

// source returns a script of the wrong implementations of package runner.
func source(t *testing.T, name string) []byte {
	content, err := os.ReadFile("../conformance/runner/testdata/wrong/" + name + ".js")
	require.NoError(t, err)
	return content
}
