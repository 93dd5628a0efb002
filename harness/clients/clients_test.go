package clients

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance"
	"eventsource-wasm/harness/conformance/catalogue"
)

func TestMain(m *testing.M) {
	// Most of the time, each test waits for a server, so more run at once than there are CPUs.
	_ = flag.Set("test.parallel", "3")
	os.Exit(m.Run())
}

// The adapters judge what they are for: each client is known to fail a few cases.
func TestAdapters(t *testing.T) {
	t.Parallel()
	tools, err := filepath.Abs("../../build/clients")
	require.NoError(t, err)
	adapters, err := filepath.Abs(".")
	require.NoError(t, err)
	inTools := "cd " + tools + " && exec " // where the packages are installed
	tests := []struct {
		name, program, npm, command string
		cases                       []string
		atLeast                     int // cases that pass
		fails                       []string
	}{
		{"Python", "python3", "", "python3 " + adapters + "/client.py", []string{"parse/", "field/", "retry/", "last-event-id/"}, 80, nil},
		{"eventsource", "node", "eventsource", inTools + "node " + adapters + "/node.mjs eventsource", []string{"parse/", "decode/"}, 40, []string{"decode/bom-double"}},
		{"eventsource-parser", "node", "eventsource-parser", inTools + "node " + adapters + "/parser.mjs eventsource-parser/stream", []string{"parse/", "field/", "dispatch/"}, 60, nil},
		{"eventsource-wasm/parser", "node", "eventsource-wasm", inTools + "node " + adapters + "/parser.mjs eventsource-wasm/parser", []string{"parse/", "field/", "dispatch/"}, 60, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { // one at a time: some cases are about milliseconds
			if _, err := exec.LookPath(tt.program); err != nil {
				missing(t, "no "+tt.program+" found")
			}
			if _, err := os.Stat(filepath.Join(tools, "node_modules", tt.npm)); err != nil && tt.npm != "" {
				missing(t, tt.npm+" is not installed: run sh scripts/install-clients.sh")
			}
			cases, err := conformance.Cases(tt.cases...)
			require.NoError(t, err)
			report, err := conformance.RunClient(t.Context(), conformance.ClientPlan{Command: tt.command, Cases: cases, Retries: 1})
			require.NoError(t, err)
			passed := 0
			var failed []string
			for _, r := range report.Results {
				switch r.Verdict {
				case catalogue.Pass:
					passed++
				case catalogue.Fail, catalogue.Timeout, catalogue.Error:
					failed = append(failed, r.Case)
					t.Logf("%s %s: want %s, got %s", r.Verdict, r.Case, r.Want, r.Got)
				}
			}
			t.Logf("%s: %d passed", report.Targets[0].BrowserVersion, passed)
			require.Equal(t, tt.fails, failed)
			require.GreaterOrEqual(t, passed, tt.atLeast)
		})
	}
}

// The example of README.md runs in another module, and judges an imperfect client.
func TestExample(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	example := regexp.MustCompile("(?s)<!-- client_test.go -->\n```go\n(.*?)```").FindSubmatch(text)
	require.NotNil(t, example)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "client_test.go"), example[1], 0o644))
	module := fmt.Sprintf("module client.example\n\ngo 1.26\n\nrequire eventsource-wasm v0.0.0\nreplace eventsource-wasm => %s\n", root)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte(module), 0o644))
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644))
	run := func(pattern string) (string, error) {
		command := exec.CommandContext(t.Context(), "go", "test", "-mod=mod", "-v", "-run", pattern, ".")
		command.Dir = folder
		output, err := command.CombinedOutput()
		return string(output), err
	}
	output, err := run("TestConformance/^parse$/^lf$")
	require.NoError(t, err, output)
	require.Contains(t, output, "known failure: reads one line (want ")
	output, err = run("TestConformance/^field$/^data-join$")
	require.Error(t, err, output)
	require.Contains(t, output, "--- FAIL: TestConformance/field/data-join")
}

// A Go package of a third party is judged in a module of its own.
func TestThirdParty(t *testing.T) {
	t.Parallel()
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir = "go"
	if output, err := download.CombinedOutput(); err != nil {
		missing(t, "modules of third parties cannot be downloaded: "+string(output))
	}
	command := exec.CommandContext(t.Context(), "go", "test", "./...")
	command.Dir = "go"
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// missing skips the test because something is not installed. In CI it fails the test.
func missing(t *testing.T, what string) {
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
