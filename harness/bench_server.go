package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"eventsource-wasm/harness/bench"
)

const (
	crowdStreams = 1000
	crowdTime    = 30 * time.Second
)

// measureServer measures `harness serve` in a process of its own, with the quotes
// of the demo: ten events a second, over many streams at once.
func measureServer(ctx context.Context, quick bool, stderr io.Writer) (*bench.Document, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := exec.CommandContext(ctx, program, "serve", "--addr", "127.0.0.1:0")
	server.Stderr = stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer server.Wait() // has been stopped
	defer stop()

	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("harness serve does not tell where it is: %w", err)
	}
	origin, _, _ := strings.Cut(line, "/ ")
	crowd := bench.Crowd{URL: origin + "/demo/quotes/events", PID: server.Process.Pid, Streams: crowdStreams, Duration: crowdTime}
	if quick {
		crowd.Duration = crowdTime / 10
	}
	fmt.Fprintf(stderr, "streams server  %d streams of %s for %s\n", crowd.Streams, crowd.URL, crowd.Duration)
	return crowd.Measure(ctx)
}
