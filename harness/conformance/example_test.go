package conformance_test

import (
	"context"
	"fmt"
	"log"

	"eventsource-wasm/harness/conformance"
)

// A client that takes CR and LF for two line ends dispatches an event for each line
// of the case.
func ExampleJudge() {
	cases, err := conformance.Cases("parse/crlf")
	if err != nil {
		log.Fatal(err)
	}
	crlf := cases[0]
	fmt.Printf("%s. %s\n", crlf.Title, crlf.Requirement)

	message := func(data string) conformance.SeenEvent {
		return conformance.SeenEvent{Type: "message", Data: &conformance.Text{Value: data}, ReadyState: 1}
	}
	open := conformance.SeenEvent{Type: "open", ReadyState: 1}
	for _, events := range [][]conformance.SeenEvent{
		{open, message("a\nb")},
		{open, message("a"), message("b")},
		{open},
	} {
		j := conformance.Judge(&crlf, &conformance.Transcript{Events: events, Complete: true}, conformance.Env{})
		fmt.Printf("%s: want %q, got %q\n", j.Verdict, j.Want, j.Got)
	}
	// Output:
	// Ends lines with CRLF. Each pair is one end of line.
	// pass: want "", got ""
	// fail: want "event 2: message \"a\\nb\"", got "event 2: message \"a\""
	// timeout: want "event 2: message \"a\\nb\"", got "no event 2"
}

// A test of a library runs a group of cases on the library's script, in pages only.
func ExampleRun() {
	chromium, err := conformance.FindBrowser("chromium")
	if err != nil {
		log.Fatal(err)
	}
	mine, err := conformance.LoadImplementation("mine.js")
	if err != nil {
		log.Fatal(err)
	}
	plan, err := conformance.NewPlan(chromium, "parse/", "retry/")
	if err != nil {
		log.Fatal(err)
	}
	plan.Implementations = []conformance.Implementation{mine}
	plan.Contexts = []conformance.Context{"window"}
	results, err := conformance.Run(context.Background(), plan)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results.Results {
		if !r.Expected {
			fmt.Printf("%s: %s: want %s, got %s\n", r.Case, r.Verdict, r.Want, r.Got)
		}
	}
}

// Two runs of the same cases, before and after a change, are compared by target and
// case.
func ExampleCompare() {
	run := func(verdict conformance.Verdict) *conformance.Report {
		return &conformance.Report{
			Targets: []conformance.Target{{Name: "chromium/mine.js/window"}},
			Results: []conformance.Result{{Target: "chromium/mine.js/window", Case: "parse/lf", Verdict: verdict}},
		}
	}
	changes, err := conformance.Compare(run("pass"), run("fail"))
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range changes.Worse {
		fmt.Println(c.Case, c.Before.Verdict, "->", c.Now.Verdict)
	}
	// Output:
	// parse/lf pass -> fail
}
