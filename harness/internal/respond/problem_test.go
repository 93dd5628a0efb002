package respond

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFail(t *testing.T) {
	problem := NewProblem("%s is missing", "缺少 %s", "text")
	tests := []struct {
		name, accept string
		err          error
		media, body  string
	}{
		{"curl", "*/*", problem, "text/plain; charset=utf-8", "text is missing\n"},
		{"a page", "application/json", problem, "application/json", `{"en":"text is missing","zh":"缺少 text"}` + "\n"},
		{"wrapped", "application/json", fmt.Errorf("form: %w", problem), "application/json", `{"en":"text is missing","zh":"缺少 text"}` + "\n"},
		{"another error", "application/json", errors.New("<b>"), "application/json", `{"en":"\u003cb\u003e","zh":"\u003cb\u003e"}` + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", nil)
			r.Header.Set("Accept", tt.accept)
			w := httptest.NewRecorder()
			Fail(w, r, 413, tt.err)
			require.Equal(t, 413, w.Code)
			require.Equal(t, tt.media, w.Header().Get("Content-Type"))
			require.Equal(t, tt.body, w.Body.String())
		})
	}
}
