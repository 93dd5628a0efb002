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

// HTML writes the matrix as a page in English that loads nothing and runs no scripts.
func (r *Results) HTML(w io.Writer) error {
	return r.execute(w, "matrix.html", false)
}

// Content writes the content of the page, in English or Chinese, for a page of a site.
func (r *Results) Content(w io.Writer, chinese bool) error {
	return r.execute(w, "content", chinese)
}

func (r *Results) execute(w io.Writer, name string, chinese bool) error {
	var b bytes.Buffer
	err := matrixPage.ExecuteTemplate(&b, name, matrix{Results: r, Chinese: chinese, Cell: r.cell, Notes: r.notes()})
	if err != nil {
		return fmt.Errorf("faults: page: %w", err)
	}
	_, err = b.WriteTo(w)
	return err
}

// A matrix is what the page shows.
type matrix struct {
	*Results
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

// Words returns what a cell shows.
func (m matrix) Words(c *Cell) string {
	if m.Chinese {
		return c.text(inChinese)
	}
	return c.text(english)
}

var inChinese = words{"不适用", "失败", "丢失 %d 个", "重复 %d 个", "%d 个连接未关闭", "，"}

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
		return "no"
	}
	return "yes"
}
