package link

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Program is a Go program that the go command linked twice. All addresses in
// Moved are higher than in Stock; nothing else differs.
type Program struct {
	Stock []byte // the usual module for GOOS=wasip1, which any WASI host can run
	Moved []byte
}

// Build builds the main package in the directory dir with the go command and the
// given build tags.
func Build(dir string, tags ...string) (*Program, error) {
	temp, err := os.MkdirTemp("", "link")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)

	build := func(ldflags string) ([]byte, error) {
		out := filepath.Join(temp, "main.wasm")
		// Write barriers are of use only to a garbage collector.
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

// Link returns the freestanding module of the program, with all functions that it
// exports.
func (p *Program) Link() ([]byte, error) { return Link(p.Stock, p.Moved) }
