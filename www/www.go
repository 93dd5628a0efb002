// Package www holds the pages of the serve verb.
//
// They are written in ES5 and plain CSS, need no build, ask nothing of any other
// host, and go on working where a browser lacks the finer parts of the style.
// One style.css and one site.js are for all pages; a page's own script stands
// beside them. A page in pages/ has the parts that layout.html puts together.
package www

import (
	"bytes"
	"embed"
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

// Pages are the pages by their paths: "/", "/demo/log".
var Pages = map[string][]byte{
	"/":            render("/", "start"),
	"/demo/log":    render("/demo/log", "log"),
	"/demo/stream": render("/demo/stream", "stream"),
	"/demo/quotes": render("/demo/quotes", "quotes"),
	"/demo/chat":   render("/demo/chat", "chat"),
	"/demo/notify": render("/demo/notify", "notify"),
	"/compare":     render("/compare", "compare"),
	"/servers":     render("/servers", "servers"),
}

// render puts a page together. Its text is our own, so nothing in it is escaped.
func render(path, name string) []byte {
	t := template.New("layout.html").Funcs(template.FuncMap{"t": both, "source": source})
	t = template.Must(t.ParseFS(sources, "layout.html", "pages/"+name+".html"))
	var page bytes.Buffer
	if err := t.Execute(&page, map[string]string{"Path": path}); err != nil {
		panic(fmt.Errorf("page %s: %w", name, err)) // embedded: cannot come later
	}
	return page.Bytes()
}

// both is a text in English and in Chinese. The style hides one of them.
func both(english, chinese string) string {
	return `<span lang="en">` + english + `</span><span lang="zh">` + chinese + `</span>`
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
