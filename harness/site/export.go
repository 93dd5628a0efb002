package site

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/atomicfile"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/site/demo"
	"eventsource-wasm/www"
)

// exported are the pages that are of use without a server.
var exported = map[string]string{
	"/":         "index.html",
	"/article":  "article.html",
	"/play":     "play.html",
	"/servers":  "servers.html",
	"/results/": "results.html",
	"/bench/":   "bench.html",
	"/faults":   "faults.html",
}

// needsServer is the file of the page that takes the place of all others.
const needsServer = "needs-server.html"

// Export writes a copy of the site that needs no server, as files in a new folder. Links
// between them are relative, so that the folder can be served under any path, or opened
// from the disk. Streams are recordings.
func Export(ctx context.Context, folder string) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return fmt.Errorf("%w: name a folder that does not exist yet", err)
	}
	handler, err := Handler(ctx, Config{Start: time.Now()})
	if err == nil {
		e := &export{folder: folder, handler: handler, files: map[string]string{}}
		err = e.write()
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(folder)) // no half of a site is left
	}
	return err
}

// An export is a copy of the site that is being written.
type export struct {
	folder  string
	handler http.Handler
	files   map[string]string // by path
}

func (e *export) write() error {
	reports, err := fs.Glob(www.Results, "results/*.json")
	if err != nil {
		return err
	}
	assets, err := assets()
	if err != nil {
		return err
	}
	for page, file := range exported {
		e.files[page] = file
	}
	for _, asset := range assets {
		e.files["/"+asset] = asset
	}
	benchmarks, err := fs.Glob(www.Bench, "bench/*.json")
	if err != nil {
		return err
	}
	for _, document := range benchmarks {
		e.files["/"+document] = "bench-" + path.Base(document)
	}
	names := []string{"native", "polyfill", "clients"}
	e.files["/results/clients.json"] = "results-clients.json"
	for _, report := range reports {
		names = append(names, strings.TrimSuffix(path.Base(report), ".json"))
		e.files["/results/"+path.Base(report)] = "results-" + path.Base(report)
	}
	for _, name := range names {
		e.files["/results/"+name] = "results-" + name + ".html"
		e.files["/results/"+name+"?lang=zh"] = "results-" + name + ".zh.html"
	}

	for at, file := range e.files {
		content, err := e.get(at)
		if err != nil {
			return err
		}
		if strings.HasSuffix(file, ".html") {
			content = e.page(content)
		}
		if err := e.create(file, content); err != nil {
			return err
		}
	}
	script, err := e.copied()
	if err != nil {
		return err
	}
	return errors.Join(e.create("copied.js", script), e.create(needsServer, e.page(www.NeedsServer)))
}

// assets returns the names of the files that pages load.
func assets() ([]string, error) {
	files, err := fs.ReadDir(www.Files, ".")
	if err != nil {
		return nil, err
	}
	names := append([]string{"start-figures.js", "play-cases.js", strings.TrimPrefix(readme, "/")}, distFiles...)
	for _, file := range files {
		names = append(names, file.Name())
	}
	return names, nil
}

// copied returns the script copied.js: what static.js needs in place of the server.
func (e *export) copied() ([]byte, error) {
	responses := map[string]string{}
	documents := []string{"/results/summary", "/bench/documents"}
	for at := range e.files {
		if path.Dir(at) == "/bench" && path.Ext(at) == ".json" {
			documents = append(documents, at)
		}
	}
	for _, document := range documents {
		content, err := e.get(document)
		if err != nil {
			return nil, err
		}
		responses[document] = string(content)
	}
	content, err := json.Marshal(map[string]any{"responses": responses, "streams": demo.Samples(), "files": e.files})
	return append(append([]byte("var copied = "), content...), '\n'), err
}

// local matches an attribute whose URL is a path of this site.
var local = regexp.MustCompile(`\b(href|src|action)="(/[^"?#]*)([^"]*)"`)

// requestScript is the script of a page after which static.js is loaded: it replaces what
// that one defines.
const requestScript = `<script src="/request.js"></script>`

// page returns a page with relative links, and without the source files that only a
// server shows.
func (e *export) page(content []byte) []byte {
	content = bytes.Replace(content, []byte(requestScript), []byte(requestScript+`<script src="copied.js"></script><script src="/static.js"></script>`), 1)
	content = sourceElement.ReplaceAll(content, nil)
	return local.ReplaceAllFunc(content, func(attribute []byte) []byte {
		parts := local.FindSubmatch(attribute)
		if file, ok := e.files[string(parts[2])+string(parts[3])]; ok {
			return fmt.Appendf(nil, `%s="%s"`, parts[1], file)
		}
		return fmt.Appendf(nil, `%s="%s%s"`, parts[1], cmp.Or(e.files[string(parts[2])], needsServer), parts[3])
	})
}

var sourceElement = regexp.MustCompile(`<details class="source".*?</details>\n`)

// get returns what the site responds with to a GET request.
func (e *export) get(at string) ([]byte, error) {
	request, err := http.NewRequest("GET", "http://localhost"+at, nil)
	if err != nil {
		return nil, err
	}
	w := respond.NewMemory()
	e.handler.ServeHTTP(w, request)
	if w.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d", at, w.Status)
	}
	return w.Body.Bytes(), nil
}

func (e *export) create(file string, content []byte) error {
	return atomicfile.Write(filepath.Join(e.folder, file), content)
}
