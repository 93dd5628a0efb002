package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"eventsource-wasm/harness/browser"
)

// A known browser is one that the harness can start, if it is installed.
type known struct {
	Name    string `json:"name"`
	Engine  string `json:"engine"`
	Version string `json:"version,omitempty"`
	Path    string `json:"path,omitempty"`
	Driver  string `json:"driver,omitempty"`
	Install string `json:"install,omitempty"` // the command that installs it
	Error   string `json:"error,omitempty"`   // why it cannot be used
}

// browsersVerb lists the known browsers, or installs some.
func browsersVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("browsers", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print JSON")
	rest, err := parse(flags, "[install NAME …]", args, stdout)
	switch {
	case err != nil:
		return err
	case len(rest) == 0:
		return listBrowsers(ctx, *asJSON, stdout)
	case rest[0] != "install":
		return fmt.Errorf("browsers %s: want install, as in harness browsers install chromium (see harness browsers -h)", rest[0])
	case len(rest) == 1:
		return errors.New("browsers install: name one or more browsers (see harness browsers)")
	}
	return installBrowsers(ctx, rest[1:], stderr)
}

func installBrowsers(ctx context.Context, names []string, stderr io.Writer) error {
	for _, name := range names {
		if _, err := browser.Install(ctx, name, stderr); err != nil {
			return err
		}
	}
	return nil
}

func listBrowsers(ctx context.Context, asJSON bool, stdout io.Writer) error {
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

// look looks for a browser on this machine.
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
