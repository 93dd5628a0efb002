package polyfill_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCollected checks that the script keeps no page in memory whose sources are
// closed, whether by close(), during a burst, or because the page is gone.
func TestCollected(t *testing.T) {
	t.Parallel()
	files := site{
		"index.html": `<script>
			var documents = {}
			var frame

			// Shows a page in a frame until it has received its messages.
			function show(name) {
				frame = document.createElement('iframe')
				frame.src = 'inner.html?' + name
				document.documentElement.appendChild(frame)
			}
			function received(name, inner) {
				documents[name] = new WeakRef(inner)
				setTimeout(function () {
					frame.remove()
					frame = null
				}, 200) // when all turns are over
			}
			function left() {
				return Object.keys(documents).filter(function (name) { return documents[name].deref() }).join()
			}
		</script>`,
		"inner.html": `<script src="eventsource.js"></script><script>
			var name = location.search.slice(1)
			var last = name == 'burst' ? '1000' : '3'
			var source = new EventSource(name == 'burst' ? '/burst?3000' : '/burst?3')
			source.onmessage = function (event) {
				if (event.data != last) return
				if (name != 'open') source.close()
				if (name == 'kept') parent.kept = document // the test must notice such a page
				parent.received(name, document)
			}
		</script>`,
	}
	copied(t, newProject(t), files)
	s := serve(t, files, "")
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tab, err := openBrowser(t).OpenTab(ctx, s.URL)
	require.NoError(t, err)
	defer tab.Close()

	for _, name := range []string{"closed", "burst", "open", "kept", "last"} {
		require.NoError(t, tab.Until("self.show && (show('"+name+"'), true)"))
		require.NoError(t, tab.Until("documents."+name+" && !frame"))
	}
	for range 5 {
		require.NoError(t, tab.CollectGarbage())
	}
	require.NoError(t, tab.Until("console.log(left()) || true"))
	require.Equal(t, "kept", <-s.log)
}

// TestPortsClose checks that a worker whose sources are closed has no open port: it would
// keep the worker alive.
func TestPortsClose(t *testing.T) {
	files := site{
		"index.html": `<script>
			new Worker('worker.js').onmessage = function (event) { console.log(event.data) }
		</script>`,
		"worker.js": `
			var open = 0
			var Native = MessageChannel
			MessageChannel = function () {
				var channel = new Native()
				open++
				channel.port1.close = function () {
					open--
					MessagePort.prototype.close.call(this)
				}
				return channel
			}
			importScripts('eventsource.js')
			var counts = ''
			function listen() {
				var source = new EventSource('/burst?20')
				source.onmessage = function (event) {
					if (event.data != 20) return
					counts += open
					source.close()
					if (counts.length == 2) setTimeout(function () { postMessage(counts + open) }, 100)
				}
			}
			listen()
			listen()`,
	}
	copied(t, newProject(t), files)
	require.Equal(t, "110", serve(t, files, "").logged(t, openBrowser(t)), "ports that are open at the end of the first source, of the second, and later")
}
