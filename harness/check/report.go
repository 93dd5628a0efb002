package check

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Format is the version of the JSON form of a report. Members may be added to it; a
// change of any other kind has another version.
const Format = "eventsource-check/1"

// A Report says what was found at an endpoint.
type Report struct {
	Format      string       `json:"format"`
	URL         string       `json:"url"`
	Started     time.Time    `json:"started"`
	Seconds     float64      `json:"seconds"`
	Servers     []Server     `json:"servers,omitempty"` // that headers suggest
	Findings    []Finding    `json:"findings"`
	NotChecked  []NotChecked `json:"notChecked,omitempty"`
	Connections []Connection `json:"connections"`
}

// A Finding is something that is wrong with an endpoint, or may be.
type Finding struct {
	ID         string   `json:"id"`
	Severity   Severity `json:"severity"`
	Title      string   `json:"title"`
	Seen       string   `json:"seen"`       // what shows it
	Connection string   `json:"connection"` // on which it was seen
	Why        string   `json:"why"`
	Fix        string   `json:"fix"`
	Server     Server   `json:"server,omitempty"` // of Line
	Line       string   `json:"line,omitempty"`   // of configuration or code that fixes it
}

// line returns the line that fixes it, with the server that it is for, or "".
func (f Finding) line() string {
	if f.Line == "" {
		return ""
	}
	return string(f.Server) + ": " + f.Line
}

// NotChecked are rules that could not be checked.
type NotChecked struct {
	IDs    []string `json:"ids"`
	Reason string   `json:"reason"`
}

// A Connection is what happened on one connection. Times are in milliseconds; -1 means
// never.
type Connection struct {
	Name      string   `json:"name"`
	Redirects []string `json:"redirects,omitempty"`
	Status    int      `json:"status,omitempty"` // 0: there was no response
	Protocol  string   `json:"protocol,omitempty"`
	Type      string   `json:"type,omitempty"`
	Coding    string   `json:"coding,omitempty"`
	Head      float64  `json:"head"`      // from the request to the head
	FirstByte float64  `json:"firstByte"` // from the head to the first byte of the body
	Lived     float64  `json:"lived"`     // from the head to the end of the connection, or of its observation
	Silence   float64  `json:"silence"`   // the longest time without a byte
	Bytes     int      `json:"bytes"`     // of the body, without compression
	Events    int      `json:"events"`
	Comments  int      `json:"comments"`
	Ended     string   `json:"ended,omitempty"` // "ended", "broken" or "invalid"; "": it was open to the end
	Error     string   `json:"error,omitempty"`
}

func newReport(r *run) *Report {
	report := &Report{
		Format:   Format,
		URL:      r.target.Redacted(),
		Started:  r.start.UTC().Truncate(time.Second),
		Seconds:  math.Round(time.Since(r.start).Seconds()*10) / 10,
		Findings: []Finding{},
	}
	for _, rec := range r.recordings {
		report.Connections = append(report.Connections, rec.connection())
	}
	if head := r.find(plain).head; head != nil {
		report.Servers = suggested(head.Header)
	}
	return report
}

func (rec *recording) connection() Connection {
	since := func(at, from time.Duration, known bool) float64 {
		if !known || at < 0 || from < 0 {
			return -1
		}
		return math.Round(float64((at-from).Microseconds())/100) / 10
	}
	c := Connection{
		Name:      rec.name,
		Redirects: rec.redirects,
		Head:      since(rec.headAt, rec.requestedAt, true),
		FirstByte: since(rec.body.first, rec.headAt, rec.body.bytes > 0),
		Lived:     since(rec.endedAt, rec.headAt, true),
		Silence:   since(rec.body.gap, 0, rec.body.bytes > 0),
		Bytes:     rec.body.bytes,
		Events:    len(rec.body.events) + rec.body.dropped,
		Comments:  rec.body.comments,
		Ended:     string(rec.ending),
	}
	if rec.head != nil {
		c.Status, c.Protocol = rec.head.StatusCode, rec.head.Proto
		c.Type, c.Coding = cut(rec.head.Header.Get("Content-Type")), cut(rec.head.Header.Get("Content-Encoding"))
	}
	if rec.err != nil {
		c.Error = cut(rec.err.Error())
	}
	return c
}

// suggested returns the servers that headers suggest, the nearest to the client first.
func suggested(h http.Header) (servers []Server) {
	for _, s := range signatures {
		value := strings.Join(h.Values(s.header), ",")
		if value != "" && strings.Contains(strings.ToLower(value), s.part) && !slices.Contains(servers, s.server) {
			servers = append(servers, s.server)
		}
	}
	return servers
}

// sort puts faults before hints, in the order of the table.
func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(indexOf(a.ID), indexOf(b.ID)))
	})
}

func indexOf(id string) int { return slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == id }) }

// Count returns the number of findings of a severity.
func (r *Report) Count(s Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// JSON writes the report as JSON.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// Terminal writes the report as text. Whatever came from the network is quoted.
func (r *Report) Terminal(w io.Writer) error {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-5s  %s  %s\n", strings.ToUpper(string(f.Severity)), f.ID, f.Title)
		line := func(name, text string) { fmt.Fprintf(&b, "       %-5s %s\n", name, text) }
		line("seen", f.Seen+" ("+f.Connection+")")
		line("why", f.Why)
		line("fix", f.Fix)
		if f.Line != "" {
			line("", f.line())
		}
		b.WriteString("\n")
	}
	for _, n := range r.NotChecked {
		names := strings.ReplaceAll(strings.Join(n.IDs, ", "), "check/", "")
		if len(n.IDs) > 8 {
			names = fmt.Sprintf("%d other rules", len(n.IDs))
		}
		fmt.Fprintf(&b, "not checked: %s (%s)\n", names, n.Reason)
	}
	fmt.Fprintf(&b, "%s: %s, %s (%.1f s, %s)\n", visibleURL(r.URL), count(r.Count(Fault), "fault"), count(r.Count(Hint), "hint"), r.Seconds, r.stream())
	_, err := io.WriteString(w, b.String())
	return err
}

// stream describes the first connection in a few words.
func (r *Report) stream() string {
	c := r.Connections[0]
	if c.Status == 0 {
		return "no response"
	}
	return fmt.Sprintf("status %d, %s, %d bytes", c.Status, count(c.Events, "event"), c.Bytes)
}

// The elements of a JUnit document.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Skipped *junitMessage `xml:"skipped"`
		Failure *junitMessage `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report for CI systems: a test for each rule. A hint passes, with
// its text as output.
func (r *Report) JUnit(w io.Writer) error {
	suite := junitSuite{Name: "harness check " + visibleURL(r.URL), Time: fmt.Sprintf("%.1f", r.Seconds)}
	for _, rule := range Rules {
		c := junitCase{Class: "check", Name: rule.ID}
		for _, f := range r.Findings {
			text := fmt.Sprintf("seen %s (%s)\nwhy  %s\nfix  %s\n%s", f.Seen, f.Connection, f.Why, f.Fix, f.line())
			switch {
			case f.ID != rule.ID:
			case f.Severity == Fault:
				c.Failure = &junitMessage{f.Title, text}
				suite.Failures++
			default:
				c.Output = f.Title + "\n" + text
			}
		}
		for _, n := range r.NotChecked {
			if slices.Contains(n.IDs, rule.ID) && c.Failure == nil {
				c.Skipped = &junitMessage{Message: n.Reason}
			}
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
		suite.Tests++
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// maxQuoted is the number of bytes of a text from the network that a finding has.
const maxQuoted = 80

// cut shortens a text from the network. Its callers quote it.
func cut(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	return text[:maxQuoted] + "…"
}

// quote returns the first bytes of a body as a Go string.
func quote(b []byte) string { return strconv.Quote(cut(string(b))) }

// visibleURL returns a URL without characters that change how a terminal looks.
func visibleURL(url string) string {
	quoted := strconv.Quote(url)
	return quoted[1 : len(quoted)-1]
}

// ms returns a duration in milliseconds, or from 10 s on in seconds.
func ms(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
