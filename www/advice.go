package www

import (
	"fmt"
	"html"
	"strings"

	"eventsource-wasm/harness/check"
)

// advice returns the list of what makes a good event stream.
func advice() string {
	var b strings.Builder
	b.WriteString("<ol class=\"checklist\">\n")
	for _, p := range check.Points {
		fmt.Fprintf(&b, "  <li>%s</li>\n", both("<b>"+p.Title.English+"</b> "+p.Text.English, "<b>"+p.Title.Chinese+"</b>："+p.Text.Chinese))
	}
	b.WriteString("</ol>")
	return b.String()
}

// rules returns a list of what the check verb finds, and how to fix it.
func rules() string {
	var b strings.Builder
	b.WriteString("<dl>\n")
	for _, r := range check.Rules {
		fmt.Fprintf(&b, "<dt>%s <code>%s</code></dt>\n<dd>%s</dd>\n", both(r.Title.English, r.Title.Chinese), r.ID, both(html.EscapeString(r.Fix.English), html.EscapeString(r.Fix.Chinese)))
		for _, server := range check.Servers {
			if line := r.Lines[server]; line != "" {
				fmt.Fprintf(&b, "<dd>%s: <code>%s</code></dd>\n", server, html.EscapeString(line))
			}
		}
	}
	b.WriteString("</dl>")
	return b.String()
}
