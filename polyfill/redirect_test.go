package polyfill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// redirectPage sends requests with headers that are redirected to another origin, and
// passes what the other origin received to the page around it.
const redirectPage = `<script src="NAME-hide.js"></script><script src="eventsource-plus.js"></script><script>
	var results = {}, left = 4
	function run(method, status) {
		var init = { headers: { Authorization: 'secret', 'X-Token': 'secret' }, redirect: 'follow', reconnect: false }
		if (method == 'POST') init.body = 'q'
		var source = new EventSourcePlus('/redirect?' + status, init)
		function done(result) {
			source.close()
			results[method + ' ' + status] = result
			if (!--left) parent.add('NAME', results)
		}
		source.onmessage = function (event) { done(event.data) }
		source.onerror = function (event) { done(event.reason) }
	}
	run('GET', 302), run('GET', 307), run('POST', 302), run('POST', 307)
</script>`

// TestRedirectedHeaders checks what README.md says about headers and bodies that follow a
// redirect to another origin.
func TestRedirectedHeaders(t *testing.T) {
	t.Parallel()
	const refused = "network"
	// What the other origin receives, by the method and the status of the redirect.
	headers := func(headers string) map[string]string {
		get, post := "GET, "+headers, "POST q, "+headers
		return map[string]string{"GET 302": get, "GET 307": get, "POST 302": get, "POST 307": post}
	}
	without := headers("no Authorization, X-Token: secret")
	with := headers("Authorization: secret, X-Token: secret")
	want := map[string]map[string]string{
		"chromium": without, "firefox": without, "wpe": without, "webkit": without, "firefox@115": without,
		"chromium@75": with, "chromium@64": with, "qtwebkit": with,
		"phantomjs@2": {"GET 302": refused, "GET 307": refused, "POST 302": refused, "POST 307": refused},
	}
	files := site{"index.html": `<script>
		var results = {}, left = 2
		function add(name, result) {
			results[name] = result
			if (!--left) console.log(JSON.stringify(results))
		}
	</script><iframe src="fetch.html"></iframe><iframe src="XMLHttpRequest.html"></iframe>`}
	for _, name := range []string{"fetch", "XMLHttpRequest"} {
		files[name+".html"] = strings.ReplaceAll(redirectPage, "NAME", name)
		files[name+"-hide.js"] = hiding(t, transports[name])
	}
	copied(t, newProject(t), files)
	for _, name := range engines("chromium", "firefox", "wpe", "webkit", "firefox@115", "chromium@75", "chromium@64", "qtwebkit", "phantomjs@2") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := httptest.NewServer(http.HandlerFunc(received))
			defer other.Close()
			s := serve(t, files, "")
			s.handle("/redirect", func(w http.ResponseWriter, r *http.Request) {
				var status int
				fmt.Sscan(r.URL.RawQuery, &status)
				http.Redirect(w, r, other.URL, status)
			})
			var got map[string]map[string]string
			text := s.loggedIn(t, name)
			require.NoError(t, json.Unmarshal([]byte(text), &got), text)
			require.Equal(t, map[string]map[string]string{"fetch": want[name], "XMLHttpRequest": want[name]}, got)
		})
	}
}

// received sends an event to any origin, whose data is what it received.
func received(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, X-Token, Content-Type, Cache-Control, Pragma")
	if r.Method == http.MethodOptions {
		return
	}
	body, _ := io.ReadAll(r.Body)
	parts := []string{strings.TrimSpace(r.Method + " " + string(body))}
	for _, name := range []string{"Authorization", "X-Token"} {
		if value := r.Header.Get(name); value != "" {
			parts = append(parts, name+": "+value)
		} else {
			parts = append(parts, "no "+name)
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "data: %s\n\n", strings.Join(parts, ", "))
}
