package catalogue

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the tables of README.md")

// TestReadme holds the tables of README.md against the vocabularies that the
// decoder reads by. Run it with -update after a change to one.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	require.NoError(t, err)
	text := string(raw)
	for _, table := range readmeTables() {
		// A table reaches from its head to the next empty line.
		old := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(table[0]) + `\n(\|.*\n)*`).FindString(text)
		require.NotEmpty(t, old, "README.md has no table %q", table[0])
		want := strings.Join(table, "\n") + "\n"
		if *update {
			text = strings.Replace(text, old, want, 1)
			continue
		}
		require.Equal(t, want, old, "renew it with go test ./harness/conformance/catalogue -update")
	}
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(text), 0o644))
	}
}

// TestReadmeIDs shows that every case that README.md names exists.
func TestReadmeIDs(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile("`([a-z-]+/[a-z0-9-]+)`").FindAllStringSubmatch(string(raw), -1) {
		require.Contains(t, strings.Fields(allIDs), m[1])
	}
}

// readmeTables returns the lines of each table.
func readmeTables() [][]string {
	steps := []string{"| step | what it does |", "| --- | --- |"}
	for _, entry := range verbs {
		steps = append(steps, fmt.Sprintf("| `%s` | %s |", entry.example, entry.means))
	}

	members := []string{"| option | beside | what it does |", "| --- | --- | --- |"}
	for _, entry := range options {
		members = append(members, fmt.Sprintf("| `%s` | %s | %s |", entry.key, inCode(entry.of), entry.means))
	}

	drive := []string{"| action | what it does |", "| --- | --- |"}
	for _, entry := range actions {
		drive = append(drive, fmt.Sprintf("| `%s` | %s |", entry.example, entry.means))
	}

	script := []string{"| member of `t` | what it does |", "| --- | --- |"}
	for _, entry := range tools {
		script = append(script, fmt.Sprintf("| %s | %s |", entry.example, entry.means))
	}

	addresses := []string{"| placeholder | in a script | stands for |", "| --- | --- | --- |"}
	for _, entry := range placeholders {
		member := ""
		switch {
		case entry.member != "" && entry.of != "":
			member = "`t." + entry.member + "." + entry.of + "`"
		case entry.member != "":
			member = "`t." + entry.member + "`"
		}
		addresses = append(addresses, fmt.Sprintf("| `%s` | %s | %s |", entry, member, entry.means))
	}

	documents := []string{"| standard | document |", "| --- | --- |"}
	for _, name := range sortedKeys(standards) {
		documents = append(documents, fmt.Sprintf("| `%s` | %s |", name, standards[name]))
	}
	return [][]string{steps, members, drive, script, addresses, documents}
}

// inCode lists words as Markdown code.
func inCode[W ~string](words []W) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "`"+string(w)+"`")
	}
	return strings.Join(quoted, ", ")
}

// TestHosts shows that a browser is told of every name that it cannot find by
// itself: those that are not below localhost.
func TestHosts(t *testing.T) {
	for _, host := range []string{LocalHost, HTTP2Host, UntrustedHost, RemoteHost, HSTSHost} {
		local := host == "localhost" || strings.HasSuffix(host, ".localhost")
		require.Equal(t, !local, strings.Contains(strings.Join(Hosts(), " "), host), host)
	}
}
