package runner

import (
	"fmt"
	"net/http"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// giveDocument serves one of the further pages of a case.
func (r *run) giveDocument(w http.ResponseWriter, request *http.Request, of *window, a *attempt) {
	page, ok := a.instance.Case.Pages[request.PathValue("name")]
	if !ok {
		http.NotFound(w, request)
		return
	}
	text, err := documentText(page, installPath(of), a.instance.Env)
	for _, h := range page.Headers {
		value, wrong := a.instance.Env.Fill(h[1])
		if wrong != nil {
			err = wrong
		}
		w.Header().Add(h[0], value)
	}
	if err != nil {
		r.end(a, catalogue.Transcript{Error: err.Error()})
		return
	}
	w.Header().Set("Content-Type", documentType(page))
	w.Write([]byte(text))
}

func installPath(w *window) string { return "/session/" + w.id + "/install.js" }

func documentType(page catalogue.Page) string {
	if page.Worker {
		return "text/javascript; charset=utf-8"
	}
	if page.Charset != "" {
		return "text/html; charset=" + page.Charset
	}
	return "text/html; charset=utf-8"
}

// noDialogs makes dialogs fail, because one would stop all cases of the browser.
const noDialogs = "<script>alert = confirm = prompt = function () { throw new Error('called alert, confirm or prompt') }</script>\n"

// documentText returns a further page, which installs the implementation and runs the
// page's script.
func documentText(page catalogue.Page, install string, env catalogue.Env) (string, error) {
	script, err := env.Fill(strings.Join(page.Script, "\n"))
	if err != nil {
		return "", err
	}
	if page.Worker {
		return fmt.Sprintf("importScripts('%s')\n%s\n", install, script), nil
	}
	return fmt.Sprintf("<!doctype html>\n<title>page</title>\n<body>\n"+noDialogs+"<script src=\"%s\"></script>\n<script>\n%s\n</script>\n", install, script), nil
}
