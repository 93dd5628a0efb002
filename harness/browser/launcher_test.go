package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What all launchers have in common.
func TestLaunchers(t *testing.T) {
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	placeholder := regexp.MustCompile(`{(program|installed|url|profile|port|key)}`)
	names, variables := map[string]bool{}, map[string]bool{}
	for _, l := range Launchers() {
		t.Run(l.Name, func(t *testing.T) {
			require.Regexp(t, `^[a-z]+(@\d+)?$`, l.Name)
			require.False(t, names[l.Name], "a name of its own")
			names[l.Name] = true
			require.Regexp(t, `^[A-Z_0-9]+$`, l.Variable)
			require.False(t, variables[l.Variable], "a variable of its own")
			variables[l.Variable] = true

			require.NotEmpty(t, l.Title)
			require.Contains(t, []string{blink, gecko, webKit}, l.Engine)
			require.NotEmpty(t, l.Version)
			require.Contains(t, l.Args, "{url}")
			for _, text := range append(l.Args, l.Env...) {
				require.NotContains(t, placeholder.ReplaceAllString(text, ""), "{", "unknown names in %s", text)
			}
			for _, variable := range l.Env {
				require.Contains(t, variable, "=")
			}
			if l.Drive != nil {
				require.Contains(t, drivers, l.Drive.By)
			}

			s := l.Source
			require.NotEmpty(t, s.Apt)
			require.Equal(t, s.Npm != nil || s.Debs != nil, s.Program != "", "an archive has a program")
			require.True(t, s.Program != "" || l.Programs != nil, "there is somewhere to look")
			if s.Npm != nil {
				require.Regexp(t, `.@\d+\.\d+\.\d+$`, s.Npm.Package, "pinned")
				require.Regexp(t, hash, s.Npm.SHA256)
			}
			for _, d := range s.Debs {
				require.Contains(t, d.Package, "=", "pinned")
				require.Regexp(t, hash, d.SHA256)
			}
		})
	}
	require.GreaterOrEqual(t, len(names), 13)
}

func TestFind(t *testing.T) {
	folder := t.TempDir()
	program := executable(t, folder, "chromium", "")
	installed := executable(t, filepath.Join(folder, "phantomjs@2"), "phantomjs", "")
	tests := []struct {
		name, browser, variable, path string
		want                          string // the program, or the error
	}{
		{"the variable names it", "chromium", "CHROME=" + program, "", program},
		{"the path has it", "chromium", "CHROME=", folder, program},
		{"the variable is wrong", "chromium", "CHROME=/nowhere/chrome", folder, "no Chromium at CHROME=/nowhere/chrome: name an executable file"},
		{"there is none", "chromium", "CHROME=", "/nowhere", "no Chromium found: run go run ./harness browsers install chromium, or set CHROME"},
		{"it was installed", "phantomjs@2", "PHANTOMJS_2=", "", installed},
		{"it was not installed", "phantomjs@1", "PHANTOMJS_1=", folder, "no PhantomJS found: run go run ./harness browsers install phantomjs@1, or set PHANTOMJS_1"},
		{"something else is missing", "webkit", "WEBKIT=" + program, "", "WebKitGTK needs Xvfb, which is not here: run go run ./harness browsers install webkit"},
		{"another browser", "ie", "CHROME=", "", `unknown browser "ie": expected ` + strings.Join(names(), ", ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name, value, _ := strings.Cut(tt.variable, "=")
			t.Setenv(name, value)
			t.Setenv("PATH", tt.path)
			t.Setenv("EVENTSOURCE_BROWSERS", folder)
			found, err := Find(tt.browser)
			if err != nil {
				require.EqualError(t, err, tt.want)
				return
			}
			require.Equal(t, tt.browser, found.Name())
			require.Equal(t, tt.want, found.Path())
		})
	}
}

func names() (list []string) {
	for _, l := range Launchers() {
		list = append(list, l.Name)
	}
	return list
}

// executable makes a shell script that can be executed.
func executable(t *testing.T, folder, name, script string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	return path
}
