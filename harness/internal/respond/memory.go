package respond

import (
	"bytes"
	"net/http"
)

// A Memory is a [http.ResponseWriter] that keeps the response.
type Memory struct {
	Head   http.Header
	Status int
	Body   bytes.Buffer
}

// NewMemory returns a Memory whose status is 200 until a handler sets another one.
func NewMemory() *Memory { return &Memory{Head: http.Header{}, Status: http.StatusOK} }

// Header implements [http.ResponseWriter].
func (m *Memory) Header() http.Header { return m.Head }

// WriteHeader implements [http.ResponseWriter].
func (m *Memory) WriteHeader(status int) { m.Status = status }

// Write implements [http.ResponseWriter].
func (m *Memory) Write(b []byte) (int, error) { return m.Body.Write(b) }
