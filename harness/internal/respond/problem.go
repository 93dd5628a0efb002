package respond

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A Problem says in English and in Chinese why a request failed.
type Problem struct {
	English string `json:"en"`
	Chinese string `json:"zh"`
}

// NewProblem returns a problem whose sentences are formats for the same values.
func NewProblem(english, chinese string, values ...any) Problem {
	return Problem{fmt.Sprintf(english, values...), fmt.Sprintf(chinese, values...)}
}

// Error returns the English sentence.
func (p Problem) Error() string { return p.English }

// Fail responds with an error. Pages ask for JSON: they get both sentences of a
// [Problem], and show the one in the language of their visitor. Other clients, such as
// curl, get the English one as text.
func Fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	if !strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
		http.Error(w, err.Error(), status)
		return
	}
	problem, ok := errors.AsType[Problem](err)
	if !ok {
		problem = Problem{err.Error(), err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem)
}
