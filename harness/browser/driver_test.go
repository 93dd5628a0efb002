package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each thing that is done to a tab is seen by its page, or told to be impossible.
func TestDriver(t *testing.T) {
	const (
		collect = Unsupported("collect the garbage of a page")
		freeze  = Unsupported("freeze a page")
		network = Unsupported("take a page from the network")
		hide    = Unsupported("hide a page")
		another = Unsupported("open another window")
	)
	tests := []struct {
		browser string
		cannot  []error
	}{
		{"chromium", nil},
		{"firefox", []error{collect, freeze}},
		{"webkit", []error{collect, freeze, network}},
		{"wpe", []error{collect, freeze, network, hide, another}},
	}
	for _, tt := range tests {
		t.Run(tt.browser, func(t *testing.T) {
			drive(t, installed(t, tt.browser), tt.cannot)
		})
	}
}

// drive does everything to a tab but what cannot be done there.
func drive(t *testing.T, found Browser, cannot []error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, `<!doctype html><title>`+r.URL.Path+`</title><script>
			seen = []
			document.onclick = function () { seen.push('click'); if (confirm('Yes?')) seen.push('yes') }
			document.onfreeze = function () { seen.push('freeze') }
			document.onresume = function () { seen.push('resume') }
			document.onvisibilitychange = function () { seen.push(document.visibilityState) }
			weak = new WeakRef({})
		</script>`)
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(t.Context(), limit)
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
	require.Len(t, impossible, len(cannot))
	tab.Close()
	require.EqualError(t, tab.Until("true"), "the tab was closed")
}
