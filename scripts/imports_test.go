// Package scripts checks rules that hold for the whole repository.
package scripts

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "eventsource-wasm/"
	std    = "std" // how ARCHITECTURE.md abbreviates the standard library
)

// A row of the tables of packages in ARCHITECTURE.md.
type row struct {
	name string   // path of the package, without the module
	may  []string // what it may import: packages of ours, modules, std
}

// TestImports checks the tables of packages in ARCHITECTURE.md against the code:
// every package stands in a row, imports only what its row allows, and imports
// packages of ours only from rows below its own. Tests may import more.
//
// With -v it prints the graph.
func TestImports(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	require.NoError(t, err)
	rows := packageRows(string(text))
	position := map[string]int{}
	for i, r := range rows {
		require.NotContains(t, position, r.name, "%s has two rows", r.name)
		position[r.name] = i
	}

	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for i, r := range rows {
			if below, ok := strings.CutSuffix(r.name, "/..."); ok && strings.HasPrefix(name, below+"/") {
				position[name], seen[r.name] = i, true // one row for all packages in a folder
			}
		}
		if _, listed := position[name]; !listed && len(p.Imports) == 0 {
			continue // a folder of tests or of test data
		}
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			require.Contains(t, position, name, "give %s a row in ARCHITECTURE.md", name)
			allowed := rows[position[name]].may
			var ours []string
			for _, path := range p.Imports {
				require.True(t, slices.ContainsFunc(allowed, covers(path)), "%s must not import %s: ARCHITECTURE.md allows %q", name, path, allowed)
				if own, ok := strings.CutPrefix(path, module); ok {
					require.Greater(t, position[own], position[name], "%s imports %s, whose row stands above it", name, own)
					ours = append(ours, own)
				}
			}
			t.Logf("%s -> %s", name, strings.Join(ours, " "))
		})
	}
	for _, r := range rows {
		require.True(t, seen[r.name], "ARCHITECTURE.md has a row for %s, which is not a package", r.name)
	}
}

// TestNoQUIC checks that programs which import packages of the suite do not get a QUIC
// implementation with them.
func TestNoQUIC(t *testing.T) {
	for _, name := range []string{"conformance", "conformance/refserver", "ssetest", "check"} {
		out, err := exec.Command("go", "list", "-deps", module+"harness/"+name).Output()
		require.NoError(t, err)
		require.NotContains(t, string(out), "quic-go", name)
	}
}

// packageRows returns the rows of all tables whose first column is "package" and
// whose last is "may import".
func packageRows(markdown string) (rows []row) {
	code := regexp.MustCompile("`([^`]+)`")
	inTable := false
	for line := range strings.Lines(markdown) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		first, last := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[len(cells)-1])
		switch {
		case !strings.HasPrefix(line, "|"):
			inTable = false
		case first == "package" && last == "may import":
			inTable = true
		case inTable && code.MatchString(first):
			r := row{name: code.FindStringSubmatch(first)[1]}
			for _, m := range code.FindAllStringSubmatch(last, -1) {
				r.may = append(r.may, m[1])
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// TestPackageRows checks that a table is read as it looks.
func TestPackageRows(t *testing.T) {
	rows := packageRows("text with `code`\n\n" +
		"| package | what it is | may import |\n| --- | --- | --- |\n" +
		"| `a` | does `x` | `std`, `b/c` |\n| `b/c` | is | |\n\n" +
		"| file | what it is |\n| --- | --- |\n| `d` | other |\n")
	require.Equal(t, []row{{"a", []string{"std", "b/c"}}, {"b/c", nil}}, rows)
}

// covers returns a function that reports whether an entry of a row allows an import.
func covers(path string) func(entry string) bool {
	return func(entry string) bool {
		own, isOwn := strings.CutPrefix(path, module)
		host, _, _ := strings.Cut(path, "/")
		switch {
		case isOwn:
			return entry == own // and not what is below it
		case strings.Contains(host, "."):
			return strings.HasPrefix(path+"/", entry+"/") // with all of its packages
		}
		return entry == std || entry == path
	}
}

// A listed package, as go list prints it.
type listed struct {
	ImportPath string
	Imports    []string // without those of tests
}

// packages lists the packages of the module.
func packages(t *testing.T) []listed {
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	out, err := command.Output()
	require.NoError(t, err)
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}
