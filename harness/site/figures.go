package site

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"sync"

	"github.com/andybalholm/brotli"

	"eventsource-wasm/harness/bench"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/polyfill"
	"eventsource-wasm/www"
)

// Figures are what the start page says about the polyfill, all of them from the built
// files and the committed documents.
type figures struct {
	Version string               `json:"version"` // of the polyfill
	Size    int                  `json:"size"`    // of eventsource.js after brotli, in bytes
	Speed   float64              `json:"speed"`   // events of 20 bytes a second in Chromium, as a multiple of the native object's
	Build   string               `json:"build"`   // of the polyfill whose speed was measured
	Must    map[string][]subject `json:"must"`    // by browser

	Oldest engine `json:"oldest"` // of those in which the suite has run
}

// An engine is a browser with the must cases that pass in it, in a page.
type engine struct {
	Version  string    `json:"version"`
	Subjects []subject `json:"subjects"`
}

// A subject is an implementation with the must cases that it passes in a page.
type subject struct {
	Name   string `json:"name"`
	Passed int    `json:"passed"`
	Judged int    `json:"judged"`
}

// figuresScript returns the script start-figures.js, which sets site.figures.
var figuresScript = sync.OnceValues(makeFigures)

func makeFigures() ([]byte, error) {
	f := figures{Version: polyfill.Version, Must: map[string][]subject{}}
	script, err := fs.ReadFile(polyfill.Dist, "eventsource.js")
	if err != nil {
		return nil, err
	}
	var size counter
	compressor := brotli.NewWriterLevel(&size, brotli.BestCompression)
	if _, err := compressor.Write(script); err != nil {
		return nil, err
	}
	if err := compressor.Close(); err != nil {
		return nil, err
	}
	f.Size = int(size)

	for _, browser := range []string{"chromium", "firefox", "phantomjs@1"} {
		e, err := committedEngine(www.Results, browser)
		if err != nil {
			return nil, err
		}
		f.Must[browser] = e.Subjects
		f.Oldest = e
	}
	if f.Speed, f.Build, err = committedSpeed(www.Bench); err != nil {
		return nil, err
	}
	content, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "site.figures = %s\n", content), nil
}

// committedEngine returns what the committed report of a browser says.
func committedEngine(folder fs.FS, browser string) (e engine, err error) {
	content, err := fs.ReadFile(folder, path.Join("results", browser+".json"))
	if err != nil {
		return engine{}, err
	}
	r, err := report.Parse(browser+".json", content)
	if err != nil {
		return engine{}, err
	}
	for _, s := range r.Standings() {
		e.Version = s.Version
		e.Subjects = []subject{{"native", s.Native.Page.Passed, s.Native.Page.Judged}, {"polyfill", s.Ours.Page.Passed, s.Ours.Page.Judged}}
	}
	return e, nil
}

// committedSpeed returns the polyfill's throughput of small events, compared with the
// native object's, and the build that was measured; 0 if no committed document has it.
func committedSpeed(folder fs.FS) (speed float64, build string, err error) {
	paths, err := fs.Glob(folder, "bench/*.json")
	if err != nil {
		return 0, "", err
	}
	for _, p := range paths {
		content, err := fs.ReadFile(folder, p)
		if err != nil {
			return 0, "", err
		}
		results, err := bench.Parse(p, content)
		if err != nil {
			return 0, "", err
		}
		for _, t := range results.Tables {
			if t.Kind != "throughput" || t.Stream != "small" {
				continue
			}
			for _, row := range t.Rows {
				for i, c := range t.Comparisons {
					if row.Implementation == "polyfill" && c.With == "native" && row.Compared[i] != nil {
						return row.Compared[i].Median, builtAs(results), nil
					}
				}
			}
		}
	}
	return 0, "", nil
}

// builtAs returns the build of the polyfill in benchmark results.
func builtAs(results *bench.Results) string {
	for _, measured := range results.Implementations {
		if measured.Name == "polyfill" {
			return measured.Build.String()
		}
	}
	return ""
}

// A counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// serveScript serves a script that the server made.
func serveScript(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(content)
	}
}
