package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/suggest"
)

// A Launcher says how a browser is installed, found, started and driven.
//
// Its commands, environment and files may contain placeholders: {program} is the
// path of the program, {installed} the folder that [Install] creates, {url} the
// URL of the page, {profile} the profile folder of the running browser, {port} a
// free port, {key} the hash of the trusted public key, and {hosts} the hosts that
// resolve to this machine, as the launcher's Trust formats them.
type Launcher struct {
	Name     string   // such as "chromium@64"
	Title    string   // the name in messages: "Chromium"
	Engine   string   // the family of its engine: "Blink"
	Variable string   // the environment variable that names the program
	Programs []string // names to search otherwise, in this order; absolute paths may be patterns and have ${VARIABLE}s
	Needs    []string // other programs and files that it needs to start
	Version  []string // a command that prints the version as the first number
	Args     []string // arguments, with {url}
	Headless []string // more arguments, before Args, without which the browser shows its windows
	Root     []string // more arguments, before Args, if the user is root
	Env      []string // environment variables, as NAME=value; one may have {arguments} for those of [Program.With]
	Files    []File   // files of the profile
	Display  bool     // whether it needs an X server
	Trust    *Trust   // nil if it cannot accept the suite's certificates
	HTTP3    []string // more arguments to speak HTTP/3 only; nil if it cannot
	NoHTTP3  []string // more arguments to speak no HTTP/3
	Drive    *Drive   // nil if it cannot be driven
	Source   Source
}

// A File is written to the profile before the browser starts.
type File struct{ Name, Content string }

// Trust says how a browser is made to accept certificates with the key {key} and to
// resolve the hosts {hosts} to this machine. A browser whose driver accepts
// certificates needs no arguments for them.
type Trust struct {
	Host  string // how {hosts} has each {host}; commas separate them
	Args  []string
	Files []File
}

// Drive says how a browser is driven.
type Drive struct {
	By   string   // the name of a driver: bidi, devtools or webdriver
	Args []string // arguments of the browser, before the launcher's

	// Program is the command of a driver program, which starts a browser for each
	// tab. The first page is then opened without it. If Program is nil, the
	// browser itself accepts the driver's connection.
	Program []string

	// Capabilities is what Program is asked for: a JSON object as in the
	// alwaysMatch member of WebDriver.
	Capabilities string
}

// Launchers returns the launchers of all known browsers.
func Launchers() []*Launcher { return slices.Clone(launchers) }

// launcherNamed returns the launcher with the given name.
func launcherNamed(name string) (*Launcher, error) {
	var names []string
	for _, l := range launchers {
		if l.Name == name {
			return l, nil
		}
		names = append(names, l.Name)
	}
	if meant := suggest.DidYouMean(name, names); meant != "" {
		return nil, fmt.Errorf("unknown browser %q%s", name, meant)
	}
	return nil, fmt.Errorf("unknown browser %q: want one of %s", name, strings.Join(names, ", "))
}

// Find finds the browser with the given name on this machine.
func Find(name string) (*Program, error) {
	l, err := launcherNamed(name)
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
		if findFile(need) == "" {
			return nil, fmt.Errorf("%s needs %s, which was not found: run go run ./harness browsers install %s", l.Title, need, l.Name)
		}
	}
	return &Program{launcher: l, path: path}, nil
}

// argumentsInEnv reports whether a variable, and not the command, has the arguments of
// [Program.With].
func (l *Launcher) argumentsInEnv() bool {
	return slices.ContainsFunc(l.Env, func(variable string) bool { return strings.Contains(variable, "{arguments}") })
}

// path returns the path of the launcher's program.
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
		if path := findFile(program); path != "" {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s found: run go run ./harness browsers install %s, or set %s", l.Title, l.Name, l.Variable)
}

// findFile returns the path of a program in PATH, or of the first file that an
// absolute pattern matches. It returns "" if there is none.
func findFile(name string) string {
	name = os.ExpandEnv(name)
	if !filepath.IsAbs(name) {
		path, _ := exec.LookPath(name)
		return path
	}
	found, _ := filepath.Glob(name)
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
