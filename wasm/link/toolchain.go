package link

import (
	"fmt"
	"strings"
)

// toolchain is the version of Go whose code this linker knows. Comments cite the
// files of Go to compare before another version is supported.
const toolchain = "go1.26"

func checkVersion(version string) error {
	if version == toolchain || strings.HasPrefix(version, toolchain+".") {
		return nil
	}
	if version == "" {
		return fmt.Errorf("link: the module was not built by Go (build it with %s)", toolchain)
	}
	return fmt.Errorf("link: the module was built by %s, which is not supported (build it with %s)", version, toolchain)
}
