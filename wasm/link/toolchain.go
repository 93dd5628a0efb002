package link

import (
	"fmt"
	"go/version"
	"strings"
)

// A toolchain is a version of Go whose code the linker knows.
//
// To add a version:
//
//  1. Compare the files below with those of the version before: the shape of
//     compiled functions and of wrappers, the instructions, the format of the
//     listing, and what the assembly uses. Change the linker where they differ; the
//     comment on [shape], addExport and [listing] say what it relies on.
//  2. Add a row, with a release that can be downloaded and the hashes that
//     TestToolchain prints.
//  3. Run GOTOOLCHAIN=go1.X.Y go test ./wasm/... and, for an hour or more,
//     GOTOOLCHAIN=go1.X.Y go test ./wasm/link -run TestRandomPrograms -programs 1000
//     -timeout 0. All tests must pass with each version of the table.
//  4. Compare the sizes that go run ./scripts/build prints.
//
// A release with other hashes fails TestToolchain until step 1 is done for it and its
// hashes are in the row.
type toolchain struct {
	version string // such as go1.26
	release string // a release of it

	// hashes are the first digits of the SHA-256 hashes of the files, in their
	// order.
	hashes [len(toolchainFiles)]string
}

// toolchainFiles are the files of Go, below src, on which the linker relies.
var toolchainFiles = [...]string{
	"cmd/internal/obj/wasm/wasmobj.go",       // the shape of functions
	"cmd/internal/obj/wasm/a.out.go",         // instructions and registers
	"cmd/internal/obj/objfile.go",            // the listing
	"cmd/compile/internal/wasm/ssa.go",       // calls and expressions
	"cmd/link/internal/wasm/asm.go",          // the module
	"internal/bytealg/compare_wasm.s",        // assembly
	"internal/bytealg/equal_wasm.s",          //
	"internal/bytealg/indexbyte_wasm.s",      //
	"internal/runtime/atomic/atomic_wasm.go", //
	"runtime/memclr_wasm.s",                  //
	"runtime/memmove_wasm.s",                 //
}

// toolchains are the supported versions, oldest first.
var toolchains = []toolchain{
	{
		version: "go1.26",
		release: "go1.26.8",
		hashes: [...]string{"a7b2be5e", "f4222ffd", "e839648c", "52e6a9ba", "7f3062d9", "ea652b69",
			"8a787f06", "9174b30b", "4f6bc6a1", "7f8b26ac", "1f5cc91a"},
	},
	{
		// It has SIMD: locals of type v128 and instructions that begin with 0xFD,
		// which are refused. It simplifies sign extensions and masks itself.
		version: "go1.27",
		release: "go1.27.0",
		hashes: [...]string{"57afab26", "daea5b89", "80354622", "56d8eefd", "1538a8b5", "ea652b69",
			"8a787f06", "9174b30b", "6a8b09d2", "7f8b26ac", "1f5cc91a"},
	},
}

// supported returns the names of the supported versions.
func supported() string {
	var names []string
	for _, t := range toolchains {
		names = append(names, t.version)
	}
	return strings.Join(names, " and ")
}

const howToAdd = "wasm/link/toolchain.go says how to add a version"

// checkVersion returns an error if modules that the given version of Go built are
// not supported.
func checkVersion(producer string) error {
	if producer == "" {
		return fmt.Errorf("link: the module was not built by Go (build it with %s)", supported())
	}
	for _, t := range toolchains {
		if version.Lang(producer) == t.version {
			return nil
		}
	}
	return fmt.Errorf("link: the module was built by %s, but package link supports %s (%s)", producer, supported(), howToAdd)
}

// toolchainFor returns the value of GOTOOLCHAIN to build a program whose go.mod
// has the given go line.
func toolchainFor(line string) (string, error) {
	required := "go" + line
	for _, t := range toolchains {
		switch {
		case version.Lang(required) == t.version && required != t.version:
			return required, nil
		case version.Compare(required, t.release) <= 0:
			return t.release, nil
		}
	}
	return "", fmt.Errorf("link: go.mod requires %s, but package link supports %s (%s)", required, supported(), howToAdd)
}
