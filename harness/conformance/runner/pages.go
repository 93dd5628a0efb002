package runner

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/respond"
)

// maxReport is the largest record that a page may post, in bytes.
const maxReport = 64 << 20

//go:embed page/*.js
var scripts embed.FS

//go:embed page/*.html
var documents embed.FS

var templates = template.Must(template.ParseFS(documents, "page/*.html"))

// pages serves the pages of the current session, and takes what they record.
func (r *run) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session/{id}/{$}", r.ofSession(showSession))
	mux.HandleFunc("GET /session/{id}/next", r.ofSession(giveNext))
	mux.HandleFunc("GET /session/{id}/{script}", r.ofSession(giveScript))
	mux.HandleFunc("GET /case/{token}/{$}", r.ofTurn(showCase))
	mux.HandleFunc("GET /case/{token}/worker.js", r.ofTurn(giveWorker))
	mux.HandleFunc("GET /case/{token}/case.js", r.ofTurn(giveCase))
	mux.HandleFunc("GET /case/{token}/{name}/{$}", r.ofTurn(giveDocument))
	mux.HandleFunc("POST /case/{token}/result", r.ofTurn(takeResult))
	return mux
}

// ofSession finds the session of a request.
func (r *run) ofSession(serve func(http.ResponseWriter, *http.Request, *session)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		id := request.PathValue("id")
		s := r.find(func(s *session) bool { return s.id == id })
		if s == nil {
			http.NotFound(w, request)
			return
		}
		serve(w, request, s)
	}
}

// ofTurn finds the turn of a request.
func (r *run) ofTurn(serve func(http.ResponseWriter, *http.Request, *session, *turn)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-cache") // no-store would keep a page out of the back/forward cache
		var t *turn
		s := r.find(func(s *session) bool {
			t = s.turn(request.PathValue("token"))
			return t != nil
		})
		if s == nil {
			http.NotFound(w, request)
			return
		}
		serve(w, request, s, t)
	}
}

func showSession(w http.ResponseWriter, _ *http.Request, s *session) {
	templates.ExecuteTemplate(w, "session.html", s.run.Jobs)
}

// giveNext answers a slot that asks what to play.
func giveNext(w http.ResponseWriter, r *http.Request, s *session) {
	slot, err := strconv.Atoi(r.FormValue("slot"))
	if err != nil || slot < 0 || slot >= s.run.Jobs {
		http.Error(w, "no such slot", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	t := s.next(slot, r.UserAgent())
	if t == nil {
		io.WriteString(w, `{"done": true}`)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{
		"page":  fmt.Sprintf("%s/case/%s/", t.instance.Env.Origin, t.instance.Env.Token),
		"limit": pageLimit(t.instance.Case).Milliseconds(),
	})
}

// giveScript serves a script of the pages, or one of the implementation. Within a
// session it stays the same, so the browser may cache it.
func giveScript(w http.ResponseWriter, r *http.Request, s *session) {
	w.Header().Set("Cache-Control", "max-age=3600")
	script, err := scripts.ReadFile("page/" + r.PathValue("script"))
	if err != nil {
		s.target.implementation.ServeHTTP(w, r)
		return
	}
	respond.JavaScript(w, script)
}

func showCase(w http.ResponseWriter, _ *http.Request, s *session, t *turn) {
	page := "worker.html"
	if s.target.context == catalogue.Window {
		page = "case.html"
	}
	templates.ExecuteTemplate(w, page, map[string]any{
		"ID":       t.instance.Case.ID,
		"Session":  s.id,
		"Context":  s.target.Context,
		"Replaced": s.target.implementation.Script != nil,
	})
}

// giveWorker gives the script of a worker, which loads what the page of a window
// does.
func giveWorker(w http.ResponseWriter, _ *http.Request, s *session, _ *turn) {
	folder := "/session/" + s.id + "/"
	scripts := []string{folder + "hide.js", "case.js"}
	if s.target.implementation.Script != nil {
		scripts = slices.Insert(scripts, 1, folder+"implementation.js")
	}
	list, _ := json.Marshal(scripts)
	respond.JavaScript(w, fmt.Appendf(nil, "importScripts('%srecorder.js')\nrecorder.load(%s)\n", folder, list))
}

func giveCase(w http.ResponseWriter, _ *http.Request, s *session, t *turn) {
	script, err := caseScript(s, t.instance.Case, t.instance.Env)
	if err != nil {
		s.report(t.instance.Env.Token, catalogue.Transcript{Error: err.Error()})
		return
	}
	t.begun.Store(true)
	respond.JavaScript(w, script)
}

// takeResult takes what the recorder posts.
func takeResult(w http.ResponseWriter, r *http.Request, s *session, t *turn) {
	var seen catalogue.Transcript
	body := http.MaxBytesReader(w, r.Body, maxReport)
	if err := json.NewDecoder(body).Decode(&seen); err != nil {
		seen = catalogue.Transcript{Error: fmt.Sprintf("record of the page: %v", err)}
	}
	s.report(t.instance.Env.Token, seen)
	w.WriteHeader(http.StatusNoContent)
}
