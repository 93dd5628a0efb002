package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"

	"eventsource-wasm/harness/browser"
)

// A known browser is one that the harness can start if it is installed.
type known struct {
	Name    string `json:"name"`
	Engine  string `json:"engine"`
	Version string `json:"version,omitempty"`
	Path    string `json:"path,omitempty"`
	Driver  string `json:"driver,omitempty"`
	Install string `json:"install,omitempty"` // the command that gets it
	Error   string `json:"error,omitempty"`   // why it cannot be used
}

// browsers shows which browsers are known, or installs some.
func browsers(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flags := flag.NewFlagSet("browsers", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "show JSON")
	names, err := parse(flags, "[install NAME …]", args, stdout)
	switch {
	case err != nil:
	case len(names) == 0:
		err = showBrowsers(ctx, *asJSON, stdout)
	case names[0] != "install":
		err = fmt.Errorf("browsers %s: expected install (see harness browsers -h)", names[0])
	case len(names) == 1:
		err = errors.New("browsers install: expected names of browsers (see harness browsers)")
	default:
		err = installBrowsers(ctx, names[1:], stderr)
	}
	if err != nil {
		return failed(err, stderr)
	}
	return exitExpected
}

func installBrowsers(ctx context.Context, names []string, stderr io.Writer) error {
	for _, name := range names {
		if _, err := browser.Install(ctx, name, stderr); err != nil {
			return err
		}
	}
	return nil
}

func showBrowsers(ctx context.Context, asJSON bool, stdout io.Writer) error {
	var list []known
	for _, l := range browser.Launchers() {
		list = append(list, look(ctx, l))
	}
	if asJSON {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		return e.Encode(list)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tENGINE\tVERSION\tDRIVER\tPATH")
	for _, k := range list {
		path := k.Path
		switch {
		case k.Install != "":
			path = k.Install
		case k.Error != "":
			path = k.Error
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", k.Name, k.Engine, orDash(k.Version), orDash(k.Driver), path)
	}
	return w.Flush()
}

// look tells whether a browser is there.
func look(ctx context.Context, l *browser.Launcher) known {
	k := known{Name: l.Name, Engine: l.Engine}
	if l.Drive != nil {
		k.Driver = l.Drive.By
	}
	found, err := l.Find()
	if err != nil {
		k.Error = err.Error()
		if os.Getenv(l.Variable) == "" {
			k.Install = "go run ./harness browsers install " + l.Name
		}
		return k
	}
	k.Path = found.Path()
	if k.Version, err = found.Version(ctx); err != nil {
		k.Error = err.Error()
	}
	return k
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
