package report

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// junitSchema is what the schemas of CI systems have in common: for each element, the
// attributes that it has, and its children in order. The schema of Jenkins allows no
// others, and none that counts skipped cases in testsuites.
var junitSchema = map[string]struct {
	attributes string
	children   *regexp.Regexp
	text       bool
}{
	"testsuites": {"name tests failures errors time", regexp.MustCompile(`^(testsuite )*$`), false},
	"testsuite":  {"name timestamp tests failures errors skipped time", regexp.MustCompile(`^properties (testcase )*$`), false},
	"properties": {"", regexp.MustCompile(`^(property )*$`), false},
	"property":   {"name value", regexp.MustCompile(`^$`), false},
	"testcase":   {"classname name time", regexp.MustCompile(`^(skipped |error |failure )?(system-out )?$`), false},
	"skipped":    {"message", regexp.MustCompile(`^$`), false},
	"error":      {"message type", regexp.MustCompile(`^$`), true},
	"failure":    {"message type", regexp.MustCompile(`^$`), true},
	"system-out": {"", regexp.MustCompile(`^$`), true},
}

// An element is an XML element with its attributes and children.
type element struct {
	XMLName    xml.Name
	Attributes []xml.Attr `xml:",any,attr"`
	Children   []element  `xml:",any"`
	Text       string     `xml:",chardata"`
}

func (e element) attribute(name string) string {
	for _, a := range e.Attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) all(yield func(element) bool) bool {
	return yield(e) && !slices.ContainsFunc(e.Children, func(c element) bool { return !c.all(yield) })
}

// count returns the number of elements with a name in e.
func (e element) count(name string) (n int) {
	e.all(func(child element) bool {
		if child.XMLName.Local == name {
			n++
		}
		return true
	})
	return n
}

func TestJUnit(t *testing.T) {
	for _, r := range []*Report{example(), hostile(), New(example().Started, nil)} {
		var b bytes.Buffer
		require.NoError(t, r.JUnit(&b))
		var root element
		require.NoError(t, xml.Unmarshal(b.Bytes(), &root))
		root.all(func(e element) bool {
			rule, known := junitSchema[e.XMLName.Local]
			require.True(t, known, e.XMLName.Local)
			attributes := []string{}
			for _, a := range e.Attributes {
				attributes = append(attributes, a.Name.Local)
			}
			require.Equal(t, strings.Fields(rule.attributes), attributes, e.XMLName.Local)
			children := ""
			for _, child := range e.Children {
				children += child.XMLName.Local + " "
			}
			require.Regexp(t, rule.children, children, e.XMLName.Local)
			require.True(t, rule.text || strings.TrimSpace(e.Text) == "", e.Text)
			return true
		})
		for _, suite := range append(root.Children, root) {
			require.Equal(t, suite.attribute("tests"), itoa(suite.count("testcase")))
			require.Equal(t, suite.attribute("failures"), itoa(suite.count("failure")))
			require.Equal(t, suite.attribute("errors"), itoa(suite.count("error")))
			if suite.XMLName.Local == "testsuite" {
				require.Equal(t, suite.attribute("skipped"), itoa(suite.count("skipped")))
			}
			require.Regexp(t, `^\d+\.\d{3}$`, suite.attribute("time"), "seconds")
		}
	}
}

// TestJUnitNames checks that class and name of a case are the same in every run, so
// that a viewer can follow the case.
func TestJUnitNames(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, example().JUnit(&b))
	require.Contains(t, b.String(), `<testcase classname="chromium/x.js.parse" name="parse/cr" time="0.000">`)
}
