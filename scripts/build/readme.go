package main

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The lines that enclose the tags of writeIntegrity.
const (
	integrityBegin = "<!-- integrity -->\n"
	integrityEnd   = "<!-- /integrity -->\n"
)

// writeIntegrity writes script tags with integrity attributes for the classic scripts
// into a Markdown file, between its two marker lines: those of the first build, then those
// of eventsource-plus.
//
// https://www.w3.org/TR/sri-2/#the-integrity-attribute
func writeIntegrity(path string, files []file) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begun := bytes.Cut(content, []byte(integrityBegin))
	_, after, ended := bytes.Cut(rest, []byte(integrityEnd))
	if !begun || !ended {
		return fmt.Errorf("%s has no place for the hashes: add the lines <!-- integrity --> and <!-- /integrity -->", path)
	}
	var builds [2]string
	for _, f := range files {
		if filepath.Ext(f.name) != ".js" || strings.Contains(f.name, "miniprogram") {
			continue
		}
		build := 0
		if f.name != "eventsource.js" && f.name != "eventsource-legacy.js" {
			build = 1
		}
		builds[build] += fmt.Sprintf("<script src=%q crossorigin=\"anonymous\"\n  integrity=%q></script>\n", f.name, integrity(f.content))
	}
	tags := integrityBegin + "```html\n" + builds[0] + "```\n\nThe same for the second build:\n\n```html\n" + builds[1] + "```\n" + integrityEnd
	return write(path, slices.Concat(before, []byte(tags), after))
}

func integrity(content []byte) string {
	hash := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(hash[:])
}

// writeSizes writes the sizes of the files, uncompressed and after brotli, into the
// rows of a Markdown table that begin with the files' names.
func writeSizes(path string, files []file) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found := false
	for _, f := range files {
		row := regexp.MustCompile("(?m)^(\\| `" + regexp.QuoteMeta(f.name) + "`[^|]*\\|).*$")
		found = found || row.Match(content)
		sizes := fmt.Sprintf("$1 %s | %s |", withComma(len(f.content)), withComma(brotlied(f.content)))
		content = row.ReplaceAll(content, []byte(sizes))
	}
	if !found {
		return fmt.Errorf("%s has no table of sizes: add rows that begin with | `eventsource.js` |", path)
	}
	return write(path, content)
}

// withComma formats a number of four to six digits.
func withComma(n int) string { return fmt.Sprintf("%d,%03d", n/1000, n%1000) }
