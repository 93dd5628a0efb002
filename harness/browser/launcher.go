package browser

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A Launcher says how a browser is found, started and driven. In arguments,
// environment and files {program} stands for the program's path, {url} for the
// page, {profile} for the folder of the running browser, {port} for a free port
// and {key} for the hash of the key that is trusted.
type Launcher struct {
	Name     string   // "chromium"
	Title    string   // in messages: "Chromium"
	Variable string   // the environment variable that names the program
	Programs []string // names to look for otherwise, in this order
	Version  []string // the command that tells the version
	Args     []string // with {url}
	Root     []string // before them, for root
	Env      []string // set for the browser, as NAME=value
	Files    []File   // of the profile
	Display  bool     // needs an X server
	Trust    *Trust   // nil: it accepts no certificate of ours
	Drive    *Drive   // nil: it cannot be driven
}

// A File is put into the profile before the browser starts.
type File struct{ Name, Content string }

// Trust says how a browser accepts certificates of the key {key}, and finds all
// names in .test on this machine. What its driver does for that is added.
type Trust struct {
	Args  []string
	Files []File
}

// Drive says how a browser is driven.
type Drive struct {
	By   string   // the name of an entry of drivers
	Args []string // of the browser, before the launcher's

	// Program is the command of a program that starts browsers to be driven, for
	// tabs; the page is opened in one without it. nil: the browser drives itself.
	Program      []string
	Capabilities string // what that program is asked for, in JSON
}

// Find finds the browser of a name.
func Find(name string) (*Program, error) {
	i := slices.IndexFunc(launchers, func(l *Launcher) bool { return l.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("unknown browser %q: expected %s", name, strings.Join(Names(), ", "))
	}
	return launchers[i].find()
}

// Names are the names of all browsers that are known.
func Names() (names []string) {
	for _, l := range launchers {
		names = append(names, l.Name)
	}
	return names
}

// find finds the launcher's program.
func (l *Launcher) find() (*Program, error) {
	if named := os.Getenv(l.Variable); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return nil, fmt.Errorf("no %s at %s=%s: name an executable file", l.Title, l.Variable, named)
		}
		return &Program{launcher: l, path: path}, nil
	}
	for _, program := range l.Programs {
		if path, err := exec.LookPath(program); err == nil {
			return &Program{launcher: l, path: path}, nil
		}
	}
	return nil, fmt.Errorf("no %s found (set %s, or run scripts/run.sh)", l.Title, l.Variable)
}
