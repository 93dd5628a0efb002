package link

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A Program is a Go program that the go command linked twice. All addresses in
// Moved are higher than in Stock; nothing else differs.
type Program struct {
	Stock []byte // the usual module for GOOS=wasip1, which any WASI host can run
	Moved []byte

	// Listing is the output of the compiler's flag -S for all packages but those
	// of the standard library. It names the variables.
	Listing []byte
}

// Build builds the main package in the directory dir with the go command and the
// given build tags.
//
// It uses the version of Go that go.mod requires, so that the same source gives the
// same bytes whichever version is installed. If the environment variable GOTOOLCHAIN
// is set, it uses that version.
func Build(dir string, tags ...string) (*Program, error) {
	temp, err := os.MkdirTemp("", "link")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)

	out := filepath.Join(temp, "main.wasm")
	tagged := "-tags=" + strings.Join(tags, ",")
	packages, err := listPackages(dir, tagged)
	if err != nil {
		return nil, err
	}
	toolchain := os.Getenv("GOTOOLCHAIN")
	if toolchain == "" || toolchain == "auto" {
		line, _, err := run(dir, "", "list", "-f", "{{with .Module}}{{.GoVersion}}{{end}}", ".")
		if err != nil {
			return nil, err
		}
		if toolchain, err = toolchainFor(strings.TrimSpace(string(line))); err != nil {
			return nil, err
		}
	}
	flags := []string{"build", tagged, "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-o", out}
	for _, path := range packages {
		// Write barriers are of use only to a garbage collector.
		flags = append(flags, "-gcflags="+path+"=-S -wb=false")
	}
	build := func(ldflags string) (module, listing []byte, err error) {
		if _, listing, err = run(dir, toolchain, append(flags, "-ldflags="+ldflags, ".")...); err != nil {
			return nil, nil, err
		}
		module, err = os.ReadFile(out)
		return module, listing, err
	}

	p := new(Program)
	if p.Stock, p.Listing, err = build(""); err != nil {
		return nil, err
	}
	if p.Moved, _, err = build("-T=0x100000"); err != nil {
		return nil, err
	}
	return p, nil
}

// listPackages returns the packages of the program that are not in the standard
// library. It refuses assembly in them: the listing does not contain it, so nothing
// shows which variables it sets.
func listPackages(dir, tagged string) (paths []string, err error) {
	const format = "{{if not .Standard}}{{.ImportPath}}{{range .SFiles}} {{.}}{{end}}{{end}}"
	list, _, err := run(dir, "", "list", tagged, "-deps", "-f", format, ".")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		names := strings.Fields(line)
		if len(names) > 1 {
			return nil, fmt.Errorf("link: package %s has assembly (%s), which the linker cannot follow (write it in Go)", names[0], strings.Join(names[1:], ", "))
		}
		paths = append(paths, names...)
	}
	return paths, nil
}

// listed matches the lines of a listing, which the go command prints even if
// another package does not compile.
var listed = regexp.MustCompile(`(?m)^(\t.*|.* size=\d+.*)\n`)

// run runs the go command in dir, for WebAssembly, and returns its output. It uses
// the given toolchain, or the default one if that is empty.
func run(dir, toolchain string, args ...string) (output, messages []byte, err error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "GOWASM=")
	if toolchain != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+toolchain)
	}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("link: building %s: %w\n%s", dir, err, bytes.TrimSpace(listed.ReplaceAll(stderr.Bytes(), nil)))
	}
	return stdout.Bytes(), stderr.Bytes(), nil
}
