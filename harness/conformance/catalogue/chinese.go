package catalogue

import (
	_ "embed"
	"strings"
)

// chineseSource has a line for each group and each case: its id, a tab, and what it is
// about or does, in Chinese.
//
//go:embed chinese.txt
var chineseSource string

var chinese = parseChinese(chineseSource)

// parseChinese returns the texts by id. Lines that begin with # are comments.
func parseChinese(source string) map[string]string {
	texts := map[string]string{}
	for line := range strings.Lines(source) {
		if id, text, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(id, "#") {
			texts[id] = text
		}
	}
	return texts
}

// ChineseTitle returns what a case does, in Chinese; "" if it has no translation.
func ChineseTitle(id string) string { return chinese[id] }

// ChineseGroup returns what a group of cases is about, in Chinese.
func ChineseGroup(group string) string { return chinese[group+"/"] }
