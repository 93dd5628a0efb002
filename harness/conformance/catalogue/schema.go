package catalogue

import _ "embed"

// Schema is the JSON Schema of a case file, with which editors complete and check
// cases as they are written. It is made from the types and tables that [Load] reads
// by, and accepts whatever Load does.
//
//go:embed schema.json
var Schema []byte
