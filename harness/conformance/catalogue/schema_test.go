package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchema checks that schema.json is made from the types and tables that the
// decoder reads by. Run it with -update after a change to one.
func TestSchema(t *testing.T) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(newSchemaMaker(t).file()))
	if *update {
		require.NoError(t, os.WriteFile("schema.json", out.Bytes(), 0o644))
		Schema = out.Bytes() // for the tests that follow
	}
	require.Equal(t, out.String(), string(Schema), "renew it with go test ./harness/conformance/catalogue -update")
}

// TestSchemaAccepts shows that every case file is valid.
func TestSchemaAccepts(t *testing.T) {
	names, err := fs.Glob(files, "cases/*.json")
	require.NoError(t, err)
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		require.NoError(t, validate(t, raw), name)
	}
}

// TestSchemaRefuses shows which mistakes an editor marks.
func TestSchemaRefuses(t *testing.T) {
	tests := []struct{ name, file string }{
		{"an object", `{}`},
		{"no title", `[{"id": "parse/x", "requirement": "Follows.", "level": "must", "spec": "html#a"}]`},
		{"bad id", `[` + strings.Replace(with(`"alone": true`), "parse/x", "Parse", 1) + `]`},
		{"unknown level", `[` + strings.Replace(with(`"alone": true`), "must", "may", 1) + `]`},
		{"unknown standard", `[` + strings.Replace(with(`"alone": true`), "html#a", "htm#a", 1) + `]`},
		{"unknown key", `[` + with(`"sever": []`) + `]`},
		{"false for a switch", `[` + with(`"alone": false`) + `]`},
		{"null", `[` + with(`"server": null`) + `]`},
		{"fraction", `[` + with(`"client": {"limit": 0.5}`) + `]`},
		{"negative time", `[` + with(`"client": {"settle": -1}`) + `]`},
		{"unknown context", `[` + with(`"contexts": ["worker"]`) + `]`},
		{"unknown verb", `[` + with(`"server": [[{"sendd": "x"}]]`) + `]`},
		{"two verbs", `[` + with(`"server": [[{"send": "x", "end": true}]]`) + `]`},
		{"option of another verb", `[` + with(`"server": [[{"pause": 5, "repeat": 2}]]`) + `]`},
		{"option too small", `[` + with(`"server": [[{"send": "x", "chunk": 0}]]`) + `]`},
		{"no pause", `[` + with(`"routes": {"b": [[{"pause": 0}]]}`) + `]`},
		{"bad name of a route", `[` + with(`"routes": {"B": []}`) + `]`},
		{"unknown framing", `[` + with(`"server": [[{"respond": {"framing": "open"}}]]`) + `]`},
		{"header of one element", `[` + with(`"server": [[{"respond": {"headers": [["A"]]}}]]`) + `]`},
		{"two actions", `[` + with(`"drive": [{"gc": true, "wait": 5}]`) + `]`},
		{"a switch that is a number", `[` + with(`"drive": [{"offline": 1}]`) + `]`},
		{"unknown class", `[` + with(`"expect": {"events": [{"type": "open", "class": "Evnt"}]}`) + `]`},
		{"log entry of three", `[` + with(`"expect": {"log": [["a", 1, 2]]}`) + `]`},
		{"choice without a reason", `[` + withChoice(`{"spec": "html#a"}`) + `]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Error(t, validate(t, []byte(tt.file))) })
	}
}

// A schema is a JSON Schema: those of its keywords that are used here.
//
// https://json-schema.org/draft/2020-12/json-schema-validation
type schema struct {
	Schema               string      `json:"$schema,omitempty"`
	Ref                  string      `json:"$ref,omitempty"`
	Title                string      `json:"title,omitempty"`
	Description          string      `json:"description,omitempty"`
	Type                 string      `json:"type,omitempty"`
	Const                any         `json:"const,omitempty"`
	Enum                 []string    `json:"enum,omitempty"`
	Pattern              string      `json:"pattern,omitempty"`
	Minimum              *int        `json:"minimum,omitempty"`
	Items                *schema     `json:"items,omitempty"`
	MinItems             int         `json:"minItems,omitempty"`
	MaxItems             int         `json:"maxItems,omitempty"`
	Properties           definitions `json:"properties,omitempty"`
	PropertyNames        *schema     `json:"propertyNames,omitempty"`
	Required             []string    `json:"required,omitempty"`
	AdditionalProperties any         `json:"additionalProperties,omitempty"` // false or a schema
	AnyOf                []*schema   `json:"anyOf,omitempty"`
	Defs                 definitions `json:"$defs,omitempty"`
}

// definitions are schemas by name. In JSON they keep their order, in which editors
// list them.
type definitions []definition

type definition struct {
	name string
	*schema
}

func (d definitions) MarshalJSON() ([]byte, error) {
	var members []string
	for _, one := range d {
		value, err := json.Marshal(one.schema)
		if err != nil {
			return nil, err
		}
		members = append(members, fmt.Sprintf("%q: %s", one.name, value))
	}
	return []byte("{" + strings.Join(members, ",") + "}"), nil
}

func (d *definitions) UnmarshalJSON(raw []byte) error {
	var byName map[string]*schema
	if err := json.Unmarshal(raw, &byName); err != nil {
		return err
	}
	for _, name := range sortedKeys(byName) {
		*d = append(*d, definition{name, byName[name]})
	}
	return nil
}

func (d definitions) find(name string) *schema {
	i := slices.IndexFunc(d, func(one definition) bool { return one.name == name })
	if i < 0 {
		return nil
	}
	return d[i].schema
}

// A schemaMaker makes the schema. Descriptions are the comments of the types' fields.
type schemaMaker struct {
	t        *testing.T
	comments map[string]string // by TYPE.FIELD
	defs     definitions
}

// docLink matches a link of a doc comment.
var docLink = regexp.MustCompile(`(^| )\[(\w+)\]`)

func newSchemaMaker(t *testing.T) *schemaMaker {
	m := &schemaMaker{t: t, comments: map[string]string{}}
	for _, name := range []string{"case.go", "decode.go", "steps.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			of, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			last := ""
			for _, field := range of.Fields.List {
				text := strings.Join(strings.Fields(field.Doc.Text()+field.Comment.Text()), " ")
				text = docLink.ReplaceAllString(text, "$1$2")
				for _, name := range field.Names {
					if text == "" && strings.Contains(last, name.Name) { // one comment for several fields
						text = last
					}
					m.comments[spec.Name.Name+"."+name.Name] = text
				}
				last = text
			}
			return true
		})
	}
	return m
}

// file returns the schema of a case file.
func (m *schemaMaker) file() *schema {
	cases := &schema{
		Schema: "https://json-schema.org/draft/2020-12/schema",
		Title:  "Conformance cases for server-sent events",
		Type:   "array",
		Items:  m.of(reflect.TypeFor[Case]()),
	}
	cases.Defs = m.defs
	return cases
}

// required are the members that an object must have, by type.
var required = map[string][]string{
	"Case":   {"id", "title", "requirement", "level", "spec"},
	"Choice": {"spec", "permits"},
	"Event":  {"type"},
}

// patterns are the forms of strings, by type and field.
var patterns = map[string]string{
	"Case.ID":     idForm.String(),
	"Case.Spec":   specPattern(),
	"Choice.Spec": specPattern(),
	"Choice.Step": stepForm.String(),
}

func specPattern() string {
	return "^((" + strings.Join(sortedKeys(standards), "|") + `)#\S+|https://.*)$`
}

// of returns the schema of a type, or a reference to it.
func (m *schemaMaker) of(t reflect.Type) *schema {
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return &schema{}
	case reflect.TypeFor[Level]():
		return &schema{Enum: texts(levels)}
	case reflect.TypeFor[Context]():
		return &schema{Enum: texts(Contexts)}
	case reflect.TypeFor[Framing]():
		return &schema{Enum: texts(framings)}
	case reflect.TypeFor[Entry]():
		return &schema{Type: "array", MinItems: 2, MaxItems: 2}
	case reflect.TypeFor[Step]():
		return m.define("Step", m.step)
	case reflect.TypeFor[Action]():
		return m.define("Action", m.action)
	case reflect.TypeFor[Expect]():
		return m.of(reflect.TypeFor[expectForm]())
	case reflect.TypeFor[Event]():
		return &schema{AnyOf: []*schema{{Type: "string"}, m.define("Event", func() *schema { return m.object(t) })}}
	}
	switch t.Kind() {
	case reflect.Struct:
		name := strings.TrimSuffix(t.Name(), "Form")
		return m.define(strings.ToUpper(name[:1])+name[1:], func() *schema { return m.object(t) })
	case reflect.Pointer:
		return m.of(t.Elem())
	case reflect.Slice:
		return &schema{Type: "array", Items: m.of(t.Elem())}
	case reflect.Array:
		return &schema{Type: "array", Items: m.of(t.Elem()), MinItems: t.Len(), MaxItems: t.Len()}
	case reflect.Map:
		values := m.of(t.Elem())
		if t.Elem().Kind() == reflect.Pointer {
			return &schema{Type: "object", AdditionalProperties: &schema{AnyOf: []*schema{values, {Type: "null"}}}}
		}
		return &schema{Type: "object", PropertyNames: &schema{Pattern: routeForm.String()}, AdditionalProperties: values}
	case reflect.Bool:
		return &schema{Const: true}
	case reflect.Int:
		return &schema{Type: "integer", Minimum: new(int)}
	case reflect.String:
		return &schema{Type: "string"}
	}
	panic("no schema of " + t.String())
}

// define adds a definition, unless there is one, and returns a reference to it.
func (m *schemaMaker) define(name string, make func() *schema) *schema {
	if m.defs.find(name) == nil {
		at := len(m.defs)
		m.defs = append(m.defs, definition{name, &schema{}})
		m.defs[at].schema = make()
	}
	return &schema{Ref: "#/$defs/" + name}
}

func (m *schemaMaker) object(t reflect.Type) *schema {
	o := &schema{Type: "object", Required: required[t.Name()], AdditionalProperties: false}
	for i := range t.NumField() {
		field := t.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if key == "-" {
			continue
		}
		at := t.Name() + "." + field.Name
		member := m.of(field.Type)
		member.Description = m.comments[at]
		member.Pattern = patterns[at]
		if at == "Event.Class" {
			member = &schema{Description: member.Description, Enum: classes}
		}
		o.Properties = append(o.Properties, definition{key, member})
	}
	return o
}

// step returns the schema of a step: a verb, and the options that it takes.
func (m *schemaMaker) step() *schema {
	step := &schema{}
	for _, entry := range verbs {
		one := m.word(string(entry.verb), entry.read, entry.means)
		for _, option := range options {
			if slices.Contains(option.of, entry.verb) {
				least := option.least
				one.Properties = append(one.Properties, definition{option.key, &schema{Description: option.means, Type: "integer", Minimum: &least}})
			}
		}
		step.AnyOf = append(step.AnyOf, one)
	}
	return step
}

func (m *schemaMaker) action() *schema {
	action := &schema{}
	for _, entry := range actions {
		action.AnyOf = append(action.AnyOf, m.word(string(entry.name), entry.read, entry.means))
	}
	return action
}

// word returns the schema of an object with a word of a vocabulary, whose value is
// read by a function.
func (m *schemaMaker) word(word string, read any, means string) *schema {
	one := 1
	values := map[uintptr]*schema{
		pointer(readHead):    {Ref: m.of(reflect.TypeFor[Head]()).Ref},
		pointer(readBytes):   {Type: "string"},
		pointer(readTime):    {Type: "integer", Minimum: &one},
		pointer(readTrue):    {Const: true},
		pointer(readText):    {Type: "string"},
		pointer(readWait):    {Type: "integer", Minimum: &one},
		pointer(readSwitch):  {Type: "boolean"},
		pointer(readNothing): {Const: true},
	}
	value := values[pointer(read)]
	require.NotNil(m.t, value, "the schema of %q is unknown: add the function that reads its value to this map", word)
	value.Description = means
	return &schema{Type: "object", Properties: definitions{{word, value}}, Required: []string{word}, AdditionalProperties: false}
}

func pointer(function any) uintptr { return reflect.ValueOf(function).Pointer() }

func texts[S ~string](words []S) (all []string) {
	for _, word := range words {
		all = append(all, string(word))
	}
	return all
}

// validate checks a case file by the schema.
func validate(t *testing.T, file []byte) error {
	var root schema
	require.NoError(t, json.Unmarshal(Schema, &root))
	var value any
	require.NoError(t, json.Unmarshal(file, &value))
	return root.check(&root, value)
}

// check returns what is wrong with a value.
func (s *schema) check(root *schema, value any) error {
	if s.Ref != "" {
		return root.Defs.find(strings.TrimPrefix(s.Ref, "#/$defs/")).check(root, value)
	}
	if s.AnyOf != nil && !slices.ContainsFunc(s.AnyOf, func(one *schema) bool { return one.check(root, value) == nil }) {
		return fmt.Errorf("%v is not an allowed value", value)
	}
	if s.Const != nil && value != s.Const {
		return fmt.Errorf("%v is not %v", value, s.Const)
	}
	is := ""
	switch value := value.(type) {
	case nil:
		is = "null"
	case bool:
		is = "boolean"
	case float64:
		is = "number"
		if value == float64(int(value)) {
			is = "integer"
		}
		if s.Minimum != nil && value < float64(*s.Minimum) {
			return fmt.Errorf("%v is below %d", value, *s.Minimum)
		}
	case string:
		is = "string"
		if !regexp.MustCompile(s.Pattern).MatchString(value) {
			return fmt.Errorf("%q does not match %s", value, s.Pattern)
		}
	case []any:
		is = "array"
		if len(value) < s.MinItems || s.MaxItems > 0 && len(value) > s.MaxItems {
			return fmt.Errorf("%d items", len(value))
		}
		for i, item := range value {
			if s.Items == nil {
				break
			}
			if err := s.Items.check(root, item); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case map[string]any:
		is = "object"
		if err := s.checkMembers(root, value); err != nil {
			return err
		}
	}
	if s.Enum != nil && !slices.Contains(s.Enum, fmt.Sprint(value)) {
		return fmt.Errorf("%v is not one of %v", value, s.Enum)
	}
	if s.Type != "" && s.Type != is {
		return fmt.Errorf("%s, not %s", is, s.Type)
	}
	return nil
}

func (s *schema) checkMembers(root *schema, object map[string]any) error {
	for _, key := range s.Required {
		if _, ok := object[key]; !ok {
			return fmt.Errorf("no %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		of := s.Properties.find(key)
		switch more := s.AdditionalProperties.(type) {
		case bool:
			if of == nil && !more {
				return fmt.Errorf("unknown key %s", key)
			}
		case map[string]any:
			raw, _ := json.Marshal(more)
			of = &schema{}
			if err := json.Unmarshal(raw, of); err != nil {
				return err
			}
		}
		if s.PropertyNames != nil {
			if err := s.PropertyNames.check(root, key); err != nil {
				return err
			}
		}
		if of == nil {
			continue
		}
		if err := of.check(root, object[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
