package atomicfile

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// files returns the names and contents of the files in a folder.
func files(t *testing.T, folder string) map[string]string {
	all := map[string]string{}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		require.NoError(t, err)
		all[e.Name()] = string(content)
	}
	return all
}

func TestWrite(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a")
	for _, content := range []string{"created", "replaced"} {
		require.NoError(t, Write(path, []byte(content)))
		require.Equal(t, map[string]string{"a": content}, files(t, folder))
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o644), info.Mode())
}

// TestWriteWhileRead checks that a reader of the old file is not disturbed.
func TestWriteWhileRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, Write(path, []byte("before")))
	reader, err := os.Open(path)
	require.NoError(t, err)
	defer reader.Close()
	require.NoError(t, Write(path, []byte("new")))
	read := make([]byte, 6)
	_, err = reader.Read(read)
	require.NoError(t, err)
	require.Equal(t, "before", string(read))
}

// TestWriteFails checks that a failed call leaves no files.
func TestWriteFails(t *testing.T) {
	folder := t.TempDir()
	require.ErrorIs(t, Write(filepath.Join(folder, "none", "a"), nil), fs.ErrNotExist)
	require.Error(t, Write(folder, nil))
	require.Empty(t, files(t, folder))
}

// TestWriteLink checks that a symbolic link is kept, and points to the new file.
func TestWriteLink(t *testing.T) {
	linked, folder := t.TempDir(), t.TempDir()
	require.NoError(t, Write(filepath.Join(linked, "b"), []byte("before")))
	link := filepath.Join(folder, "a")
	require.NoError(t, os.Symlink(filepath.Join(linked, "b"), link))
	require.NoError(t, Write(link, []byte("new")))
	require.Equal(t, map[string]string{"b": "new"}, files(t, linked))
	require.Equal(t, map[string]string{"a": "new"}, files(t, folder))
	_, err := os.Readlink(link)
	require.NoError(t, err)
}

// TestWritePipe checks that a pipe is kept, and that its reader gets the content.
func TestWritePipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, exec.Command("mkfifo", path).Run())
	require.False(t, Replaces(path))
	read := make(chan string)
	go func() {
		content, _ := os.ReadFile(path)
		read <- string(content)
	}()
	require.NoError(t, Write(path, []byte("new")))
	require.Equal(t, "new", <-read)
}

func TestCheck(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, Write(filepath.Join(folder, "a"), nil))
	tests := []struct{ name, path, want string }{
		{"an existing file", filepath.Join(folder, "a"), ""},
		{"a new file", filepath.Join(folder, "b"), ""},
		{"an empty path", "", ""},
		{"a device", os.DevNull, ""},
		{"a folder", folder, folder + " is a folder: name a file in it"},
		{"a missing folder", filepath.Join(folder, "none", "a"), "stat " + filepath.Join(folder, "none") + ": no such file or directory"},
		{"below a file", filepath.Join(folder, "a", "b"), "stat " + filepath.Join(folder, "a", "b") + ": not a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Check(tt.path)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

// TestCheckUnwritable checks a folder in which nobody, not even root, can create files.
func TestCheckUnwritable(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip(err)
	}
	require.ErrorContains(t, Check("/proc/self/r.json"), "open /proc/self/r.json.")
}

// TestCheckLeavesNothing checks that Check leaves the folder as it was.
func TestCheckLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, Check(filepath.Join(folder, "a")))
	require.Empty(t, files(t, folder))
}
