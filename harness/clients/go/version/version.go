// Package version names the modules that the adapters judge.
package version

import "runtime/debug"

// Of returns the path of a module and the version with which this program was built.
func Of(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == path {
				return path + " " + module.Version
			}
		}
	}
	return path
}
