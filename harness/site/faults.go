package site

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"sync"

	"eventsource-wasm/harness/faults"
	"eventsource-wasm/www"
)

// faultsPage serves the committed results of harness faults as one page, in both languages.
var faultsPage = sync.OnceValues(makeFaultsPage)

func makeFaultsPage() (http.Handler, error) {
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
	var english, chinese bytes.Buffer
	err = errors.Join(
		joined.HTML(&english, &faults.Site{Benchmarks: "/bench/", Other: faults.Link{URL: "/faults?lang=zh", Name: "中文", Language: "zh"}}),
		joined.HTML(&chinese, &faults.Site{Benchmarks: "/bench/?lang=zh", Chinese: true, Other: faults.Link{URL: "/faults?lang=en", Name: "English", Language: "en"}}))
	if err != nil {
		return nil, err
	}
	return serveLanguages(english.Bytes(), chinese.Bytes()), nil
}
