package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	another = Unsupported("open another window")
	collect = Unsupported("collect the garbage of a page")
	dialogs = Unsupported("dismiss dialogs after a click")
	freeze  = Unsupported("freeze a page")
	hide    = Unsupported("hide a page")
	signIn  = Unsupported("decline a sign-in prompt")
	leave   = Unsupported("decline to leave a page")
	offline = Unsupported("take a page offline")
)

// drivable lists the browsers that can be driven and the actions that each of them
// does not support.
var drivable = []struct {
	browser     string
	unsupported []error
}{
	{"chromium", nil},
	{"chromium@92", []error{offline, hide}},
	{"firefox", []error{collect, freeze}},
	{"firefox@115", []error{collect, freeze, offline, hide, dialogs, signIn}},
	{"webkit", []error{collect, freeze, offline, leave}},
	{"wpe", []error{collect, freeze, offline, leave, hide, another}},
}

// TestDrivable checks the table of supported actions in README.md.
func TestDrivable(t *testing.T) {
	actions := []struct {
		name  string
		needs []error // unsupported if any of these is
	}{
		{"`until`, `navigate`, `back`", nil},
		{"`click`", []error{dialogs}},
		{"`click`, declining to leave the page", []error{dialogs, leave}},
		{"`decline`", []error{signIn}},
		{"`tab`", []error{another}},
		{"`hidden`", []error{hide}},
		{"`offline`", []error{offline}},
		{"`frozen`", []error{freeze}},
		{"`gc`", []error{collect}},
	}
	var table strings.Builder
	line := func(cells ...string) { table.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head, rule := []string{"action"}, []string{"---"}
	for _, b := range drivable {
		head, rule = append(head, b.browser), append(rule, ":---:")
	}
	line(head...)
	line(rule...)
	for _, a := range actions {
		row := []string{a.name}
		for _, b := range drivable {
			if slices.ContainsFunc(b.unsupported, func(err error) bool { return slices.Contains(a.needs, err) }) {
				row = append(row, "–")
			} else {
				row = append(row, "✓")
			}
		}
		line(row...)
	}
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), table.String())
}

// TestDriver checks that the page sees the effect of each action, or that the action
// is reported as unsupported.
func TestDriver(t *testing.T) {
	for _, tt := range drivable {
		t.Run(tt.browser, func(t *testing.T) {
			drive(t, installed(t, tt.browser), tt.unsupported)
		})
	}
}

// TestDriverKilled checks that the browsers of a driver program exit with it, even if
// it is killed.
func TestDriverKilled(t *testing.T) {
	for _, name := range []string{"webkit", "wpe"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			window, err := installed(t, name).Open(ctx, "about:blank")
			require.NoError(t, err)
			defer window.Close()
			tab, err := window.(Driver).OpenTab(ctx, "about:blank")
			require.NoError(t, err)
			defer tab.Close()

			p := process(window)
			require.True(t, automated(p))
			p.children[len(p.children)-1].Kill()
			require.Eventually(t, func() bool { return !automated(p) }, limit, 10*time.Millisecond)
		})
	}
}

// automated reports whether a browser is running that the driver program of a process
// has started.
func automated(p *Process) bool {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		argv, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		environ, _ := os.ReadFile(filepath.Join(folder, "environ"))
		if strings.Contains(string(argv), "\x00--automation") && strings.Contains(string(environ), p.Profile()) {
			return true
		}
	}
	return false
}

// drive performs every action on a tab, except for those that are unsupported.
func drive(t *testing.T, found Browser, unsupported []error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/locked" {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		io.WriteString(w, `<!doctype html><title>`+r.URL.Path+`</title><script>
			seen = []
			document.onclick = function () { seen.push('click'); if (confirm('Yes?')) seen.push('yes') }
			document.onfreeze = function () { seen.push('freeze') }
			document.onresume = function () { seen.push('resume') }
			document.onvisibilitychange = function () { seen.push(document.visibilityState) }
			weak = new WeakRef({})
			if (location.pathname === '/beforeunload') {
				onbeforeunload = function (e) { asked = true; e.preventDefault(); return 'stay' }
				document.onclick = function () { location.href = '/left' }
			}
			if (location.pathname === '/locked-request') {
				fetch('/locked')
				ticks = 0
				setInterval(function () { ticks++ }, 50)
			}
		</script>`)
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(t.Context(), 4*limit)
	defer cancel()
	window, err := found.Open(ctx, "about:blank")
	require.NoError(t, err)
	defer window.Close()
	tab, err := window.(Driver).OpenTab(ctx, server.URL+"/first")
	require.NoError(t, err)
	defer tab.Close()

	steps := []struct {
		name string
		do   func() error
		then string // becomes true in the page
	}{
		{"open", func() error { return nil }, `document.title === '/first' && window.weak`},
		{"click, and the dialog is dismissed", tab.Click, `seen.join() === 'click'`},
		{"navigate", func() error { return tab.Navigate(server.URL + "/second") }, `document.title === '/second'`},
		{"back", tab.Back, `document.title === '/first'`},
		{"collect garbage", tab.CollectGarbage, `!weak.deref()`},
		{"another tab", func() error { return tab.OpenAnother(server.URL + "/other") }, `document.title === '/first'`},
		{"go offline", func() error { return tab.SetOffline(true) }, `!navigator.onLine`},
		{"go online", func() error { return tab.SetOffline(false) }, `navigator.onLine`},
		{"hide", func() error { return tab.SetHidden(true) }, `document.hidden`},
		{"show", func() error { return tab.SetHidden(false) }, `!document.hidden`},
		{"freeze", func() error { return tab.SetFrozen(true) }, `seen.indexOf('freeze') > 0`},
		{"resume", func() error { return tab.SetFrozen(false) }, `seen.indexOf('resume') > 0`},
		{"navigate to a page with a beforeunload handler", func() error { return tab.Navigate(server.URL + "/beforeunload") }, `window.onbeforeunload && document.title === '/beforeunload'`},
		{"click, and the beforeunload dialog is dismissed", tab.Click, `document.title === '/beforeunload' && window.asked`},
	}
	refused := map[error]bool{}
	for _, step := range steps {
		err := step.do()
		if slices.Contains(unsupported, err) {
			refused[err] = true
			continue
		}
		require.NoError(t, err, step.name)
		require.NoError(t, tab.Until(step.then), step.name)
	}
	tab.Close()
	require.EqualError(t, tab.Until("true"), "the tab was closed")

	// The page continues to run although a request needs a sign-in.
	tab, err = window.(Driver).OpenTab(ctx, server.URL+"/first")
	require.NoError(t, err)
	defer tab.Close()
	if err := tab.DeclineSignIn(); slices.Contains(unsupported, err) {
		refused[err] = true
	} else {
		require.NoError(t, err)
		require.NoError(t, tab.Navigate(server.URL+"/locked-request"))
		require.NoError(t, tab.Until(`window.ticks > 20`))
	}
	require.Len(t, refused, len(unsupported))
}
