package respond

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJavaScript(t *testing.T) {
	w := httptest.NewRecorder()
	JavaScript(w, []byte("x = 'ü'"))
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "x = 'ü'", w.Body.String())
}
