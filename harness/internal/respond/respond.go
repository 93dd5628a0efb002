// Package respond writes HTTP responses of kinds that several servers send.
package respond

import "net/http"

// JavaScript responds with a script.
func JavaScript(w http.ResponseWriter, script []byte) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Write(script)
}
