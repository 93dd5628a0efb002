package faults

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed matrix.html
var matrixHTML string

var matrixPage = template.Must(template.New("matrix.html").Funcs(template.FuncMap{
	"legend": func() string { return Legend },
	"class":  (*Cell).class,
}).Parse(matrixHTML))

// A Link leads from the page to the site that it belongs to.
type Link struct{ URL, Text string }

// HTML writes the matrix as a page that loads nothing and runs no scripts.
func (r *Results) HTML(w io.Writer, home *Link) error {
	var b bytes.Buffer
	err := matrixPage.Execute(&b, struct {
		*Results
		Home  *Link
		Cell  func(fault, browser, implementation string) *Cell
		Notes []string
	}{r, home, r.cell, r.notes()})
	if err != nil {
		return fmt.Errorf("faults: page: %w", err)
	}
	_, err = b.WriteTo(w)
	return err
}

func (c *Cell) class() string {
	switch {
	case c == nil || c.Result == NotApplicable:
		return "none"
	case c.Result == Failed:
		return "failed"
	}
	return "passed"
}
