package runner

import (
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/respond"
)

// maxReport is the largest transcript that a page may post, in bytes.
const maxReport = 64 << 20

//go:embed page/*.js
var scripts embed.FS

//go:embed page/*.html
var documents embed.FS

var templates = template.Must(template.ParseFS(documents, "page/*.html"))

// pages serves the pages of the open windows, and takes what they record.
func (r *run) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session/{id}/{$}", r.ofWindow(r.showSession))
	mux.HandleFunc("GET /session/{id}/next", r.ofWindow(r.giveNext))
	mux.HandleFunc("GET /session/{id}/{script}", r.ofWindow(giveScript))
	mux.HandleFunc("GET /case/{token}/{$}", r.ofAttempt(r.showCase))
	mux.HandleFunc("GET /case/{token}/worker.js", r.ofAttempt(giveWorker))
	mux.HandleFunc("GET /case/{token}/case.js", r.ofAttempt(r.giveCase))
	mux.HandleFunc("GET /case/{token}/{name}/{$}", r.ofAttempt(r.giveDocument))
	mux.HandleFunc("POST /case/{token}/result", r.ofAttempt(r.takeResult))
	return mux
}

// ofWindow finds the window of a request.
func (r *run) ofWindow(serve func(http.ResponseWriter, *http.Request, *window)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		var of *window
		r.do(func(s *schedule) { of = s.find(request.PathValue("id")) })
		if of == nil {
			http.NotFound(w, request)
			return
		}
		of.noteRequest()
		serve(w, request, of)
	}
}

// ofAttempt finds the attempt of a request.
func (r *run) ofAttempt(serve func(http.ResponseWriter, *http.Request, *window, *attempt)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-cache") // no-store would keep a page out of the back/forward cache
		var of *window
		var a *attempt
		r.do(func(s *schedule) { of, a = s.findAttempt(request.PathValue("token")) })
		if a == nil {
			http.NotFound(w, request)
			return
		}
		of.noteRequest()
		serve(w, request, of, a)
	}
}

func (r *run) showSession(w http.ResponseWriter, _ *http.Request, of *window) {
	templates.ExecuteTemplate(w, "session.html", r.slots(of))
}

// slots returns how many slots the page of a window has.
func (r *run) slots(w *window) int {
	if w.again {
		return 1
	}
	return r.Jobs
}

// giveNext answers a slot that asks for a case.
func (r *run) giveNext(w http.ResponseWriter, request *http.Request, of *window) {
	slot, err := strconv.Atoi(request.FormValue("slot"))
	if err != nil || slot < 0 || slot >= r.slots(of) {
		http.Error(w, "no such slot", http.StatusBadRequest)
		return
	}
	<-of.opened
	var a *attempt
	r.do(func(s *schedule) { a = s.next(of, slot, request.UserAgent()) })
	w.Header().Set("Content-Type", "application/json")
	if a == nil {
		io.WriteString(w, `{"done": true}`)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{
		"page":  fmt.Sprintf("%s/case/%s/", a.instance.Env.Origin, a.instance.Env.Token),
		"limit": pageLimit(a.instance.Case).Milliseconds(),
	})
}

// giveScript serves a script of the pages, or one of the implementation. Within a
// session it stays the same, so the browser may cache it.
func giveScript(w http.ResponseWriter, r *http.Request, of *window) {
	w.Header().Set("Cache-Control", "max-age=3600")
	script, err := scripts.ReadFile("page/" + r.PathValue("script"))
	if err != nil {
		of.target.implementation.ServeHTTP(w, r)
		return
	}
	respond.JavaScript(w, script)
}

// showCase serves the page of a case, with a key for its record. A script in the page
// must not get another one by loading the page again.
func (r *run) showCase(w http.ResponseWriter, request *http.Request, of *window, a *attempt) {
	key := ""
	r.do(func(*schedule) { key = a.newKey(request.Header.Get("Sec-Fetch-Dest")) })
	if key == "" {
		http.Error(w, "the page of a case is loaded once", http.StatusForbidden)
		return
	}
	w.Header().Set("Vary", "*") // a cache must not give it to a script; no-store would keep it out of the back/forward cache
	page := "worker.html"
	if of.target.context == catalogue.Window {
		page = "case.html"
	}
	templates.ExecuteTemplate(w, page, map[string]any{
		"Key":      key,
		"Session":  of.id,
		"Context":  of.target.Context,
		"Replaced": of.target.implementation.Script != nil,
	})
}

// giveWorker serves the script of a worker, which does what the page of a window does.
// The case and the implementation are separate scripts, so that errors name them. Everything
// else is in this one script, because each further script costs a request in every worker.
func giveWorker(w http.ResponseWriter, _ *http.Request, of *window, _ *attempt) {
	recorder, _ := scripts.ReadFile("page/recorder.js")
	tested := of.target.implementation
	script := fmt.Appendf(recorder, "\nrecorder.load('case.js')\nrecorder.run('hide.js', function () {\n%s})\n", tested.HideScript())
	if tested.Script != nil {
		script = fmt.Appendf(script, "recorder.load('/session/%s/implementation.js')\n", of.id)
	}
	respond.JavaScript(w, script)
}

// giveCase serves case.js. The page loads it before the implementation, so that no
// other script can give the recorder a task.
func (r *run) giveCase(w http.ResponseWriter, _ *http.Request, of *window, a *attempt) {
	script, err := caseScript(of, a.instance.Case, a.instance.Env)
	if err != nil {
		r.end(a, catalogue.Transcript{Error: err.Error()})
		return
	}
	r.do(func(*schedule) { a.begun = true })
	respond.JavaScript(w, script)
}

// takeResult takes what the recorder posts.
func (r *run) takeResult(w http.ResponseWriter, request *http.Request, of *window, a *attempt) {
	var seen catalogue.Transcript
	body := http.MaxBytesReader(w, request.Body, maxReport)
	known := false
	r.do(func(*schedule) { known = a.keys[request.URL.Query().Get("key")] })
	if !known {
		seen = catalogue.Transcript{Broke: "posted a record itself"}
	} else if err := json.NewDecoder(body).Decode(&seen); err != nil && request.Context().Err() != nil {
		return // the browser has exited, so the attempt has no result
	} else if err != nil {
		seen = catalogue.Transcript{Error: fmt.Sprintf("transcript of the page: %v", err)}
	}
	seen.Error = of.target.implementation.Blame(seen.Error)
	r.end(a, seen)
	w.WriteHeader(http.StatusNoContent)
}

// end ends an attempt with what its page has recorded.
func (r *run) end(a *attempt, seen catalogue.Transcript) {
	r.do(func(s *schedule) { s.end(a.instance.Env.Token, seen) })
}

// newKey returns a key for a page of the attempt, or "" if the page may not have one.
// Only a driver, or a case that says so, loads the page more than once. Browsers say what a response
// is for in Sec-Fetch-Dest; those that do not send it are too old for anything else.
func (a *attempt) newKey(destination string) string {
	switch destination {
	case "", "document", "iframe", "frame":
	default:
		return ""
	}
	if c := a.instance.Case; len(a.keys) > 0 && c.Drive == nil && !c.Client.Reloads {
		return ""
	}
	key := rand.Text()
	a.keys[key] = true
	return key
}
