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

// faultsPage serves the committed results of harness faults as one page of the site.
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
	if err := errors.Join(joined.Content(&english, false), joined.Content(&chinese, true)); err != nil {
		return nil, err
	}
	return servePage(www.FaultsPage(english.String(), chinese.String())), nil
}
