package report

import _ "embed"

// Schema is the JSON Schema of a report. It is made from the types that [Parse] reads by.
//
//go:embed schema.json
var Schema []byte
