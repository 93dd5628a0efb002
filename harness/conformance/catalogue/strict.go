package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decodeStrict decodes JSON into the value that v points to, by the json tags of
// its structs. It refuses what encoding/json accepts: unknown and repeated keys,
// null, and keys in another case. An error begins with the path of the key, at,
// and says what was expected there.
func decodeStrict(at string, raw []byte, v any) error {
	return decodeValue(at, bytes.TrimSpace(raw), reflect.ValueOf(v).Elem())
}

// A jsonReader decodes itself.
type jsonReader interface {
	fromJSON(at string, raw []byte) error
}

func decodeValue(at string, raw []byte, v reflect.Value) error {
	if own, ok := v.Addr().Interface().(jsonReader); ok {
		return own.fromJSON(at, raw)
	}
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		v.SetBytes(bytes.Clone(raw))
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return decodeStruct(at, raw, v)
	case reflect.Array:
		return decodeArray(at, raw, v)
	case reflect.Slice:
		return decodeSlice(at, raw, v)
	case reflect.Map:
		return decodeMap(at, raw, v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(at, raw, v.Elem())
	}
	if v.Kind() == reflect.Bool {
		v.SetBool(true)
		return decodeTrue(at, raw)
	}
	if string(raw) == "null" && v.Kind() != reflect.Interface {
		return unexpected(at, raw, v.Type())
	}
	if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
		return unexpected(at, raw, v.Type())
	}
	return nil
}

func decodeStruct(at string, raw []byte, v reflect.Value) error {
	members, err := membersOf(at, raw)
	if err != nil {
		return err
	}
	fields := fieldsOf(v.Type())
	for _, m := range members {
		i, ok := fields.index[m.key]
		if !ok {
			return fault(join(at, m.key), "unknown key; expected %s", oneOf(fields.names))
		}
		if err := decodeValue(join(at, m.key), m.value, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func decodeSlice(at string, raw []byte, v reflect.Value) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil || elements == nil {
		return unexpected(at, raw, v.Type())
	}
	v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
	return decodeElements(at, elements, v)
}

// decodeArray decodes an array of a fixed length.
func decodeArray(at string, raw []byte, v reflect.Value) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil || len(elements) != v.Len() {
		return unexpected(at, raw, v.Type())
	}
	return decodeElements(at, elements, v)
}

func decodeElements(at string, elements []json.RawMessage, v reflect.Value) error {
	for i, element := range elements {
		if err := decodeValue(fmt.Sprintf("%s[%d]", at, i), element, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// decodeMap decodes an object with any keys. Only here a value may be null; then
// the pointer is nil.
func decodeMap(at string, raw []byte, v reflect.Value) error {
	members, err := membersOf(at, raw)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, m := range members {
		value := reflect.New(v.Type().Elem()).Elem()
		if value.Kind() != reflect.Pointer || string(m.value) != "null" {
			if err := decodeValue(join(at, m.key), m.value, value); err != nil {
				return err
			}
		}
		v.SetMapIndex(reflect.ValueOf(m.key), value)
	}
	return nil
}

// fields are the keys that the JSON object of a struct may have.
type fields struct {
	names []string
	index map[string]int
}

func fieldsOf(t reflect.Type) fields {
	f := fields{index: map[string]int{}}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		f.names = append(f.names, name)
		f.index[name] = i
	}
	return f
}

type member struct {
	key   string
	value json.RawMessage
}

// membersOf returns the members of an object in their order. No key may be
// repeated.
func membersOf(at string, raw []byte) ([]member, error) {
	if len(raw) == 0 || raw[0] != '{' {
		return nil, fault(at, "%s; expected an object", abbreviate(raw))
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, fault(at, "%w", err)
	}
	var members []member
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, fault(at, "%w", err)
		}
		m := member{key: token.(string)}
		if slices.ContainsFunc(members, func(o member) bool { return o.key == m.key }) {
			return nil, fault(join(at, m.key), "key is repeated; expected it once")
		}
		if err := d.Decode(&m.value); err != nil {
			return nil, fault(join(at, m.key), "%w", err)
		}
		members = append(members, m)
	}
	return members, nil
}

// oneWord decodes an object that has exactly one member of a vocabulary and any
// number of others. The noun is what an error calls a word of that vocabulary.
func oneWord[W ~string](at string, raw []byte, noun string, words []W, others []string) (word member, rest []member, err error) {
	members, err := membersOf(at, raw)
	if err != nil {
		return word, nil, err
	}
	found := 0
	for _, m := range members {
		switch {
		case slices.Contains(words, W(m.key)):
			word = m
			found++
		case slices.Contains(others, m.key):
			rest = append(rest, m)
		default:
			var known []string
			for _, w := range words {
				known = append(known, string(w))
			}
			return word, nil, fault(join(at, m.key), "unknown key; expected %s", oneOf(append(known, others...)))
		}
	}
	if found != 1 {
		return word, nil, fault(at, "%d %ss; expected one of %s", found, noun, oneOf(words))
	}
	return word, rest, nil
}

// decodeTrue checks a value that can only be true. Its member is left out
// otherwise.
func decodeTrue(at string, raw []byte) error {
	if string(raw) != "true" {
		return fault(at, "%s; expected true", abbreviate(raw))
	}
	return nil
}

func unexpected(at string, raw []byte, want reflect.Type) error {
	return fault(at, "%s; expected %s", abbreviate(raw), inWords(want))
}

// fault returns an error about the value at a path; "": the whole value.
func fault(at, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if at == "" {
		return err
	}
	return fmt.Errorf("%s: %w", at, err)
}

// inWords returns the name of a type's JSON form.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Int:
		return "a whole number"
	case reflect.Array:
		return "a pair of strings"
	case reflect.Slice:
		return "an array"
	}
	return "a JSON value"
}

func oneOf[S ~string](names []S) string {
	text := ""
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " or "
		default:
			text += ", "
		}
		text += string(name)
	}
	return text
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	if strings.ContainsAny(key, " .:") || key == "" {
		return at + "[" + strconv.Quote(key) + "]"
	}
	return at + "." + key
}

// abbreviate returns the beginning of a JSON value.
func abbreviate(raw []byte) string {
	const most = 40
	if len(raw) == 0 {
		return "nothing"
	}
	if len(raw) > most {
		return string(raw[:most]) + "…"
	}
	return string(raw)
}
