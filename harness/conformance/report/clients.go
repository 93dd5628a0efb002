package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// WriteClients writes two tables of how many must cases clients passed into a Markdown
// file: whole clients between the lines <!-- clients --> and <!-- /clients -->, and just
// parsers between <!-- parsers --> and <!-- /parsers -->.
func (r *Report) WriteClients(path string) error {
	return errors.Join(
		writeBetween(path, "clients", r.clients(false)),
		writeBetween(path, "parsers", r.clients(true)),
	)
}

// A clientRow is a row of a table of clients.
type clientRow struct {
	Target
	score  Score
	failed []string // the ids of the must cases that did not pass, by group
}

// clients returns a Markdown table of the clients, those that pass the largest part first.
func (r *Report) clients(parsers bool) string {
	m := r.Matrix()
	var rows []clientRow
	for i, t := range r.Targets {
		if t.Client != "" && slices.Contains(t.Can, "feed") == parsers {
			rows = append(rows, clientRow{t, m.Score(i), m.notPassed(i)})
		}
	}
	slices.SortStableFunc(rows, func(a, b clientRow) int {
		return cmp.Compare(b.score.Passed*a.score.Judged, a.score.Passed*b.score.Judged)
	})
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | must | does not pass | date |\n| --- | ---: | --- | --- |\n", map[bool]string{true: "parser", false: "client"}[parsers])
	for _, row := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", visible(row.BrowserVersion), row.score, examples(row.failed), row.Started.Format(time.DateOnly))
	}
	return b.String()
}

// notPassed returns the ids of the must cases that were judged and not passed in a column.
func (m Matrix) notPassed(column int) (ids []string) {
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			if r := row.Cells[column].Result; r != nil && row.Level == catalogue.Must && isJudged(r.Verdict) && r.Verdict != catalogue.Pass {
				ids = append(ids, row.ID)
			}
		}
	}
	return ids
}

// examples returns the first of the cases of each group, and how many more there are; the
// groups with most cases first, and at most three.
func examples(ids []string) string {
	groups := map[string][]string{}
	var names []string
	for _, id := range ids {
		name, _, _ := strings.Cut(id, "/")
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], id)
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(groups[b]), len(groups[a])) })
	const most = 3
	var texts []string
	rest := 0
	for i, name := range names {
		group := groups[name]
		if i >= most {
			rest += len(group)
			continue
		}
		text := "`" + group[0] + "`"
		if more := len(group) - 1; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		texts = append(texts, text)
	}
	if rest > 0 {
		texts = append(texts, fmt.Sprintf("%d of other groups", rest))
	}
	return strings.Join(texts, ", ")
}
