package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A Launcher says how a browser is found, installed, started and driven. In its
// commands, environment and files {program} stands for the program's path,
// {installed} for the folder that [Install] makes, {url} for the page, {profile}
// for the folder of the running browser, {port} for a free port and {key} for the
// hash of the key that is trusted.
type Launcher struct {
	Name     string   // "chromium@64"
	Title    string   // in messages: "Chromium"
	Engine   string   // its family: "Blink"
	Variable string   // the environment variable that names the program
	Programs []string // names to look for otherwise, in this order; a path may be a pattern
	Needs    []string // further programs and files without which it does not start
	Version  []string // the command whose output has the version as its first number
	Args     []string // with {url}
	Root     []string // further ones, before them, that root needs
	Env      []string // as NAME=value
	Files    []File   // of the profile
	Display  bool     // needs an X server
	Trust    *Trust   // nil: it accepts no certificate of ours
	Drive    *Drive   // nil: it cannot be driven
	Source   Source
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
	Capabilities string // what that program is asked for: a JSON object, as in alwaysMatch
}

// Launchers are the browsers that are known.
func Launchers() []*Launcher { return slices.Clone(launchers) }

// named finds the launcher of a name.
func named(name string) (*Launcher, error) {
	var names []string
	for _, l := range launchers {
		if l.Name == name {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return nil, fmt.Errorf("unknown browser %q: expected %s", name, strings.Join(names, ", "))
}

// Find finds the browser of a name on this machine.
func Find(name string) (*Program, error) {
	l, err := named(name)
	if err != nil {
		return nil, err
	}
	return l.Find()
}

// Find finds the launcher's browser on this machine.
func (l *Launcher) Find() (*Program, error) {
	path, err := l.path()
	if err != nil {
		return nil, err
	}
	for _, need := range l.Needs {
		if look(need) == "" {
			return nil, fmt.Errorf("%s needs %s, which is not here: run go run ./harness browsers install %s", l.Title, need, l.Name)
		}
	}
	return &Program{launcher: l, path: path}, nil
}

func (l *Launcher) path() (string, error) {
	if named := os.Getenv(l.Variable); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("no %s at %s=%s: name an executable file", l.Title, l.Variable, named)
		}
		return path, nil
	}
	programs := l.Programs
	if l.Source.Program != "" {
		programs = append([]string{filepath.Join(l.folder(), l.Source.Program)}, programs...)
	}
	for _, program := range programs {
		if path := look(program); path != "" {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s found: run go run ./harness browsers install %s, or set %s", l.Title, l.Name, l.Variable)
}

// look finds a program in the PATH, or a file by a pattern of its path; "": it is
// not there.
func look(program string) string {
	if !filepath.IsAbs(program) {
		path, _ := exec.LookPath(program)
		return path
	}
	found, _ := filepath.Glob(program)
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
