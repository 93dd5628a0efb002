// Command release makes the files of a release in build/release: the harness for six
// platforms, the npm package, a bill of materials, the licences of what is linked in,
// and the checksums of all of them. Run twice on one commit, it makes the same bytes.
// Arguments such as linux/arm64 name other platforms.
package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// platforms are those of the harness, as GOOS/GOARCH.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

const folder = "build/release"

func main() {
	log.SetFlags(0)
	log.SetPrefix("release: ")
	if len(os.Args) > 1 {
		platforms = os.Args[1:]
	}
	if err := release(folder, platforms); err != nil {
		log.Fatal(err)
	}
}

// release makes the files of a release in a folder, which it empties first.
func release(folder string, platforms []string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var program *debug.BuildInfo
	for _, platform := range platforms {
		path := filepath.Join(folder, programName(platform))
		log.Print(path)
		if err := errors.Join(build(path, platform), vet(platform)); err != nil {
			return err
		}
		var err error
		if program, err = buildinfo.ReadFile(path); err != nil { // the modules are the same everywhere
			return err
		}
	}
	list, err := billOfMaterials(program)
	if err != nil {
		return err
	}
	notices, err := licences(program)
	if err != nil {
		return err
	}
	if out, err := exec.Command("npm", "pack", "./polyfill", "--silent", "--pack-destination", folder).CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack: %w: %s", err, out)
	}
	for name, content := range map[string][]byte{"harness.cdx.json": list, "LICENSES.txt": notices} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return writeSums(folder)
}

// programName returns the name of the harness for a platform.
func programName(platform string) string {
	name := "harness-" + strings.ReplaceAll(platform, "/", "-")
	if strings.HasPrefix(platform, "windows/") {
		name += ".exe"
	}
	return name
}

// build builds the harness. Without paths of this machine, C code and a build id, the
// bytes depend only on the commit, which the program names, and the version of Go.
func build(path, platform string) error {
	return run(platform, "build", "-trimpath", "-buildvcs=auto", "-ldflags", "-s -w -buildid=", "-o", path, "./harness")
}

// vet checks the harness and its tests for a platform. scripts/test.sh does so for one
// processor of each system.
func vet(platform string) error { return run(platform, "vet", "./harness/...") }

// run runs the go command for a platform.
func run(platform string, arguments ...string) error {
	system, processor, _ := strings.Cut(platform, "/")
	c := exec.Command("go", arguments...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor, "GOFLAGS=")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s for %s: %w: %s", arguments[0], platform, err, out)
	}
	return nil
}

// billOfMaterials lists the modules of a program in the format CycloneDX.
//
// https://cyclonedx.org/docs/1.5/json/
func billOfMaterials(program *debug.BuildInfo) ([]byte, error) {
	type component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref,omitempty"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl,omitempty"`
	}
	library := func(path, version string) component {
		purl := "pkg:golang/" + path + "@" + version
		return component{"library", purl, path, version, purl}
	}
	components := []component{library("std", strings.TrimPrefix(program.GoVersion, "go"))}
	for _, m := range program.Deps {
		components = append(components, library(m.Path, m.Version))
	}
	whole := map[string]any{
		"bomFormat":   "CycloneDX",
		"specVersion": "1.5",
		"version":     1,
		"metadata":    map[string]any{"component": component{Type: "application", Name: program.Main.Path + "/harness", Version: program.Main.Version}},
		"components":  components,
	}
	list, err := json.MarshalIndent(whole, "", "  ")
	return append(list, '\n'), err
}

// licenceFile is the name of a file that has to accompany copies of a module.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)`)

// licences returns the licences of this repository, of Go and of the modules of a program.
func licences(program *debug.BuildInfo) ([]byte, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	folders := map[string]string{"Go": strings.TrimSpace(string(root))}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Dir}}", "all").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		folders[path] = dir
	}
	names := []string{program.Main.Path, "Go"}
	for _, m := range program.Deps {
		names = append(names, m.Path)
	}
	var b bytes.Buffer
	for _, name := range names {
		entries, err := os.ReadDir(folders[name])
		if err != nil {
			return nil, fmt.Errorf("licence of %s: %w", name, err)
		}
		found := false
		for _, entry := range entries {
			if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folders[name], entry.Name()))
			if err != nil {
				return nil, err
			}
			found = true
			fmt.Fprintf(&b, "%s: %s\n\n%s\n\n%s\n\n", name, entry.Name(), bytes.TrimSpace(text), strings.Repeat("-", 72))
		}
		if !found {
			return nil, fmt.Errorf("no licence of %s in %s", name, folders[name])
		}
	}
	return b.Bytes(), nil
}

// writeSums writes the file SHA256SUMS, which sha256sum --check reads.
func writeSums(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var lines []string
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(content), entry.Name()))
	}
	if lines == nil {
		return errors.New("no files")
	}
	slices.Sort(lines)
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(strings.Join(lines, "")), 0o644)
}
