package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What bash completes with the script. A harness that lists two cases stands in.
func TestCompletionInBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash found")
	}
	folder := t.TempDir()
	script := filepath.Join(folder, "completion.bash")
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitExpected, dispatch(t.Context(), []string{"completion", "bash"}, &stdout, &stderr))
	require.NoError(t, os.WriteFile(script, stdout.Bytes(), 0o644))
	harness := filepath.Join(folder, "harness")
	require.NoError(t, os.WriteFile(harness, []byte("#!/bin/sh\necho 'parse/lf  must  all'\necho 'retry/zero  must  all'\n"), 0o755))
	tests := []struct{ line, want string }{
		{"ru", "run"},
		{"re", "report results"},
		{"run --cl", "--client"},
		{"list --sc", "--schema"},
		{"run pa", "parse/lf"},
		{"run --jobs 3 re", "retry/zero"},
		{"check ht", ""},
		{"completion z", "zsh"},
		{"help che", "check"},
	}
	for _, tt := range tests {
		words := "'" + harness + "' " + tt.line
		code := fmt.Sprintf(". '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _harness; echo \"${COMPREPLY[*]}\"", script, words)
		out, err := exec.Command(bash, "--norc", "-c", code).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Equal(t, tt.want, strings.TrimSpace(string(out)), tt.line)
	}
}

// The scripts for zsh and fish name each verb. They have not been run in these shells.
func TestCompletionInOtherShells(t *testing.T) {
	for _, shell := range []string{"zsh", "fish"} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitExpected, dispatch(t.Context(), []string{"completion", shell}, &stdout, &stderr))
		text := stdout.String()
		for _, verb := range verbNames() {
			require.Contains(t, text, verb)
		}
		require.Contains(t, text, "max-failures")
	}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitCannotRun, dispatch(t.Context(), []string{"completion", "fisch"}, &stdout, &stderr))
	require.Contains(t, stderr.String(), `unknown shell "fisch": did you mean fish?`)
}
