package faults

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed matrix.html
var matrixHTML string

var matrixPage = template.Must(template.New("matrix.html").Funcs(template.FuncMap{
	"legend": func() string { return Legend },
	"class":  (*Cell).class,
}).Parse(matrixHTML))

// A Site is the web site that a page belongs to.
type Site struct {
	Benchmarks string // URL of its benchmarks
	Chinese    bool   // the page is
	Other      Link   // the page in the other language
}

// A Link leads to a page in another language.
type Link struct{ URL, Name, Language string }

// HTML writes the matrix as a page that loads nothing and runs no scripts. Without a site it
// is in English.
func (r *Results) HTML(w io.Writer, site *Site) error {
	var b bytes.Buffer
	err := matrixPage.Execute(&b, matrix{Results: r, Site: site, Chinese: site != nil && site.Chinese, Cell: r.cell, Notes: r.notes()})
	if err != nil {
		return fmt.Errorf("faults: page: %w", err)
	}
	_, err = b.WriteTo(w)
	return err
}

// A matrix is what the page shows.
type matrix struct {
	*Results
	Site    *Site
	Chinese bool
	Cell    func(fault, browser, implementation string) *Cell
	Notes   []string
}

// T returns the text in the language of the page.
func (m matrix) T(english, chinese string) string {
	if m.Chinese {
		return chinese
	}
	return english
}

// Title returns the title of a fault. One that has no translation, as in the results of a
// later version, is in English.
func (m matrix) Title(f *Fault) string { return m.T(f.Title, cmp.Or(chinese[f.Name].title, f.Title)) }

// What returns what happens in a fault.
func (m matrix) What(f *Fault) string { return m.T(f.What, cmp.Or(chinese[f.Name].what, f.What)) }

// chineseSource has a line for each fault: its name, its title and what happens, in Chinese.
//
//go:embed chinese.txt
var chineseSource string

var chinese = parseChinese(chineseSource)

type translation struct{ title, what string }

// parseChinese returns the translations by name. Lines that begin with # are comments.
func parseChinese(source string) map[string]translation {
	texts := map[string]translation{}
	for line := range strings.Lines(source) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 && !strings.HasPrefix(line, "#") {
			texts[fields[0]] = translation{fields[1], fields[2]}
		}
	}
	return texts
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
