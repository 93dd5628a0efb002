package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"eventsource-wasm/harness/site"
	"eventsource-wasm/harness/ssetest"
)

// mockVerb serves a script until it is interrupted.
func mockVerb(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("mock", flag.ContinueOnError)
	id := flags.String("case", "", "serve the server's side of this `case` of the catalogue, instead of a file")
	addr := flags.String("addr", "127.0.0.1:0", "`host:port` of the stream; port 0 picks a free one")
	control := flags.String("control", "127.0.0.1:0", "`host:port` of the control server, which returns the requests and starts the script over")
	asJSON := flags.Bool("json", false, "print the URLs as JSON, for programs")
	rest, err := parse(flags, "[FILE.json]", args, stdout)
	if err != nil {
		return err
	}
	script, err := mockScript(rest, *id)
	if err != nil {
		return err
	}
	server, err := ssetest.Start(script, *addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer server.Close()
	listener, err := site.Listen(*control)
	if err != nil {
		return fmt.Errorf("--control: %w", err)
	}

	at := struct {
		URL     string `json:"url"`
		Control string `json:"control"`
	}{server.URL(), "http://" + listener.Addr().String()}
	if *asJSON {
		err = json.NewEncoder(stdout).Encode(at)
	} else {
		_, err = fmt.Fprintf(stdout, "stream   %s\ncontrol  %s/requests (POST %[2]s/reset starts over; Ctrl-C stops)\n", at.URL, at.Control)
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	controller := &http.Server{Handler: server.Control(), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = controller.Close() })()
	if err := controller.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// mockScript reads the script that the arguments name.
func mockScript(files []string, id string) (ssetest.Script, error) {
	switch {
	case id != "" && files != nil:
		return ssetest.Script{}, errors.New("mock: both --case and a file: give one of them")
	case id != "":
		return ssetest.CaseScript(id)
	case len(files) != 1:
		return ssetest.Script{}, fmt.Errorf("mock: want one file, got %d, or --case (see harness mock -h)", len(files))
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return ssetest.Script{}, err
	}
	script, err := ssetest.ReadScript(text)
	if err != nil {
		return script, fmt.Errorf("%s: %w", files[0], err)
	}
	return script, nil
}
