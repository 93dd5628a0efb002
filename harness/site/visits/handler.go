package visits

import (
	"encoding/json"
	"errors"
	"net/http"

	"eventsource-wasm/harness/conformance/report"
)

// maxForm is the most bytes of a form.
const maxForm = 4 << 10

// A state describes a visit to the visitor's page.
type state struct {
	ID     string `json:"id"`
	Frame  string `json:"frame,omitempty"` // URL to show in the frame
	Total  int    `json:"total"`
	Done   int    `json:"done"` // cases that have run
	Failed int    `json:"failed"`
	Over   bool   `json:"over"`
	Error  string `json:"error,omitempty"` // why the visit ended early

	// When the visit has ended.
	Browser     string    `json:"browser,omitempty"`
	Result      string    `json:"result,omitempty"` // name of the stored report
	Targets     []score   `json:"targets,omitempty"`
	Differences []failure `json:"differences,omitempty"`
}

// A score says how many must cases passed on a target.
type score struct {
	Target string `json:"target"`
	Passed int    `json:"passed"`
	Judged int    `json:"judged"`
}

// A failure is a result that is not what its case requires.
type failure struct {
	Target      string `json:"target"`
	Case        string `json:"case"`
	Title       string `json:"title"`
	Requirement string `json:"requirement"`
	Level       string `json:"level"`
	Verdict     string `json:"verdict"`
	Want        string `json:"want"`
	Got         string `json:"got"`
}

// Handler serves the visits below /conformance/visits. Pages of other origins cannot
// start one.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /conformance/visits", s.start)
	mux.HandleFunc("GET /conformance/visits/{id}", s.withVisit(writeState))
	mux.HandleFunc("POST /conformance/visits/{id}/leave", s.withVisit(leave))
	return http.NewCrossOriginProtection().Handler(mux)
}

// start starts a visit.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "cannot read the form", http.StatusBadRequest)
		return
	}
	v, err := s.begin(r)
	switch {
	case errors.Is(err, errFull):
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		writeState(w, r, v)
	}
}

// withVisit serves a request with the visit that its URL names.
func (s *Server) withVisit(serve func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := s.find(r.PathValue("id"))
		if v == nil {
			http.Error(w, "the visit no longer exists", http.StatusNotFound)
			return
		}
		serve(w, r, v)
	}
}

// writeState writes the state of a visit, and notes that the visitor made a request.
func writeState(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.touch()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = json.NewEncoder(w).Encode(v.state())
}

// leave ends a visit.
func leave(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.leave()
	w.WriteHeader(http.StatusNoContent)
}

func (v *visit) state() state {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := state{ID: v.id, Frame: v.frame, Total: v.plan.Count(), Done: v.done, Failed: v.failed}
	if v.err != nil {
		s.Over, s.Error = true, v.err.Error()
	}
	if v.report != nil {
		s.Over, s.Browser, s.Result = true, v.version, v.result
		s.add(v.report)
	}
	return s
}

// add adds the results of a visit.
func (s *state) add(r *report.Report) {
	m := r.Matrix()
	for i, column := range m.Columns {
		of := m.Score(i)
		s.Targets = append(s.Targets, score{column.Name, of.Passed, of.Judged})
	}
	for _, group := range m.Groups {
		for _, row := range group.Rows {
			for _, cell := range row.Cells {
				if cell.Result == nil || !failed(*cell.Result) {
					continue
				}
				s.Differences = append(s.Differences, failure{
					cell.Target, row.ID, row.Title, row.Requirement, string(row.Level), string(cell.Verdict), cell.Want, cell.Got,
				})
			}
		}
	}
}
