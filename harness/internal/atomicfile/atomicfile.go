// Package atomicfile replaces files atomically: a reader, even one after a crash, finds
// either the complete old content or the complete new content.
package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Check returns an error if [Write] could not create a file at the path, because it is
// a folder, or in a folder that does not exist or cannot be written to. Call it before
// the work whose result is to be written.
func Check(path string) error {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder: name a file in it", path)
	case err == nil && !info.Mode().IsRegular():
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := createTemp(target(path))
	if err != nil {
		return err
	}
	return cmp.Or(f.Close(), os.Remove(f.Name()))
}

// Replaces reports whether [Write] replaces the file at the path atomically. Other
// files, such as pipes and terminals, are written directly.
func Replaces(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// Write writes content to the file at the path. If the path is a symbolic link, Write
// replaces the file that it points to.
func Write(path string, content []byte) error {
	if !Replaces(path) {
		return os.WriteFile(path, content, 0o644)
	}
	path = target(path)
	f, err := createTemp(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename
	_, err = f.Write(content)
	err = cmp.Or(err, f.Chmod(0o644), f.Sync(), f.Close()) // evaluates all of them
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		failed.Path = path // not that of the temporary file
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// target returns the path of the file that a symbolic link points to, or the path
// itself.
func target(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file
	}
	return path
}

// createTemp creates a file beside the one at the path.
func createTemp(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
}
