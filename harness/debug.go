package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	"eventsource-wasm/harness/conformance/refserver"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/tcpport"
	"eventsource-wasm/harness/site"
	"eventsource-wasm/harness/site/visits"
)

// debugFlags are the flags of debug.
type debugFlags struct {
	cases          selection
	browser        string
	arguments      []string
	implementation string
	context        string
}

// debugVerb opens a case in a visible browser, and shows what both sides do and
// recorded, until the browser is closed.
func debugVerb(ctx context.Context, args []string, stdout, _ io.Writer) error {
	f, err := parseDebug(args, stdout)
	if err != nil {
		return err
	}
	all, c, err := f.find()
	if err != nil {
		return err
	}
	found, err := browser.Find(f.browser)
	if err != nil {
		return err
	}
	visible, err := found.With(f.arguments...).Visible()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return f.serve(ctx, cancel, visible, all, c, stdout)
}

func parseDebug(args []string, stdout io.Writer) (f debugFlags, err error) {
	flags := flag.NewFlagSet("debug", flag.ContinueOnError)
	flags.StringVar(&f.browser, "browser", "chromium", "`name` of a browser that shows windows: chromium, firefox or webkit")
	browserArgumentVar(flags, &f.arguments)
	flags.StringVar(&f.implementation, "implementation", implementation.Native, strings.Join(implementation.Names(), ", ")+" or a `FILE.js`, which is read again for each run")
	flags.StringVar(&f.context, "context", "", "`context` in which the client runs (default the first one of the case)")
	folderVar(flags, &f.cases.folder)
	f.cases.patterns, err = parse(flags, "case", args, stdout)
	if err == nil && len(f.cases.patterns) != 1 {
		err = errors.New("debug needs one case: name it, for example parse/lf (see harness list)")
	}
	if err == nil {
		_, err = implementation.Load(f.implementation)
	}
	return f, err
}

// find returns all cases, and the one to debug. If no context was named, it is the
// first one of the case.
func (f *debugFlags) find() (all []catalogue.Case, c catalogue.Case, err error) {
	if all, err = f.cases.load(); err != nil {
		return nil, c, err
	}
	selected, err := f.cases.of(all)
	if err != nil {
		return nil, c, err
	}
	c = selected[0]
	switch {
	case len(selected) > 1:
		var ids []string
		for _, c := range selected[:min(len(selected), 4)] {
			ids = append(ids, c.ID)
		}
		return nil, c, fmt.Errorf("debug needs one case: %q matches %d, such as %s", f.cases.patterns[0], len(selected), strings.Join(ids, ", "))
	case f.context == "":
		f.context = string(c.Contexts[0])
		return all, c, nil
	}
	in, err := catalogue.ParseContext(f.context)
	if err == nil && !c.RunsIn(in) {
		err = fmt.Errorf("%s does not run in context %s: it runs in %s", c.ID, in, contextsText(c))
	}
	return all, c, err
}

// serve serves the site, opens the page of the case, and waits until the browser is
// closed or ctx is canceled.
func (f debugFlags) serve(ctx context.Context, cancel context.CancelFunc, visible *browser.Program, all []catalogue.Case, c catalogue.Case, stdout io.Writer) error {
	keyHash, err := refserver.KeyHash()
	if err != nil {
		return err
	}
	first, err := site.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer first.Close()
	second, err := site.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer second.Close()

	var driver browser.Driver
	attached := make(chan struct{})
	handler, err := site.Handler(ctx, site.Config{
		Start:     time.Now(),
		OtherPort: tcpport.Of(second.Addr()),
		Cases:     all,
		Debug: &visits.Debug{
			Implementation: f.implementation,
			Trusted:        visible.Trust(keyHash, catalogue.Hosts()),
			Driver: func() browser.Driver {
				<-attached
				return driver
			},
			Done: func(r *report.Report) { report.NewTerminal(stdout, report.Colour(stdout)).Write(r) },
		},
	})
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- site.Serve(ctx, handler, first, second) }()

	page := fmt.Sprintf("http://%s/case/%s?%s", first.Addr(), c.ID, url.Values{
		"implementation": {f.implementation}, "contexts": {f.context}, "run": {"1"},
	}.Encode())
	opened, err := visible.Open(ctx, page)
	if err == nil {
		driver, _ = opened.(browser.Driver)
	}
	close(attached)
	if err != nil {
		cancel()
		return errors.Join(err, <-served)
	}
	defer opened.Close()
	fmt.Fprintf(stdout, "%s\n(close the browser, or press Ctrl-C, to stop)\n", page)
	select {
	case <-opened.Done():
	case <-ctx.Done():
	}
	cancel()
	return <-served
}
