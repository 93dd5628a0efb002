// Package www holds the pages of the serve verb.
//
// They are written in ES5 and plain CSS, need no build, ask nothing of any other
// host, and go on working where a browser lacks the finer parts of the style.
// One style.css, with dark.css, and one site.js are for all pages; a page's own
// script stands beside them. A page in pages/ has the parts that layout.html puts
// together.
package www

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"text/template"
)

// Files is what the pages refer to: styles, scripts, pictures.
//
//go:embed *.css *.js *.svg
var Files embed.FS

//go:embed layout.html pages/*.html
var sources embed.FS

// Servers are the programs that the page for server authors shows.
//
//go:embed servers
var Servers embed.FS

// Results are the committed result documents; scripts/results.sh writes them.
//
//go:embed results
var Results embed.FS

// Bench are the committed documents of measurements, if any.
//
//go:embed bench
var Bench embed.FS

// pages are the names of the pages by their paths.
var pages = map[string]string{
	"/":             "start",
	"/demo/log":     "log",
	"/demo/stream":  "stream",
	"/demo/quotes":  "quotes",
	"/demo/chat":    "chat",
	"/demo/notify":  "notify",
	"/compare":      "compare",
	"/servers":      "servers",
	"/conformance/": "conformance",
	"/results/":     "results",
	"/bench/":       "bench",
}

// Pages are the pages by their paths: "/", "/demo/log".
var Pages = func() map[string][]byte {
	all := map[string][]byte{}
	for path, name := range pages {
		all[path] = render(view{Path: path}, name)
	}
	return all
}()

// Report is the page of a comparison as one file, with everything inside, that
// shows a document: what harness compare has measured, as JSON.
func Report(document []byte) []byte {
	var safe bytes.Buffer
	json.HTMLEscape(&safe, document)
	return render(view{Path: "/compare", Alone: true, Document: safe.String()}, "compare")
}

// A view is what the templates know of a page.
type view struct {
	Path     string
	Alone    bool   // a file by itself: nothing is beside it
	Document string // JSON that it shows, if alone
}

// render puts a page together. Its text is our own, so nothing in it is escaped.
func render(v view, name string) []byte {
	t := template.New("layout.html").Funcs(template.FuncMap{
		"t": both, "title": title, "label": label, "source": source, "row": row, "snippet": snippet,
		"style": v.style, "dark": dark, "script": v.script,
	})
	t = template.Must(t.ParseFS(sources, "layout.html", "pages/"+name+".html"))
	var page bytes.Buffer
	if err := t.Execute(&page, v); err != nil {
		panic(fmt.Errorf("page %s: %w", name, err)) // embedded: cannot come later
	}
	return page.Bytes()
}

// script is an element that loads a script, or is one.
func (v view) script(file string) string {
	if v.Alone {
		return "<script>\n" + content(file) + "</script>"
	}
	return `<script src="/` + file + `"></script>`
}

// style is an element that loads a style, or is one.
func (v view) style(file string) string {
	if v.Alone {
		return "<style>\n" + content(file) + "</style>"
	}
	return `<link rel="stylesheet" href="/` + file + `">`
}

// dark is the style that site.js puts on or off; until then the system decides. It
// is in the page: old WebKit asks for a style that it does not need after all else,
// and then behind a stream for ever.
func dark(file string) string {
	return `<style id="night" media="(prefers-color-scheme: dark)">` + "\n" + content(file) + "</style>"
}

func content(file string) string {
	text, err := Files.ReadFile(file)
	if err != nil {
		panic(err) // embedded: cannot come later
	}
	return string(text)
}

// both is a text in English and in Chinese. The style hides one of them.
func both(english, chinese string) string {
	return `<span lang="en">` + english + `</span><span lang="zh">` + chinese + `</span>`
}

// title is the title of a page in English, which site.js puts into Chinese.
func title(english, chinese string) string {
	return `<title data-en="` + english + `" data-zh="` + chinese + `">` + english + `</title>`
}

// label is the same for what an element is called by a screen reader.
func label(english, chinese string) string {
	return `aria-label="` + english + `" data-en="` + english + `" data-zh="` + chinese + `"`
}

// source shows files, which site.js loads when they are opened.
func source(files ...string) string {
	var b strings.Builder
	for _, file := range files {
		name := html.EscapeString(file)
		fmt.Fprintf(&b, "<details class=\"source\" data-file=\"%s\"><summary>%s</summary></details>\n", name, name)
	}
	return b.String()
}

// snippet shows a program for server authors, ready to copy.
func snippet(file string) string {
	text, err := Servers.ReadFile("servers/" + file)
	if err != nil {
		panic(err) // embedded: cannot come later
	}
	return `<pre class="file" tabindex="0" role="region" aria-label="` + file + `"><code>` + html.EscapeString(string(text)) + `</code></pre>`
}

// row is a row of the comparison: what is said, how it is measured, and a place
// for each figure.
func row(name, unit, claim, claimZH, how, howZH string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<tr data-row=\"%s\" data-unit=\"%s\"><th scope=\"row\">%s<span class=\"how-measured\">%s</span></th>",
		name, unit, both(claim, claimZH), both(how, howZH))
	for _, column := range [][2]string{{"native", "EventSource"}, {"polyfill", "polyfill"}, {"websocket", "WebSocket"}} {
		fmt.Fprintf(&b, "<td data-column=\"%s\"><span class=\"column\">%s</span> <span class=\"figure none\">%s</span></td>",
			column[0], column[1], both("not measured", "未测量"))
	}
	return b.String() + "</tr>"
}
