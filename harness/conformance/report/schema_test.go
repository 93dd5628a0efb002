package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

// TestSchema checks that schema.json is made from the types of a report. Run it with
// -update after a change to one.
func TestSchema(t *testing.T) {
	m := &schemaMaker{comments: comments(t), defs: object{}}
	of := m.of(reflect.TypeFor[Report]())
	whole := object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Report of the conformance suite for server-sent events",
		"$ref":    of["$ref"],
		"$defs":   m.defs,
	}
	whole["$defs"].(object)["Report"].(object)["properties"].(object)["format"] = object{"const": Format}
	whole["$defs"].(object)["Report"].(object)["properties"].(object)["version"] = object{"const": Version}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(whole))
	if *update {
		require.NoError(t, os.WriteFile("schema.json", out.Bytes(), 0o644))
		Schema = out.Bytes() // for the tests that follow
	}
	require.Equal(t, out.String(), string(Schema), "renew it with go test ./harness/conformance/report -run TestSchema -update")
}

// TestSchemaAccepts shows that the committed reports are valid.
func TestSchemaAccepts(t *testing.T) {
	paths, err := filepath.Glob(committed + "*.json")
	require.NoError(t, err)
	clients, err := filepath.Glob(committed + "*/*.json")
	require.NoError(t, err)
	for _, path := range append(paths, clients...) {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, validate(t, content), path)
	}
}

// TestSchemaRefuses shows what a program that reads reports may rely on.
func TestSchemaRefuses(t *testing.T) {
	with := func(members string) string {
		return `{"format": "eventsource-conformance", "version": 2, "started": "2026-11-28T00:00:00Z", "milliseconds": 1, "targets": [], "cases": [], ` + members + `}`
	}
	result := `"results": [{"target": "a", "case": "parse/lf", "verdict": "pass", "expected": true}]`
	require.NoError(t, validate(t, []byte(with(result))))
	require.NoError(t, validate(t, []byte(with(result+`, "later": 1`))), "a later harness may add members")
	tests := []struct{ name, report string }{
		{"an array", `[]`},
		{"no results", with(`"other": 1`)},
		{"another version", strings.Replace(with(result), `"version": 2`, `"version": 3`, 1)},
		{"an unknown verdict", with(strings.Replace(result, "pass", "passed", 1))},
		{"a number for a text", with(strings.Replace(result, `"a"`, "1", 1))},
		{"no case", with(strings.Replace(result, `"case"`, `"cas"`, 1))},
	}
	for _, tt := range tests {
		require.Error(t, validate(t, []byte(tt.report)), tt.name)
	}
}

type object = map[string]any

// A schemaMaker makes schemas of types. Descriptions are the comments of their fields.
type schemaMaker struct {
	comments map[string]string // by TYPE.FIELD
	defs     object            // by type
}

// of returns the schema of a type.
func (m *schemaMaker) of(t reflect.Type) object {
	text, number := object{"type": "string"}, object{"type": "integer"}
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[catalogue.Verdict]():
		return object{"enum": []any{catalogue.Pass, catalogue.Fail, catalogue.Timeout, catalogue.Error, catalogue.Skip, catalogue.NotApplicable, catalogue.Recorded}}
	case reflect.TypeFor[catalogue.Level]():
		return object{"enum": []any{catalogue.Must, catalogue.Should, catalogue.Info, catalogue.Extension}}
	case reflect.TypeFor[catalogue.Header]():
		return object{"type": "array", "items": text}
	case reflect.TypeFor[catalogue.Entry]():
		return object{"type": "array"}
	case reflect.TypeFor[catalogue.Text]():
		summary := object{"type": "object", "properties": object{"length": number, "fnv1a": text}, "required": []string{"length", "fnv1a"}}
		return object{"anyOf": []any{text, summary}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.of(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": m.of(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return number
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.String:
		return text
	case reflect.Struct:
		if m.defs[t.Name()] == nil {
			m.defs[t.Name()] = m.members(t)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	}
	panic("no schema of " + t.String())
}

// members returns the schema of a struct. Other members are allowed, because later
// versions of the harness may add some.
func (m *schemaMaker) members(t reflect.Type) object {
	properties, required := object{}, []string{}
	for field := range t.Fields() {
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		of := m.of(field.Type)
		if options == "" {
			required = append(required, key)
			if field.Type.Kind() == reflect.Slice {
				of["type"] = []any{"array", "null"}
			}
		}
		if text := m.comments[t.Name()+"."+field.Name]; text != "" {
			of["description"] = text
		}
		properties[key] = of
	}
	return object{"type": "object", "properties": properties, "required": required}
}

// comments returns the comments of fields by TYPE.FIELD.
func comments(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"report.go", "suite.go", "../catalogue/transcript.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range of.Fields.List {
					text := strings.Join(strings.Fields(field.Doc.Text()+field.Comment.Text()), " ")
					for _, name := range field.Names {
						all[spec.Name.Name+"."+name.Name] = regexp.MustCompile(`\[(\w[\w.]*)\]`).ReplaceAllString(text, "$1")
					}
				}
			}
			return true
		})
	}
	return all
}

// validate checks a report by the schema.
func validate(t *testing.T, content []byte) error {
	var root object
	require.NoError(t, json.Unmarshal(Schema, &root))
	var value any
	require.NoError(t, json.Unmarshal(content, &value))
	return check(root, root, value)
}

// check returns what is wrong with a value by the keywords that the schema uses.
func check(root, s object, value any) error {
	if ref, ok := s["$ref"].(string); ok {
		return check(root, root["$defs"].(object)[strings.TrimPrefix(ref, "#/$defs/")].(object), value)
	}
	if want, ok := s["const"]; ok && want != value {
		return fmt.Errorf("%v is not %v", value, want)
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) {
		return fmt.Errorf("%v is not one of %v", value, enum)
	}
	if any, ok := s["anyOf"].([]any); ok && check(root, any[0].(object), value) != nil {
		return check(root, any[1].(object), value)
	}
	is := ""
	switch value := value.(type) {
	case nil:
		is = "null"
	case string:
		is = "string"
	case bool:
		is = "boolean"
	case float64:
		if is = "number"; value == float64(int64(value)) && s["type"] == "integer" {
			is = "integer"
		}
	case []any:
		is = "array"
		for i, item := range value {
			if items, ok := s["items"].(object); ok {
				if err := check(root, items, item); err != nil {
					return fmt.Errorf("[%d]: %w", i, err)
				}
			}
		}
	case object:
		is = "object"
		required, _ := s["required"].([]any)
		for _, key := range required {
			if _, ok := value[key.(string)]; !ok {
				return fmt.Errorf("no %s", key)
			}
		}
		properties, _ := s["properties"].(object)
		for key, member := range value {
			if of, ok := properties[key].(object); ok {
				if err := check(root, of, member); err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
			}
		}
	}
	types, several := s["type"].([]any)
	if want := s["type"]; want != nil && want != is && !(several && slices.Contains(types, any(is))) {
		return fmt.Errorf("%s, not %v", is, want)
	}
	return nil
}
