package runner

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
)

// TestNotApplicable checks that a case that a target cannot run is not a failure.
func TestNotApplicable(t *testing.T) {
	cases := testCases("driven", "secure", "impossible", "named", "ordinary")
	cases[0].Drive = []catalogue.Action{{Name: catalogue.GC}}
	cases[1].HTTPS = true
	cases[2].Impossible = "needs two moons"
	cases[3].OtherHosts = true
	fake := &fakeBrowser{t: t, behave: func(p *page) { p.runAll(right) }}
	result, err := Run(t.Context(), Plan{
		Cases:           cases,
		Browser:         fake,
		Implementations: []implementation.Implementation{{Name: "native"}},
		Contexts:        []catalogue.Context{catalogue.Window},
		Jobs:            2,
		Host:            "127.0.0.1",
	})
	require.NoError(t, err)
	require.True(t, result.AsExpected())
	want := []catalogue.Judgement{
		{Verdict: catalogue.NotApplicable, Got: noDriver},
		{Verdict: catalogue.NotApplicable, Got: noHTTPS},
		{Verdict: catalogue.Skip, Got: "needs two moons"},
		{Verdict: catalogue.NotApplicable, Got: noOtherHosts},
		{Verdict: catalogue.Pass},
	}
	require.Len(t, result.Results, len(want))
	for i, r := range result.Results {
		require.Equal(t, want[i], catalogue.Judgement{Verdict: r.Verdict, Want: r.Want, Got: r.Got}, r.Case)
	}
}

// TestActions checks that the catalogue's actions, and no others, have handlers.
func TestActions(t *testing.T) {
	require.ElementsMatch(t, catalogue.ActionNames(), slices.Collect(maps.Keys(actions)))

	cases := testCases("test/a", "test/b")
	cases[1].Drive = []catalogue.Action{{Name: catalogue.GC}, {Name: "shake"}}
	_, err := Run(t.Context(), Plan{Cases: cases, Browser: &fakeBrowser{t: t}})
	require.EqualError(t, err, `test/b: drive[1]: no handler for action "shake"; add one to actions in drive.go`)
}

// TestDrive checks that the actions of a case are carried out in a tab of its own.
func TestDrive(t *testing.T) {
	driven := []catalogue.Case{
		{
			ID:     "test/clicks",
			Client: script("document.onclick = function () { t.log('clicked', true) }", "window.ready = parent === window"),
			Drive:  []catalogue.Action{{Name: catalogue.Until, Text: "window.ready"}, {Name: catalogue.Click}},
			Expect: catalogue.Expect{Log: []catalogue.Entry{{Name: "clicked", Value: true}}},
		},
		{
			ID:     "test/never",
			Client: script("t.log('never', true)"),
			Drive:  []catalogue.Action{{Name: catalogue.Back}},
			Expect: catalogue.Expect{Log: []catalogue.Entry{{Name: "never", Value: true}, {Name: "never", Value: true}}},
		},
		{
			ID:     "test/frozen",
			Client: script("for (;;) {}"),
			Alone:  true,
			Expect: catalogue.Expect{Log: []catalogue.Entry{{Name: "never", Value: true}}},
		},
	}
	cases := prepared(driven)
	cases[2].Client.Limit = 100
	results := runIn(t, []catalogue.Context{catalogue.Window}, cases, implementation.Implementation{Name: "native"})
	require.Equal(t, catalogue.Pass, results[0].Verdict, results[0].Got)
	require.Equal(t, catalogue.Error, results[1].Verdict)
	require.Equal(t, "drive[0]: the history has no earlier page", results[1].Got)
	require.Equal(t, catalogue.Timeout, results[2].Verdict, "a case may freeze its page")
	require.Equal(t, "the page of the case did not report, also when this case ran alone", results[2].Got)
}

// TestUndriven checks the transcripts of cases that were not driven to their end.
func TestUndriven(t *testing.T) {
	cannot := fmt.Errorf("drive[1]: %w", browser.Unsupported("freeze a page"))
	require.Equal(t, catalogue.Transcript{Missing: "the browser's driver cannot freeze a page"}, undriven(cannot))
	require.Equal(t, catalogue.Transcript{Error: "drive[1]: gone"}, undriven(errors.New("drive[1]: gone")))
}

// TestBlame checks the transcripts of cases that were lost twice.
func TestBlame(t *testing.T) {
	a := &attempt{}
	exited := errors.New("it exited by itself")
	require.Equal(t, catalogue.Transcript{Error: "it exited by itself, also when this case ran alone"}, a.blame(exited))
	require.Equal(t, catalogue.Transcript{Error: "the page of the case did not report, also when this case ran alone"}, a.blame(errSilent),
		"the page has not loaded the case")
	a.begun = true
	require.Equal(t, catalogue.Transcript{Error: "it exited by itself, also when this case ran alone"}, a.blame(exited))
	require.Equal(t, catalogue.Transcript{Froze: "the page of the case did not report, also when this case ran alone"}, a.blame(errSilent))
}

// TestPages checks that a further page installs the implementation and runs its script.
func TestPages(t *testing.T) {
	cases := prepared([]catalogue.Case{{
		ID: "test/pages",
		Pages: map[string]catalogue.Page{
			"frame":  {Charset: "windows-1252", Headers: [][2]string{{"Content-Security-Policy", "connect-src {other-port}"}}, Script: []string{"stream = '{url}'"}},
			"worker": {Worker: true, Script: []string{"postMessage([new EventSource('').readyState, '{page:frame}'])"}},
		},
		Client: script(
			"t.frame(t.pages.frame, function (inner) {",
			"  t.log('frame', [inner.document.characterSet, inner.stream === t.url, new inner.EventSource('').readyState])",
			"  new Worker(t.pages.worker).onmessage = function (e) {",
			"    t.log('worker', [e.data[0], e.data[1] === t.pages.frame])",
			"  }",
			"})",
		),
		Expect: catalogue.Expect{Log: []catalogue.Entry{
			{Name: "frame", Value: []any{"windows-1252", true, 1.0}},
			{Name: "worker", Value: []any{1.0, true}},
		}},
	}})
	results := runIn(t, []catalogue.Context{catalogue.Window}, cases,
		implementation.Implementation{Name: "puppet.js", Script: []byte(`function EventSource() { this.readyState = 1 }`)})
	require.Equal(t, catalogue.Pass, results[0].Verdict, results[0].Got)
}

// TestTools checks that t has the members that the catalogue lists, and no others.
func TestTools(t *testing.T) {
	var members []any
	for _, name := range slices.Sorted(slices.Values(catalogue.Tools())) {
		members = append(members, name)
	}
	cases := prepared([]catalogue.Case{{
		ID:     "test/tools",
		Client: script("var names = []", "for (var name in t) names.push(name)", "t.log('members', names.sort())"),
		Expect: catalogue.Expect{Log: []catalogue.Entry{{Name: "members", Value: members}}},
	}})
	results := runIn(t, []catalogue.Context{catalogue.Window}, cases, implementation.Implementation{Name: "native"})
	require.Equal(t, catalogue.Pass, results[0].Verdict, results[0].Got)
}

// prepared completes cases so that they run in a window.
func prepared(cases []catalogue.Case) []catalogue.Case {
	for i := range cases {
		c := &cases[i]
		c.Level = catalogue.Must
		c.Contexts = []catalogue.Context{catalogue.Window}
		c.Server = []catalogue.Connection{{{Verb: catalogue.Hold}}}
		c.Client.URL, c.Client.Limit, c.Client.Settle = "{url}", 10000, 20
	}
	return cases
}
