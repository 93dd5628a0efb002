package visits

import (
	"encoding/json"
	"errors"
	"net/http"

	"eventsource-wasm/harness/conformance/report"
)

// maxForm is the largest form that is read, in bytes.
const maxForm = 4 << 10

// A state is what the visitor's page is told.
type state struct {
	ID     string `json:"id"`
	Frame  string `json:"frame,omitempty"` // what to show
	Total  int    `json:"total"`
	Played int    `json:"played"`
	Failed int    `json:"failed"`
	Over   bool   `json:"over"`
	Error  string `json:"error,omitempty"` // why it is over too early

	// When it is over.
	Browser     string       `json:"browser,omitempty"`
	Result      string       `json:"result,omitempty"` // the name by which it is kept
	Targets     []score      `json:"targets,omitempty"`
	Differences []difference `json:"differences,omitempty"`
}

// A score is how many of the must cases a target has passed.
type score struct {
	Target string `json:"target"`
	Passed int    `json:"passed"`
	Judged int    `json:"judged"`
}

// A difference is a result that is something else than the case asks for.
type difference struct {
	Target      string `json:"target"`
	Case        string `json:"case"`
	Title       string `json:"title"`
	Requirement string `json:"requirement"`
	Level       string `json:"level"`
	Verdict     string `json:"verdict"`
	Want        string `json:"want"`
	Got         string `json:"got"`
}

// Handler serves the visits below /conformance/visits. Pages of other origins may
// begin none.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /conformance/visits", d.take)
	mux.HandleFunc("GET /conformance/visits/{id}", d.of(tell))
	mux.HandleFunc("POST /conformance/visits/{id}/leave", d.of(leave))
	return http.NewCrossOriginProtection().Handler(mux)
}

// take begins a visit.
func (d *Desk) take(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	v, err := d.begin(r)
	switch {
	case errors.Is(err, errFull):
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		tell(w, r, v)
	}
}

// of finds the visit of a request.
func (d *Desk) of(serve func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := d.find(r.PathValue("id"))
		if v == nil {
			http.Error(w, "there is no such visit any more", http.StatusNotFound)
			return
		}
		serve(w, r, v)
	}
}

// tell tells how far a visit is, and notes that the visitor is there.
func tell(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.here()
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = json.NewEncoder(w).Encode(v.state())
}

func leave(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.leave()
	w.WriteHeader(http.StatusNoContent)
}

func (v *visit) state() state {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := state{ID: v.id, Frame: v.frame, Total: v.plan.Count(), Played: v.played, Failed: v.failed}
	if v.err != nil {
		s.Over, s.Error = true, v.err.Error()
	}
	if v.document != nil {
		s.Over, s.Browser, s.Result = true, v.version, v.result
		s.add(v.document)
	}
	return s
}

// add adds what came of it.
func (s *state) add(d *report.Report) {
	m := d.Matrix()
	for i, column := range m.Columns {
		of := m.Score(i)
		s.Targets = append(s.Targets, score{column.Name, of.Passed, of.Judged})
	}
	for _, group := range m.Groups {
		for _, row := range group.Rows {
			for _, cell := range row.Cells {
				if cell.Result == nil || !bad(*cell.Result) {
					continue
				}
				s.Differences = append(s.Differences, difference{
					cell.Target, row.ID, row.Title, row.Requirement, string(row.Level), string(cell.Verdict), cell.Want, cell.Got,
				})
			}
		}
	}
}
