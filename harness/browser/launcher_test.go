package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLaunchers checks what must hold for every launcher.
func TestLaunchers(t *testing.T) {
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	placeholder := regexp.MustCompile(`{(program|installed|url|profile|port|key|hosts|arguments)}`)
	names, variables := map[string]bool{}, map[string]bool{}
	for _, l := range Launchers() {
		t.Run(l.Name, func(t *testing.T) {
			require.Regexp(t, `^[a-z]+(@\d+)?$`, l.Name)
			require.False(t, names[l.Name], "the name is not unique")
			names[l.Name] = true
			require.Regexp(t, `^[A-Z_0-9]+$`, l.Variable)
			require.False(t, variables[l.Variable], "the variable is not unique")
			variables[l.Variable] = true

			require.NotEmpty(t, l.Title)
			require.Contains(t, []string{blink, gecko, webKit}, l.Engine)
			require.NotEmpty(t, l.Version)
			require.Contains(t, l.Args, "{url}")
			for _, text := range append(l.Args, l.Env...) {
				require.NotContains(t, placeholder.ReplaceAllString(text, ""), "{", "unknown placeholder in %s", text)
			}
			if l.Trust != nil {
				require.Contains(t, l.Trust.Host, "{host}")
				for _, text := range l.Trust.Args {
					require.NotContains(t, placeholder.ReplaceAllString(text, ""), "{", "unknown placeholder in %s", text)
				}
			}
			for _, variable := range l.Env {
				require.Contains(t, variable, "=")
			}
			if l.Drive != nil {
				require.Contains(t, drivers, l.Drive.By)
			}

			s := l.Source
			require.NotEmpty(t, s.Apt)
			require.Equal(t, s.Npm != nil || s.Debs != nil, s.Program != "", "Program is set if and only if there is an archive")
			require.True(t, s.Program != "" || l.Programs != nil, "no place to search for the program")
			if s.Npm != nil {
				require.Regexp(t, `.@\d+\.\d+\.\d+$`, s.Npm.Package, "the version is not pinned")
				require.Regexp(t, hash, s.Npm.SHA256)
			}
			for _, d := range s.Debs {
				require.Contains(t, d.Package, "=", "the version is not pinned")
				require.Regexp(t, hash, d.SHA256)
			}
		})
	}
	require.GreaterOrEqual(t, len(names), 13)
}

// TestReadmeBrowsers checks the table of browsers in README.md: their names and what
// drives them.
func TestReadmeBrowsers(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(readme), "| name | engine | year | driven with |\n| --- | --- | --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var listed, want [][2]string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		first, _, _ := strings.Cut(strings.Trim(cells[0], "`"), "@")
		for name := range strings.SplitSeq(cells[0], ", ") {
			name = strings.Trim(name, "`")
			if strings.HasPrefix(name, "@") {
				name = first + name // chromium@64, @67
			}
			listed = append(listed, [2]string{name, cells[3]})
		}
	}
	protocols := map[string]string{"devtools": "DevTools", "bidi": "WebDriver BiDi", "webdriver": "WebDriver"}
	for _, l := range Launchers() {
		drivenWith := "nothing"
		if l.Drive != nil {
			drivenWith = protocols[l.Drive.By]
		}
		want = append(want, [2]string{l.Name, drivenWith})
	}
	require.ElementsMatch(t, want, listed)
}

// TestTrust checks how the key and the hosts are passed to each kind of browser.
func TestTrust(t *testing.T) {
	tests := []struct {
		browser string
		want    []string // in the arguments and files of Trust
	}{
		{"chromium", []string{
			"--ignore-certificate-errors-spki-list=KEY",
			"--host-resolver-rules=MAP a.test 127.0.0.1,MAP b.test 127.0.0.1",
		}},
		{"firefox", []string{"user_pref(\"network.dns.localDomains\", \"a.test,b.test\");\n"}},
		{"firefox@115", nil},
	}
	for _, tt := range tests {
		t.Run(tt.browser, func(t *testing.T) {
			l, err := launcherNamed(tt.browser)
			require.NoError(t, err)
			program := &Program{launcher: l}
			require.Equal(t, tt.want != nil, program.Trust("KEY", []string{"a.test", "b.test"}))
			if tt.want == nil {
				return
			}
			texts := l.Trust.Args
			for _, f := range l.Trust.Files {
				texts = append(texts, f.Content)
			}
			require.Equal(t, tt.want, program.fill(texts, profile{}))
		})
	}
}

func TestFind(t *testing.T) {
	folder := t.TempDir()
	program := executable(t, folder, "chromium", "")
	installed := executable(t, filepath.Join(folder, "phantomjs@2"), "phantomjs", "")
	tests := []struct {
		name, browser, variable, path string
		want                          string // the path of the program, or the error
	}{
		{"named by the variable", "chromium", "CHROME=" + program, "", program},
		{"in PATH", "chromium", "CHROME=", folder, program},
		{"the variable names no file", "chromium", "CHROME=/nowhere/chrome", folder, "no Chromium at CHROME=/nowhere/chrome: name an executable file"},
		{"not found", "chromium", "CHROME=", "/nowhere", "no Chromium found: run go run ./harness browsers install chromium, or set CHROME"},
		{"installed", "phantomjs@2", "PHANTOMJS_2=", "", installed},
		{"not installed", "phantomjs@1", "PHANTOMJS_1=", folder, "no PhantomJS found: run go run ./harness browsers install phantomjs@1, or set PHANTOMJS_1"},
		{"a program that it needs is missing", "webkit", "WEBKIT=" + program, "", "WebKitGTK needs Xvfb, which was not found: run go run ./harness browsers install webkit"},
		{"misspelled browser", "chromium64", "CHROME=", "", `unknown browser "chromium64": did you mean chromium@64?`},
		{"unknown browser", "ie", "CHROME=", "", `unknown browser "ie": want one of ` + strings.Join(names(), ", ")},
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

// names returns the names of all known browsers.
func names() (list []string) {
	for _, l := range Launchers() {
		list = append(list, l.Name)
	}
	return list
}

// executable writes an executable shell script and returns its path.
func executable(t *testing.T, folder, name, script string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	return path
}

// Chrome and Edge are found where they are installed on Windows, and their version is
// the name of a folder. This runs on Linux, and nothing has run on Windows.
func TestWindows(t *testing.T) {
	folder := t.TempDir()
	program := executable(t, folder, "chrome.exe", "")
	require.Empty(t, versionFolder(program))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "156.0.8078.79"), 0o755))
	require.Equal(t, "156.0.8078.79", versionFolder(program))
	require.Empty(t, versionFolder("/usr/bin/chromium"))

	t.Setenv("PROGRAMFILES(X86)", folder)
	require.Equal(t, program, findFile("${PROGRAMFILES(X86)}/chrome.exe"))
	require.Empty(t, findFile("${PROGRAMFILES}/chrome.exe"))
}
