package runner

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"

	"eventsource-wasm/harness/catalogue"
)

// maxReport is the largest record that a page may post, in bytes.
const maxReport = 64 << 20

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

// pages serves the pages of the current session, and takes what they record.
func (r *run) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session/{id}/{$}", r.ofSession(showSession))
	mux.HandleFunc("GET /session/{id}/next", r.ofSession(giveNext))
	mux.HandleFunc("GET /session/{id}/implementation.js", r.ofSession(giveImplementation))
	mux.HandleFunc("GET /session/{id}/{script}", r.ofSession(giveScript))
	mux.HandleFunc("GET /case/{token}/{$}", r.ofGame(showCase))
	mux.HandleFunc("GET /case/{token}/case.js", r.ofGame(giveCase))
	mux.HandleFunc("POST /case/{token}/result", r.ofGame(takeResult))
	return mux
}

// ofSession finds the session of a request.
func (r *run) ofSession(serve func(http.ResponseWriter, *http.Request, *session)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		s := r.current()
		if s == nil || s.id != request.PathValue("id") {
			http.NotFound(w, request)
			return
		}
		serve(w, request, s)
	}
}

// ofGame finds the game of a request.
func (r *run) ofGame(serve func(http.ResponseWriter, *http.Request, *session, *game)) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if s := r.current(); s != nil {
			if g := s.game(request.PathValue("token")); g != nil {
				serve(w, request, s, g)
				return
			}
		}
		http.NotFound(w, request)
	}
}

func showSession(w http.ResponseWriter, _ *http.Request, s *session) {
	templates.ExecuteTemplate(w, "session.html", len(s.games))
}

// giveNext answers a slot that asks what to play.
func giveNext(w http.ResponseWriter, r *http.Request, s *session) {
	slot, err := strconv.Atoi(r.FormValue("slot"))
	if err != nil || slot < 0 || slot >= len(s.games) {
		http.Error(w, "no such slot", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	g := s.next(slot, r.UserAgent())
	if g == nil {
		io.WriteString(w, `{"done": true}`)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{
		"page":  fmt.Sprintf("%s/case/%s/", g.play.Env.Origin, g.play.Env.Token),
		"limit": pageLimit(g.play.Case).Milliseconds(),
	})
}

func giveImplementation(w http.ResponseWriter, _ *http.Request, s *session) {
	giveJavaScript(w, s.target.implementation.Script)
}

func giveScript(w http.ResponseWriter, r *http.Request, _ *session) {
	script, err := pageFiles.ReadFile("page/" + r.PathValue("script"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	giveJavaScript(w, script)
}

func giveJavaScript(w http.ResponseWriter, script []byte) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Write(script)
}

func showCase(w http.ResponseWriter, _ *http.Request, s *session, g *game) {
	templates.ExecuteTemplate(w, "case.html", map[string]any{
		"ID":       g.play.Case.ID,
		"Session":  s.id,
		"Replaced": s.target.implementation.Script != nil,
	})
}

// played is what recorder.js is told of a case.
type played struct {
	Implementation string            `json:"implementation"`
	URL            string            `json:"url"` // of the stream
	URLs           map[string]string `json:"urls"`
	Path           string            `json:"path"`
	Origin         string            `json:"origin"`
	OtherPort      string            `json:"otherPort"`
	OtherHost      string            `json:"otherHost"`
	Client         client            `json:"client"`
	Events         int               `json:"events"`    // how many are expected
	Log            int               `json:"log"`       // how many entries are expected
	UntilDone      bool              `json:"untilDone"` // record until the script or the limit ends it
}

// client is the declarative part of a case's client, placeholders filled.
type client struct {
	URL    string               `json:"url"`
	Init   json.RawMessage      `json:"init,omitempty"`
	Listen []string             `json:"listen,omitempty"`
	Close  *catalogue.CloseWhen `json:"close,omitempty"`
	Limit  int                  `json:"limit"`
	Settle int                  `json:"settle"`
}

// giveCase writes the script that starts the recorder.
func giveCase(w http.ResponseWriter, _ *http.Request, s *session, g *game) {
	what, err := newPlayed(s.target.implementation.Name, g.play.Case, g.play.Env)
	if err != nil {
		s.report(g.play.Env.Token, catalogue.Transcript{Error: err.Error()})
		return
	}
	giveJavaScript(w, fmt.Appendf(nil, "recorder.play(%s, %s)\n", what, caseScript(g.play.Case)))
}

// newPlayed is the JSON of a played case.
func newPlayed(implementation string, c *catalogue.Case, env catalogue.Env) ([]byte, error) {
	url, err := env.Fill(c.Client.URL)
	if err != nil {
		return nil, err
	}
	urls := map[string]string{}
	for name := range c.Routes {
		urls[name] = env.RouteURL(name)
	}
	return json.Marshal(played{
		Implementation: implementation,
		URL:            env.StreamURL(),
		URLs:           urls,
		Path:           strings.TrimPrefix(env.StreamURL(), env.Origin),
		Origin:         env.Origin,
		OtherPort:      env.OtherPort,
		OtherHost:      env.OtherHost,
		Client: client{
			URL:    url,
			Init:   c.Client.Init,
			Listen: c.Client.Listen,
			Close:  c.Client.Close,
			Limit:  c.Client.Limit,
			Settle: c.Client.Settle,
		},
		Events:    c.Expect.EventCount(),
		Log:       len(c.Expect.Log),
		UntilDone: c.Expect.Empty(),
	})
}

// caseScript is the case's own function, or null.
func caseScript(c *catalogue.Case) string {
	if len(c.Client.Script) == 0 {
		return "null"
	}
	return "function (t) {\n" + strings.Join(c.Client.Script, "\n") + "\n}"
}

// takeResult takes what the recorder posts.
func takeResult(w http.ResponseWriter, r *http.Request, s *session, g *game) {
	var seen catalogue.Transcript
	body := http.MaxBytesReader(w, r.Body, maxReport)
	if err := json.NewDecoder(body).Decode(&seen); err != nil {
		seen = catalogue.Transcript{Error: fmt.Sprintf("record of the page: %v", err)}
	}
	s.report(g.play.Env.Token, seen)
	w.WriteHeader(http.StatusNoContent)
}
