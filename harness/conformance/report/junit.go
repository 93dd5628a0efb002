package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The part of the JUnit format that viewers of CI systems have in common. The members
// are in the order of its schema.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Time   junitSeconds `xml:"time,attr"`
		Suites []junitSuite `xml:"testsuite"`
	}

	junitSuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		junitCounts
		Skipped    int             `xml:"skipped,attr"` // only here: testsuites has no such attribute
		Time       junitSeconds    `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}

	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}

	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}

	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    junitSeconds  `xml:"time,attr"`
		Skipped *junitMessage `xml:"skipped"`
		Error   *junitMessage `xml:"error"`
		Failure *junitMessage `xml:"failure"`
		Output  *junitOutput  `xml:"system-out"`
	}

	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}

	junitOutput struct {
		Text string `xml:",cdata"`
	}
)

// junitSeconds are milliseconds, written as seconds.
type junitSeconds float64

func (s junitSeconds) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%.3f", s/1000), nil }

// JUnit writes the report in the form that CI systems read: a suite for each target,
// a class for each group of cases in it.
func (r *Report) JUnit(w io.Writer) error {
	m := r.Matrix()
	suites := junitSuites{Name: r.Format}
	suites.Time = junitSeconds(r.Milliseconds)
	for i, column := range m.Columns {
		suite := r.junitSuite(m, i, column.Target)
		suites.Suites = append(suites.Suites, suite)
		suites.Tests += suite.Tests
		suites.Failures += suite.Failures
		suites.Errors += suite.Errors
	}
	io.WriteString(w, xml.Header)
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junitSuite(m Matrix, column int, t Target) junitSuite {
	suite := junitSuite{
		Name:      visible(t.Name),
		Timestamp: r.Started.UTC().Format(time.DateOnly + "T" + time.TimeOnly), // the schema allows no time zone
		Properties: []junitProperty{
			{"browser", visible(t.BrowserVersion)},
			{"userAgent", visible(t.UserAgent)},
			{"implementation", visible(t.Implementation)},
			{"context", visible(t.Context)},
		},
	}
	if s := m.Score(column); s.Selected > 0 {
		suite.Properties = append(suite.Properties, junitProperty{"judged", fmt.Sprintf("%d of %s", s.Judged, count(s.Selected, "must case"))})
	}
	for _, p := range []junitProperty{{"build", t.Build.String()}, {"suite", t.Suite.String()}} {
		if p.Value != "" {
			suite.Properties = append(suite.Properties, junitProperty{p.Name, visible(p.Value)})
		}
	}
	if n := m.count(column, flaky); n > 0 {
		suite.Properties = append(suite.Properties, junitProperty{"flaky", count(n, "case")})
	}
	for _, loss := range t.Losses {
		suite.Properties = append(suite.Properties, junitProperty{"lost", visible(loss)})
	}
	suite.Time = junitSeconds(t.Milliseconds)
	for _, g := range m.Groups {
		for _, row := range g.Rows {
			if row.Cells[column].Result != nil {
				suite.add(g, row, row.Cells[column], t)
			}
		}
	}
	return suite
}

func (s *junitSuite) add(g Group, row Row, cell Cell, t Target) {
	c := junitCase{
		Class: visible(t.Name + "." + g.Name),
		Name:  visible(row.ID),
		Time:  junitSeconds(cell.Milliseconds),
	}
	s.Tests++
	switch label := cell.Label(); label {
	case passed:
	case flaky:
		c.Output = &junitOutput{visible("flaky\n" + attemptsText(cell.Result))}
	case recorded:
		c.Output = &junitOutput{visible(cut(cell.Got, maxFact))}
	case known, skipped, notApplicable:
		s.Skipped++
		c.Skipped = &junitMessage{Message: visible(why(cell))}
	case broken:
		s.Errors++
		c.Error = &junitMessage{visible(cut(cell.Got, maxFact)), label.Word, inFull(row, cell, t)}
	default:
		s.Failures++
		c.Failure = &junitMessage{visible(summarise(row, cell)), label.Word, inFull(row, cell, t)}
	}
	s.Cases = append(s.Cases, c)
}

// attemptsText returns the attempts, one a line.
func attemptsText(r *Result) string {
	var lines []string
	for i, attempt := range r.Attempts {
		lines = append(lines, fmt.Sprintf("run %d  %s", i+1, short(attempt.String())))
	}
	return strings.Join(lines, "\n")
}

// why returns the reason of a result that is neither a pass nor a failure.
func why(c Cell) string {
	for _, text := range []string{c.Reason, c.Got} {
		if text != "" {
			return c.Label().Name + ": " + cut(text, maxFact)
		}
	}
	return c.Label().Name
}

// summarise returns a failure in one line.
func summarise(row Row, c Cell) string {
	if c.Label() == surprising {
		return "passed, but is known to fail: " + c.Reason
	}
	return fmt.Sprintf("%s (want %s, got %s)", row.Requirement, cut(c.Want, maxFact), cut(c.Got, maxFact))
}

// inFull returns everything that helps to find a bug.
func inFull(row Row, c Cell, t Target) string {
	var b strings.Builder
	terminal := NewTerminal(&b, false)
	terminal.failure(row.Case, *c.Result, t)
	terminal.block("what the server does", firstLines(row.Server))
	if c.Kept() {
		terminal.block("what the server recorded", serverLines(c.Transcript, true))
	}
	terminal.block("what the client does", firstLines(row.Client))
	if c.Kept() {
		terminal.block("what the page recorded", pageLines(c.Transcript))
	}
	return visible(b.String())
}
