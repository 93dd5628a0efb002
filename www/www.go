// Package www contains the pages that the serve verb shows.
//
// Pages are ES5 and plain CSS without a build step. They request nothing from other
// hosts, and remain usable in browsers that lack newer parts of the style.
// layout.html frames each page of pages/. All pages share style.css, dark.css,
// site.js, language.js, shade.js, request.js and source.js; pages with a stream also
// load connection.js. A page's own script has the name of the page. play-core.js is made
// from wasm/playground by scripts/build.
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

// Files contains what pages load: styles, scripts and pictures.
//
//go:embed *.css *.js *.svg
var Files embed.FS

//go:embed layout.html pages/*.html
var templates embed.FS

// Servers contains the example programs of the servers page.
//
//go:embed servers
var Servers embed.FS

// Results contains the committed result documents, which scripts/results.sh writes.
//
//go:embed results/*.json results/clients results/README.md
var Results embed.FS

// Bench contains the committed benchmark documents.
//
//go:embed bench
var Bench embed.FS

// Faults contains the committed documents of harness faults.
//
//go:embed faults/*.json
var Faults embed.FS

// names maps the path of each page to its name.
var names = map[string]string{
	"/":             "start",
	"/article":      "article",
	"/demo/log":     "log",
	"/demo/stream":  "stream",
	"/demo/quotes":  "quotes",
	"/demo/chat":    "chat",
	"/demo/notify":  "notify",
	"/compare":      "compare",
	"/play":         "play",
	"/servers":      "servers",
	"/conformance/": "conformance",
	"/case/":        "case",
	"/results/":     "results",
	"/bench/":       "bench",
}

// Pages maps paths, such as "/" and "/demo/log", to pages.
var Pages = func() map[string][]byte {
	pages := map[string][]byte{}
	for path, name := range names {
		pages[path] = view{Path: path}.render(name)
	}
	return pages
}()

// NeedsServer is the page that takes the place of others in a copy without a server.
var NeedsServer = view{}.render("needsserver")

// NotFound is the page for addresses that do not exist.
var NotFound = view{}.render("notfound")

// Report returns the comparison page with the figures of a document: the JSON that
// harness compare writes. The page is a single file that loads nothing.
func Report(document []byte) []byte {
	var safe bytes.Buffer
	json.HTMLEscape(&safe, document)
	return view{Path: "/compare", Alone: true, Document: safe.String()}.render("compare")
}

// FaultsPage returns the page /faults with what harness faults found, as HTML in English
// and in Chinese.
func FaultsPage(english, chinese string) []byte {
	return view{Path: "/faults", English: english, Chinese: chinese}.render("faults")
}

// Navigation returns the links to all pages, for a page in one language that the server
// makes. Path is the page of the site that it belongs to.
func Navigation(path string, chinese bool) string {
	v := view{Path: path, Query: "?lang=en"}
	choose := func(english, _ string) string { return english }
	if chinese {
		v.Query = "?lang=zh"
		choose = func(_, chinese string) string { return chinese }
	}
	var b bytes.Buffer
	t := template.Must(v.templates().Funcs(template.FuncMap{"t": choose}).ParseFS(templates, "layout.html"))
	if err := t.ExecuteTemplate(&b, "navigation", v); err != nil {
		panic(fmt.Errorf("navigation: %w", err)) // an embedded template: fails in every run or never
	}
	return b.String()
}

// A view is the data of the templates.
type view struct {
	Path     string
	Query    string // of links to pages
	Alone    bool   // the page is a single file
	Document string // the JSON that a page which is Alone shows

	English, Chinese string // the content of a page that the server makes
}

// render returns a page. Its text is part of this package, so it is not escaped.
func (v view) render(name string) []byte {
	t := template.Must(v.templates().ParseFS(templates, "layout.html", "pages/"+name+".html"))
	var page bytes.Buffer
	if err := t.Execute(&page, v); err != nil {
		panic(fmt.Errorf("page %s: %w", name, err)) // an embedded template: fails in every run or never
	}
	return page.Bytes()
}

// templates returns a template without content, with the functions of all pages.
func (v view) templates() *template.Template {
	return template.New("layout.html").Funcs(template.FuncMap{
		"t": both, "title": title, "label": label, "source": source, "snippet": snippet, "content": content,
		"comparison": comparison, "advice": advice, "rules": rules, "style": v.style, "dark": dark, "script": v.script,
	})
}

// script returns an element that loads a script, or contains it in a single file.
func (v view) script(file string) string {
	if v.Alone {
		return "<script>\n" + content(file) + "</script>"
	}
	return `<script src="/` + file + `"></script>`
}

// style returns an element that loads a style, or contains it in a single file.
func (v view) style(file string) string {
	if v.Alone {
		return "<style>\n" + content(file) + "</style>"
	}
	return `<link rel="stylesheet" href="/` + file + `">`
}

// dark returns the dark style, which shade.js switches on and off. It is part of the
// page: an old WebKit loads a style sheet that it does not need yet last, and on a
// page with a stream it then never gets to it.
func dark(file string) string {
	return `<style id="dark-style" media="screen and (prefers-color-scheme: dark)">` + "\n" + content(file) + "</style>"
}

func content(file string) string {
	text, err := Files.ReadFile(file)
	if err != nil {
		panic(err) // an embedded file: fails in every run or never
	}
	return string(text)
}

// both returns a text in English and Chinese. The style hides one of them.
func both(english, chinese string) string {
	return `<span lang="en">` + english + `</span><span lang="zh">` + chinese + `</span>`
}

// title returns a page's title in English, which language.js translates.
func title(english, chinese string) string {
	return `<title data-en="` + english + `" data-zh="` + chinese + `">` + english + `</title>`
}

// label returns an element's name for screen readers, which language.js translates.
func label(english, chinese string) string {
	return `aria-label="` + english + `" data-en="` + english + `" data-zh="` + chinese + `"`
}

// source returns elements that show source files. source.js loads a file when it is
// opened.
func source(files ...string) string {
	var b strings.Builder
	for _, file := range files {
		name := html.EscapeString(file)
		fmt.Fprintf(&b, "<details class=\"source\" data-file=\"%s\"><summary>%s</summary></details>\n", name, name)
	}
	return b.String()
}

// snippet returns an element that shows an example program.
func snippet(file string) string {
	text, err := Servers.ReadFile("servers/" + file)
	if err != nil {
		panic(err) // an embedded file: fails in every run or never
	}
	return `<pre class="file" tabindex="0" role="region" aria-label="` + file + `"><code>` + html.EscapeString(string(text)) + `</code></pre>`
}
