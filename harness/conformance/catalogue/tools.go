package catalogue

import (
	"fmt"
	"regexp"
	"slices"
)

type toolEntry struct {
	member  string // of t
	example string // its use, for README.md
	means   string // for README.md
}

// tools is the vocabulary of what recorder.js gives to the script of a client as
// members of t, beside the addresses. The table in README.md is made from it.
var tools = []toolEntry{
	{"record", "`t.record(es)`", "Records the events of a source, and returns the source"},
	{"log", "`t.log(name, value)`", "Records a JSON value; undefined is recorded as `\"undefined\"`"},
	{"throws", "`t.throws(f)`", "Calls `f` and returns the name of what it throws, or `\"none\"`"},
	{"later", "`t.later(ms, f)`", "Calls `f` after that many milliseconds"},
	{"done", "`t.done()`", "Ends the recording at once"},
	{"get", "`t.get(url, f)`", "Loads a resource and calls `f` with its text"},
	{"frame", "`t.frame(url, f)`", "Shows a page in a frame, calls `f` with its window when it is loaded, and returns the frame's element"},
	{"implementation", "`t.implementation`", "The URL of a script that installs the implementation under test in any other page or worker"},
}

// Tools returns the names of all members of t, addresses included.
func Tools() []string {
	var members []string
	for _, entry := range tools {
		members = append(members, entry.member)
	}
	for _, entry := range placeholders {
		if entry.member != "" {
			members = append(members, entry.member)
		}
	}
	return members
}

// memberOfT matches the use of a member of t, or of another variable whose name
// ends with t.
var memberOfT = regexp.MustCompile(`t\.(\w+)`)

// nameByte matches a byte that cannot stand before the variable t.
var nameByte = regexp.MustCompile(`[\w.$]`)

// checkTools checks that a client's script uses only members of t that exist.
func checkTools(script []string) error {
	for i, line := range script {
		for _, member := range membersUsed(line) {
			if !slices.Contains(Tools(), member) {
				return fmt.Errorf("client.script[%d]: unknown t.%s; expected t with %s", i, member, oneOf(Tools()))
			}
		}
	}
	return nil
}

// membersUsed returns the members of t in a text.
func membersUsed(text string) []string {
	var members []string
	for _, m := range memberOfT.FindAllStringSubmatchIndex(text, -1) {
		if m[0] == 0 || !nameByte.MatchString(text[m[0]-1:m[0]]) {
			members = append(members, text[m[2]:m[3]])
		}
	}
	return members
}
