package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/client"
	"eventsource-wasm/harness/conformance/report"
)

// clientFlag is a value of --client: the name of a client, or "", and its command.
type clientFlag struct{ name, command string }

// clientName is the form of a name in --client. It is a part of the target's name.
var clientName = regexp.MustCompile(`^([A-Za-z0-9@._-]+)=(.+)$`)

// clientVar defines the flag with which clients are judged.
func clientVar(flags *flag.FlagSet, clients *[]clientFlag) {
	flags.Func("client", "judge the client that this `command` of the shell starts; NAME=COMMAND names it;\nrepeat the flag for several (see harness/clients)", func(value string) error {
		c := clientFlag{command: value}
		if m := clientName.FindStringSubmatch(value); m != nil {
			c = clientFlag{m[1], m[2]}
		}
		switch {
		case strings.TrimSpace(c.command) == "":
			return errors.New("empty command: a variable may be unset")
		case c.name != "" && slices.ContainsFunc(*clients, func(other clientFlag) bool { return other.name == c.name }):
			return fmt.Errorf("two clients are named %s: name one of them differently", c.name)
		}
		*clients = append(*clients, c)
		return nil
	})
}

// A task is the part of a run that one browser or one client does.
type task struct {
	count int // of results
	run   func(ctx context.Context, progress func(report.Result)) (*report.Report, error)
}

// tasks returns a task for each browser and each client.
func (f runFlags) tasks() (tasks []task, err error) {
	if f.clients == nil || f.browsers != nil || f.webdriver != "" {
		plans, err := f.plans()
		if err != nil {
			return nil, err
		}
		for _, plan := range plans {
			tasks = append(tasks, task{plan.Count(), func(ctx context.Context, progress func(report.Result)) (*report.Report, error) {
				plan.Progress = progress
				return conformance.Run(ctx, plan)
			}})
		}
	}
	if f.clients == nil {
		return tasks, nil
	}
	base, err := f.plan()
	if err != nil {
		return nil, err
	}
	for _, c := range f.clients {
		plan := conformance.ClientPlan{
			Name: c.name, Command: c.command, Cases: base.Cases, Jobs: f.jobs, Retries: f.retries, Repeat: f.repeat,
			Allow: func(r report.Result) (bool, string) { return base.Expectations.Allow(r, report.Target{}) },
		}
		tasks = append(tasks, task{len(plan.Cases), func(ctx context.Context, progress func(report.Result)) (*report.Report, error) {
			plan.Progress = progress
			if f.timeout > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("client %s: timed out after %s with cases left (raise --timeout)", plan.Command, f.timeout))
				defer cancel()
			}
			return conformance.RunClient(ctx, plan)
		}})
	}
	return tasks, nil
}

// listForClients prints what each case needs of a client, and why others need a page.
func listForClients(w io.Writer, cases []catalogue.Case) error {
	width := 0
	for _, c := range cases {
		width = max(width, len(c.ID))
	}
	for _, c := range cases {
		needs, reason := client.NeedsOf(&c)
		text := "any client"
		switch {
		case reason != "":
			text = "no client: " + reason
		case needs != nil:
			text = "clients that can " + strings.Join(needs, ", ")
		}
		if _, err := fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, c.ID, c.Level, text); err != nil {
			return err
		}
	}
	return nil
}
