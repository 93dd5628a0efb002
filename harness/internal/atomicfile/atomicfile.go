// Package atomicfile writes files whole or not at all: whoever reads one, even after a
// crash, has either what was there before or all that is new.
package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Check tells what would keep Write from writing, so that it is known before the
// work whose result is to be written.
func Check(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(path))
	case err == nil && info.IsDir():
		err = fmt.Errorf("%s is a folder: name a file in it", path)
	}
	return err
}

// Replaces tells whether Write makes or replaces a file. Into anything else, such as
// a pipe or a terminal, it writes as one does.
func Replaces(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// Write writes a file. Of a link it replaces what that leads to.
func Write(path string, content []byte) error {
	if !Replaces(path) {
		return os.WriteFile(path, content, 0o644)
	}
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails when all went well
	_, err = f.Write(content)
	err = cmp.Or(err, f.Chmod(0o644), f.Sync(), f.Close()) // all are called
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
