package results

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxRendered is the number of responses that are kept. There are three for each
// report: a page in each language, and JSON.
const maxRendered = 200

// A rendered is a response that was made once, and is sent until a report is added.
type rendered struct {
	media    string
	tag      string // for ETag
	plain    []byte
	gzipped  []byte
	revision int // of the store
}

// render returns the response for a path, which write writes if it is not kept.
func (s *Store) render(path, media string, write func(*bytes.Buffer) error) (*rendered, error) {
	s.mu.Lock()
	revision := s.revision
	kept := s.rendered[path]
	s.mu.Unlock()
	if kept != nil && kept.revision == revision {
		return kept, nil
	}

	var plain, gzipped bytes.Buffer
	if err := write(&plain); err != nil {
		return nil, err
	}
	compressor := gzip.NewWriter(&gzipped)
	if _, err := compressor.Write(plain.Bytes()); err != nil {
		return nil, err
	}
	if err := compressor.Close(); err != nil {
		return nil, err
	}
	made := &rendered{
		media: media, tag: fmt.Sprintf("%x", sha256.Sum256(plain.Bytes()))[:16],
		plain: plain.Bytes(), gzipped: gzipped.Bytes(), revision: revision,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rendered == nil || len(s.rendered) >= maxRendered {
		s.rendered = map[string]*rendered{}
	}
	s.rendered[path] = made
	return made, nil
}

// serve sends the response, compressed if the client accepts that, or 304 if the client
// has it already.
func (d *rendered) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Type", d.media)
	header.Add("Vary", "Accept-Encoding, Accept-Language")
	body, tag := d.plain, `"`+d.tag+`"`
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		body, tag = d.gzipped, `"`+d.tag+`-gzip"`
	}
	header.Set("ETag", tag)
	if slices.Contains(fields(r.Header.Get("If-None-Match")), tag) {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// acceptsGzip reports whether an Accept-Encoding header names gzip, without a quality
// of 0.
func acceptsGzip(accepted string) bool {
	for _, field := range fields(accepted) {
		name, parameter, _ := strings.Cut(field, ";")
		quality, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(parameter), "q="), 64)
		if strings.TrimSpace(name) == "gzip" && (err != nil || quality > 0) {
			return true
		}
	}
	return false
}

// fields returns the elements of a comma-separated header.
func fields(header string) []string {
	all := strings.Split(header, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
