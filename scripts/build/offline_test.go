package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOfflineWithoutTools checks that a build without a network, and with nothing in npm's
// cache, says what is missing and writes nothing.
func TestOfflineWithoutTools(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm not found")
	}
	t.Setenv("npm_config_offline", "true")
	t.Setenv("npm_config_cache", t.TempDir())
	t.Chdir(t.TempDir())
	err := install()
	require.ErrorContains(t, err, "no binaryen@132.0.0 and terser@5.51.2 in build/tools, and npm cannot install them: build once with a network, or copy that folder")
	require.ErrorContains(t, err, "ENOTCACHED")
	_, err = os.Stat(tools + "/node_modules")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestOfflineWithoutModules checks that Go names the module that is missing when there is
// no network and nothing in the module cache.
func TestOfflineWithoutModules(t *testing.T) {
	cache := t.TempDir()
	build := exec.Command("go", "build", "-o", os.DevNull, ".")
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod -modcacherw", "GOMODCACHE="+cache)
	output, err := build.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "module lookup disabled by GOPROXY=off")
}
