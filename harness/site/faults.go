package site

import (
	"bytes"
	"io/fs"
	"net/http"

	"eventsource-wasm/harness/faults"
	"eventsource-wasm/www"
)

// faultsPage serves the committed results of harness faults as one page, in English.
func faultsPage() (http.Handler, error) {
	paths, err := fs.Glob(www.Faults, "faults/*.json")
	if err != nil {
		return nil, err
	}
	var documents []*faults.Results
	for _, path := range paths {
		content, err := fs.ReadFile(www.Faults, path)
		if err != nil {
			return nil, err
		}
		document, err := faults.Parse(path, content)
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
	joined, err := faults.Join(documents...)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := joined.HTML(&page, &faults.Link{URL: "/bench/", Text: "Benchmarks"}); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page.Bytes())
	}), nil
}
