package visits

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/report"
	"eventsource-wasm/harness/internal/respond"
	"eventsource-wasm/harness/internal/suggest"
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

	Stopped bool   `json:"stopped,omitempty"` // by the visitor
	Error   string `json:"error,omitempty"`   // why the visit ended early
	ErrorZH string `json:"errorZH,omitempty"`

	// When the visit has ended.
	Browser     string    `json:"browser,omitempty"`
	Result      string    `json:"result,omitempty"` // name of the stored report
	Targets     []score   `json:"targets,omitempty"`
	Differences []failure `json:"differences,omitempty"`

	// When the visit of a single case has ended.
	Outcomes []outcome `json:"outcomes,omitempty"`
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
	TitleZH     string `json:"titleZH"`
	Requirement string `json:"requirement"`
	Level       string `json:"level"`
	Verdict     string `json:"verdict"`
	Want        string `json:"want"`
	Got         string `json:"got"`
}

// An outcome is the result of a single case, with what both sides recorded.
type outcome struct {
	Target   string   `json:"target"`
	Verdict  string   `json:"verdict"`
	Expected bool     `json:"expected"`
	Reason   string   `json:"reason,omitempty"`
	Want     string   `json:"want,omitempty"`
	Got      string   `json:"got,omitempty"`
	Page     []string `json:"page"`
	Server   []string `json:"server"`
}

// A description is all that the page of a case shows before the case runs.
type description struct {
	report.Case
	TitleZH         string   `json:"titleZH"`
	SpecURL         string   `json:"specURL"`
	Implementations []string `json:"implementations"` // that can be chosen
}

// Handler serves the visits below /conformance/visits, and the cases below
// /conformance/cases. Pages of other origins cannot start a visit.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /conformance/cases", s.listCases)
	mux.HandleFunc("GET /conformance/cases/{group}/{name}", s.describeCase)
	mux.HandleFunc("POST /conformance/cases/{group}/{name}", s.startCase)
	mux.HandleFunc("POST /conformance/visits", s.start)
	mux.HandleFunc("GET /conformance/visits/{id}", s.withVisit(writeState))
	mux.HandleFunc("POST /conformance/visits/{id}/leave", s.withVisit(leave))
	return http.NewCrossOriginProtection().Handler(mux)
}

// listCases writes the cases without their scripts.
func (s *Server) listCases(w http.ResponseWriter, _ *http.Request) {
	type entry struct {
		report.Case
		TitleZH string `json:"titleZH"`
	}
	list := []entry{}
	for _, c := range s.Cases {
		list = append(list, entry{report.Summary(c), catalogue.ChineseTitle(c.ID)})
	}
	writeJSON(w, list)
}

// describeCase writes the description of a case.
func (s *Server) describeCase(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("group") + "/" + r.PathValue("name")
	i := slices.IndexFunc(s.Cases, func(c catalogue.Case) bool { return c.ID == id })
	if i < 0 {
		respond.Fail(w, r, http.StatusNotFound, s.noCase(id))
		return
	}
	names := built
	if s.Debug != nil && !slices.Contains(built, s.Debug.Implementation) {
		names = slices.Concat([]string{s.Debug.Implementation}, built)
	}
	c := report.Describe(s.Cases[i])
	writeJSON(w, description{c, catalogue.ChineseTitle(c.ID), c.SpecURL(), names})
}

// start starts a visit of the cases that a form names.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	s.startVisit(w, r, func() []string { return r.PostForm["case"] }, false)
}

// noCase returns the error for an unknown id, with the case that may be meant.
func (s *Server) noCase(id string) respond.Problem {
	var ids []string
	for _, c := range s.Cases {
		ids = append(ids, c.ID)
	}
	if meant := suggest.Closest(id, ids); meant != "" {
		return respond.NewProblem("No case is called %s. Did you mean %s?", "没有名为 %s 的用例。您要找的是 %s 吗？", id, meant)
	}
	return respond.NewProblem("No case is called %s.", "没有名为 %s 的用例。", id)
}

// startCase starts a visit of the case that the URL names.
func (s *Server) startCase(w http.ResponseWriter, r *http.Request) {
	s.startVisit(w, r, func() []string { return []string{r.PathValue("group") + "/" + r.PathValue("name")} }, true)
}

// startVisit starts a visit of the cases that match patterns.
func (s *Server) startVisit(w http.ResponseWriter, r *http.Request, patterns func() []string, single bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem("cannot read the form", "无法读取表单"))
		return
	}
	plan, err := s.plan(r, patterns())
	if single {
		plan.Retries = 0 // the user watches each run
	}
	if err == nil && single && plan.Count() == 0 {
		err = respond.NewProblem("the case does not run in this context", "该用例不在此环境中运行")
	}
	var v *visit
	if err == nil {
		v, err = s.begin(r, plan, single)
	}
	switch {
	case errors.Is(err, errFull):
		respond.Fail(w, r, http.StatusServiceUnavailable, err)
	case err != nil:
		respond.Fail(w, r, http.StatusBadRequest, err)
	default:
		writeState(w, r, v)
	}
}

// withVisit serves a request with the visit that its URL names.
func (s *Server) withVisit(serve func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := s.find(r.PathValue("id"))
		if v == nil {
			respond.Fail(w, r, http.StatusNotFound, respond.NewProblem("the visit no longer exists", "本次运行已不存在"))
			return
		}
		serve(w, r, v)
	}
}

// writeState writes the state of a visit, and notes that the visitor made a request.
func writeState(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.touch()
	writeJSON(w, v.state())
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// leave ends a visit, because the visitor says so.
func leave(w http.ResponseWriter, _ *http.Request, v *visit) {
	v.mu.Lock()
	v.stopped = true
	v.mu.Unlock()
	v.leave()
	w.WriteHeader(http.StatusNoContent)
}

func (v *visit) state() state {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := state{ID: v.id, Frame: v.frame, Total: v.plan.Count(), Done: v.done, Failed: v.failed, Stopped: v.stopped}
	if v.err != nil {
		s.Over, s.Error, s.ErrorZH = true, v.err.Error(), chinese(v.err)
	}
	if v.report != nil {
		s.Over, s.Browser, s.Result = true, v.version, v.result
		s.add(v.report)
		if v.single {
			s.addOutcomes(v.report)
		}
	}
	return s
}

// addOutcomes adds the results of a single case.
func (s *state) addOutcomes(r *report.Report) {
	for _, result := range r.Results {
		s.Outcomes = append(s.Outcomes, outcome{
			result.Target, string(result.Verdict), result.Expected, result.Reason, result.Want, result.Got,
			result.PageLines(), result.ServerLines(),
		})
	}
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
					cell.Target, row.ID, row.Title, catalogue.ChineseTitle(row.ID), row.Requirement, string(row.Level), string(cell.Verdict), cell.Want, cell.Got,
				})
			}
		}
	}
}
