package browser

import (
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/internal/testprogram"
)

// topWindows returns the number of windows at the root of the display.
//
// https://www.x.org/releases/X11R7.7/doc/xproto/x11protocol.html (QueryTree)
func topWindows(t *testing.T) int {
	t.Helper()
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(os.Getenv("DISPLAY"), ":"))
	require.NoError(t, err)
	defer conn.Close()
	little := binary.LittleEndian
	_, err = conn.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}) // version 11, no authorization
	require.NoError(t, err)
	head := make([]byte, 8)
	_, err = io.ReadFull(conn, head)
	require.NoError(t, err)
	require.EqualValues(t, 1, head[0], "the X server accepts the connection")
	setup := make([]byte, 4*int(little.Uint16(head[6:])))
	_, err = io.ReadFull(conn, setup)
	require.NoError(t, err)
	vendor, formats := int(little.Uint16(setup[16:])), int(setup[21])
	root := setup[32+(vendor+3)/4*4+8*formats:][:4]

	_, err = conn.Write([]byte{15, 0, 2, 0, root[0], root[1], root[2], root[3]})
	require.NoError(t, err)
	reply := make([]byte, 32)
	_, err = io.ReadFull(conn, reply)
	require.NoError(t, err)
	require.EqualValues(t, 1, reply[0])
	return int(little.Uint16(reply[16:]))
}

// Visible browsers show the page in a window, and can be driven all the same.
func TestVisible(t *testing.T) {
	loaded := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!doctype html><title>page</title>")
		loaded <- r.URL.Path
	}))
	defer server.Close()
	for _, name := range []string{"chromium", "firefox", "webkit"} {
		t.Run(name, func(t *testing.T) {
			found := installed(t, name)
			testprogram.Display(t)
			visible, err := found.Visible()
			require.NoError(t, err)
			require.Zero(t, topWindows(t))
			opened, err := visible.Open(t.Context(), server.URL+"/page")
			require.NoError(t, err)
			defer opened.Close()
			require.Equal(t, "/page", next(t, loaded))
			require.Eventually(t, func() bool { return topWindows(t) > 0 }, limit, 50*time.Millisecond)

			tab, err := opened.(Driver).OpenTab(t.Context(), server.URL+"/tab")
			require.NoError(t, err)
			defer tab.Close()
			require.Equal(t, "/tab", next(t, loaded))
			require.NoError(t, tab.Until("document.title === 'page'"))
		})
	}
}

// next returns the next page that was requested, other than an icon.
func next(t *testing.T, loaded chan string) string {
	t.Helper()
	for {
		select {
		case path := <-loaded:
			if path != "/favicon.ico" {
				return path
			}
		case <-time.After(limit):
			t.Fatal("no page was requested")
		}
	}
}

func TestNotVisible(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("CHROME", executable(t, folder, "chromium", ""))
	t.Setenv("PHANTOMJS_1", executable(t, folder, "phantomjs", ""))
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	for name, want := range map[string]string{
		"chromium":    "no display for chromium: run this in a graphical session, or set DISPLAY",
		"phantomjs@1": "phantomjs@1 shows no windows: use chromium, firefox or webkit",
	} {
		found, err := Find(name)
		require.NoError(t, err)
		_, err = found.Visible()
		require.EqualError(t, err, want)
	}
}

// Arguments of a user come after those of the launcher's table, and before the URL.
func TestArguments(t *testing.T) {
	folder := t.TempDir()
	executable(t, folder, "dpkg-query", "printf 1.0") // Qt WebEngine has no other version
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	for name, variable := range map[string]string{"chromium": "CHROME", "firefox": "FIREFOX", "phantomjs@2": "PHANTOMJS_2", "qtwebengine": "QTWEBENGINE"} {
		t.Run(name, func(t *testing.T) {
			written := filepath.Join(folder, name+".txt")
			program := executable(t, folder, name, "[ \"$1\" = --version ] && echo 1.0 && exit\n"+
				`echo "$*" "$QTWEBENGINE_CHROMIUM_FLAGS" >'`+written+".part' && mv '"+written+".part' '"+written+"'\nexec sleep 60")
			l, err := launcherNamed(name)
			require.NoError(t, err)
			require.Equal(t, variable, l.Variable)
			found := (&Program{launcher: l, path: program, version: "Test 1"}).With("--first", "--second=2")
			p, err := found.Start(t.Context(), "http://page/")
			require.NoError(t, err)
			defer p.Close()
			var got []byte
			require.Eventually(t, func() bool {
				got, err = os.ReadFile(written)
				return err == nil
			}, limit, 10*time.Millisecond)
			require.Contains(t, string(got), "--first --second=2")
			if name != "qtwebengine" { // there, they are in the variable
				require.Less(t, strings.Index(string(got), "--second=2"), strings.Index(string(got), "http://page/"))
			}
		})
	}
}
