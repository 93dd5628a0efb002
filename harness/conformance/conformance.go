// Package conformance is the conformance suite of server-sent events, for Go
// programs and tests. Its command is harness.
//
// A [Case] is one requirement as data: what a server sends, what the client does, and
// what both sides must record. [Cases] returns them. [Run] runs cases in a browser
// on one or more implementations of EventSource and returns a [Report]:
//
//	chromium, err := conformance.FindBrowser("chromium")
//	…
//	mine, err := conformance.LoadImplementation("mine.js")
//	…
//	plan, err := conformance.NewPlan(chromium, "parse/", "retry/zero")
//	…
//	plan.Implementations = []conformance.Implementation{mine}
//	report, err := conformance.Run(ctx, plan)
//
// A client that is Go code is judged by one call in a test:
//
//	func TestConformance(t *testing.T) { conformance.TestClient(t, client{}) }
//
// A program with its own client can run a case by itself and have its [Transcript]
// judged by [Judge].
//
// The subpackages have the details: catalogue the language of cases, refserver the
// server that they run against, runner and client how cases run, report the views of a report.
package conformance

import (
	"context"
	"testing"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/client"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/conformance/runner"
)

// The types of cases and their verdicts.
type (
	Case      = catalogue.Case      // a requirement, and how to check it
	Context   = catalogue.Context   // where a client runs: a window or a kind of worker
	Env       = catalogue.Env       // the addresses that a case was served at
	Judgement = catalogue.Judgement // a verdict and its reason
	Verdict   = catalogue.Verdict   // pass, fail, timeout, error, skip, not-applicable or info

	Transcript  = catalogue.Transcript  // what both sides recorded while a case ran
	SeenEvent   = catalogue.SeenEvent   // an event, as its listener saw it
	SeenRequest = catalogue.SeenRequest // a request, as the server saw it
	Text        = catalogue.Text        // a string that was seen, or a summary of a long one
)

// The types of runs and reports.
type (
	Browser        = browser.Browser
	Implementation = implementation.Implementation // an EventSource under test
	Plan           = runner.Plan                   // cases, a browser, implementations and contexts
	Expectations   = runner.Expectations           // a list of known failures
	Report         = report.Report                 // the results of one or more runs
	Target         = report.Target                 // a browser, an implementation and a context
	Result         = report.Result                 // of a case on a target
	Changes        = report.Changes                // since a baseline
)

// The types of clients that are not pages: see [TestClient].
type (
	Client         = client.Client
	ClientFeatures = client.Features // what a client can do, and what it reports
	ClientStream   = client.Stream   // what a client opens
	ClientEvent    = client.Event    // what a client has dispatched
	ClientPlan     = client.Plan
	KnownFailure   = client.KnownFailure
)

// defaultJobs is how many cases of a plan run at once in one window.
const defaultJobs = 12

// Cases returns the cases with the given ids or prefixes, such as "parse/lf" and
// "retry/", in the order of the catalogue. Without arguments it returns all cases.
func Cases(patterns ...string) ([]Case, error) {
	all, err := catalogue.Load()
	if err != nil {
		return nil, err
	}
	return catalogue.Select(all, patterns)
}

// Judge compares what was recorded in a case with what the case expects. It is a
// pure function.
func Judge(c *Case, t *Transcript, env Env) Judgement { return catalogue.Judge(c, t, env) }

// FindBrowser returns an installed browser by its name, such as "chromium" or
// "firefox@115".
func FindBrowser(name string) (Browser, error) { return browser.Find(name) }

// LoadImplementation returns the implementation with a name: "native" for the
// browser's own, "polyfill", or the path of a script that defines EventSource.
func LoadImplementation(name string) (Implementation, error) { return implementation.Load(name) }

// NewPlan returns a plan that runs cases in a browser, in all contexts, on the
// browser's own EventSource and on the polyfill. Its fields may be changed. The
// patterns are as in [Cases]. The expectations are the suite's list of known
// failures.
func NewPlan(b Browser, patterns ...string) (Plan, error) {
	plan := Plan{Browser: b, Contexts: catalogue.Contexts, Jobs: defaultJobs, Retries: 1}
	all, err := catalogue.Load()
	if err != nil {
		return plan, err
	}
	if plan.Cases, err = catalogue.Select(all, patterns); err != nil {
		return plan, err
	}
	if plan.Expectations, err = runner.LoadExpectations(all); err != nil {
		return plan, err
	}
	for _, name := range []string{implementation.Native, "polyfill"} {
		loaded, err := implementation.Load(name)
		if err != nil {
			return plan, err
		}
		plan.Implementations = append(plan.Implementations, loaded)
	}
	return plan, nil
}

// ReadExpectations reads known failures of these cases from a file: a JSON array of
// objects with target, case and reason.
func ReadExpectations(path string, cases []Case) (Expectations, error) {
	return runner.ReadExpectations(path, cases)
}

// Run carries out a plan. If ctx is done or the browser does not start, the report
// holds the results until then, and the error says why. [Report.AsExpected] reports
// whether every verdict is as the plan's expectations say.
func Run(ctx context.Context, plan Plan) (*Report, error) { return runner.Run(ctx, plan) }

// TestClient runs all cases on a client that is Go code, each as a subtest with the id of
// the case, so that go test -run selects them. Cases that the client cannot run, or that
// need a page, are skipped with the reason. Known failures still run, and must fail.
func TestClient(t *testing.T, c Client, known ...KnownFailure) {
	t.Helper()
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	client.Test(t, c, cases, known...)
}

// RunClient runs cases on a client in another process, which speaks the protocol.
func RunClient(ctx context.Context, plan ClientPlan) (*Report, error) { return client.Run(ctx, plan) }

// Read reads a report that [Report.Write] has written.
func Read(path string) (*Report, error) { return report.Read(path) }

// Join returns the reports of several runs as one.
func Join(runs ...*Report) *Report { return report.Join(runs...) }

// Compare returns what changed since an earlier report, the baseline. It fails if
// the two have no target in common.
func Compare(baseline, now *Report) (Changes, error) { return report.Compare(baseline, now) }
