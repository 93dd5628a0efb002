package client

import (
	"context"
	"testing"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A KnownFailure is a case that a client is known to fail.
type KnownFailure struct{ Case, Reason string }

// Test runs cases on a client, each as a subtest with the id of the case, so that
// go test -run selects them. Cases that the client cannot run are skipped with the
// reason. A case that fails on time alone runs again, with no other case beside it. Known
// failures still run, once, and must fail.
func Test(t *testing.T, c Client, cases []catalogue.Case, known ...KnownFailure) {
	t.Helper()
	s, err := newSession(defaultJobs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close) // after all subtests, which are parallel
	for i := range cases {
		test := &cases[i]
		t.Run(test.ID, func(t *testing.T) {
			if reason := missing(test, c.Features()); reason != "" {
				t.Skip(reason)
			}
			// The cases begin before the subtests are parallel, because go test
			// runs only as many of these at once as there are processors.
			first := make(chan outcome, 1)
			go func() { first <- s.run(context.Background(), c, test, test.Alone) }()
			t.Parallel()
			reason := ""
			for _, k := range known {
				if k.Case == test.ID {
					reason = k.Reason
				}
			}
			o := <-first
			if o.late() && reason == "" && s.again() {
				t.Logf("ran again: want %s, got %s", o.judgement.Want, o.judgement.Got)
				o = s.run(t.Context(), c, test, true)
				s.noteAgain(o.late())
			}
			switch j := o.judgement; j.Verdict {
			case catalogue.Pass:
				if reason != "" {
					t.Errorf("passed, but is listed as a known failure: %s", reason)
				}
			case catalogue.Recorded:
				t.Log(j.Got)
			case catalogue.NotApplicable, catalogue.Skip:
				t.Skip(j.Got)
			default:
				if reason != "" {
					t.Skipf("known failure: %s (want %s, got %s)", reason, j.Want, j.Got)
				}
				t.Errorf("%s: %s\n%s (%s)\nwant %s\ngot  %s", j.Verdict, test.Title, test.Requirement, test.Level, j.Want, j.Got)
			}
		})
	}
}

// late reports whether the attempt failed on time alone.
func (o outcome) late() bool { return o.judgement.Timing }
