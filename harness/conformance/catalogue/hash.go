package catalogue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
)

// Hash returns the first 12 hex digits of a SHA-256 hash of all case files. Two
// suites with the same hash have the same cases: it changes with every word of a
// case, but not with the white space between its members.
func Hash() string {
	hash, err := hashOf(files)
	if err != nil {
		panic(err) // the embedded files are JSON: a test loads them
	}
	return hash
}

func hashOf(fsys fs.FS) (string, error) {
	names, err := fs.Glob(fsys, "cases/*.json")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(hash, "%s %s\n", name, compact.Bytes())
	}
	return hex.EncodeToString(hash.Sum(nil))[:12], nil
}
