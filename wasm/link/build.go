package link

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Program is a Go program as `go build` links it, twice: all addresses in
// Moved are higher than those in Stock, and nothing else differs.
type Program struct {
	Stock []byte // a complete module, for GOOS=wasip1, that any WASI host can run
	Moved []byte
}

// Build builds the package main in the directory dir with the go command, with
// the given build tags.
func Build(dir string, tags ...string) (*Program, error) {
	temp, err := os.MkdirTemp("", "link")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)

	build := func(ldflags string) ([]byte, error) {
		out := filepath.Join(temp, "main.wasm")
		// Without a garbage collector there is no use for its write barriers.
		cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false",
			"-tags="+strings.Join(tags, ","), "-gcflags=./...=-wb=false", "-ldflags="+ldflags, "-o", out, ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "GOWASM=")
		if output, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("link: building %s: %w\n%s", dir, err, bytes.TrimSpace(output))
		}
		return os.ReadFile(out)
	}

	p := new(Program)
	if p.Stock, err = build(""); err != nil {
		return nil, err
	}
	if p.Moved, err = build("-T=0x100000"); err != nil {
		return nil, err
	}
	return p, nil
}

// Link makes the freestanding module of the program.
func (p *Program) Link() ([]byte, error) { return Link(p.Stock, p.Moved) }
