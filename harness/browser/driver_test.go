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
	dialogs = Unsupported("click where dialogs may follow")
	freeze  = Unsupported("freeze a page")
	hide    = Unsupported("hide a page")
	signIn  = Unsupported("decline to sign in")
	leave   = Unsupported("decline to leave a page")
	offline = Unsupported("take a page from the network")
)

// drivable are browsers and what cannot be done to them.
var drivable = []struct {
	browser string
	cannot  []error
}{
	{"chromium", nil},
	{"firefox", []error{collect, freeze}},
	{"firefox@115", []error{collect, freeze, offline, hide, dialogs, signIn}},
	{"webkit", []error{collect, freeze, offline, leave}},
	{"wpe", []error{collect, freeze, offline, leave, hide, another}},
}

// README.md has a table of what can be done to which browser.
func TestDrivable(t *testing.T) {
	actions := []struct {
		name  string
		fails []error // if any of these cannot be done
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
			if slices.ContainsFunc(b.cannot, func(err error) bool { return slices.Contains(a.fails, err) }) {
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

// Each thing that is done to a tab is seen by its page, or told to be impossible.
func TestDriver(t *testing.T) {
	for _, tt := range drivable {
		t.Run(tt.browser, func(t *testing.T) {
			drive(t, installed(t, tt.browser), tt.cannot)
		})
	}
}

// What a driver has started ends with it, even if it is killed.
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

// automated tells whether a browser runs that the driver of a process has started.
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

// drive does everything to a tab but what cannot be done there.
func drive(t *testing.T, found Browser, cannot []error) {
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
			if (location.pathname === '/asks') {
				onbeforeunload = function (e) { asked = true; e.preventDefault(); return 'stay' }
				document.onclick = function () { location.href = '/left' }
			}
			if (location.pathname === '/knocks') {
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
		then string // is true in the page after a while
	}{
		{"a tab is opened", func() error { return nil }, `document.title === '/first'`},
		{"a click, and the dialog is declined", tab.Click, `seen.join() === 'click'`},
		{"another page", func() error { return tab.Navigate(server.URL + "/second") }, `document.title === '/second'`},
		{"back", tab.Back, `document.title === '/first'`},
		{"garbage is collected", tab.CollectGarbage, `!weak.deref()`},
		{"another tab", func() error { return tab.OpenAnother(server.URL + "/other") }, `document.title === '/first'`},
		{"offline", func() error { return tab.SetOffline(true) }, `!navigator.onLine`},
		{"online", func() error { return tab.SetOffline(false) }, `navigator.onLine`},
		{"hidden", func() error { return tab.SetHidden(true) }, `document.hidden`},
		{"shown", func() error { return tab.SetHidden(false) }, `!document.hidden`},
		{"frozen", func() error { return tab.SetFrozen(true) }, `seen.indexOf('freeze') > 0`},
		{"thawed", func() error { return tab.SetFrozen(false) }, `seen.indexOf('resume') > 0`},
		{"a page that asks", func() error { return tab.Navigate(server.URL + "/asks") }, `document.title === '/asks'`},
		{"a click, and leaving is declined", tab.Click, `document.title === '/asks' && window.asked`},
	}
	impossible := map[error]bool{}
	for _, step := range steps {
		err := step.do()
		if slices.Contains(cannot, err) {
			impossible[err] = true
			continue
		}
		require.NoError(t, err, step.name)
		require.NoError(t, tab.Until(step.then), step.name)
	}
	tab.Close()
	require.EqualError(t, tab.Until("true"), "the tab was closed")

	// A page that goes on while it asks for what is locked.
	tab, err = window.(Driver).OpenTab(ctx, server.URL+"/first")
	require.NoError(t, err)
	defer tab.Close()
	if err := tab.DeclineSignIn(); slices.Contains(cannot, err) {
		impossible[err] = true
	} else {
		require.NoError(t, err)
		require.NoError(t, tab.Navigate(server.URL+"/knocks"))
		require.NoError(t, tab.Until(`window.ticks > 20`))
	}
	require.Len(t, impossible, len(cannot))
}
