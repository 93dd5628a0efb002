package browser

import (
	"cmp"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A profile is the folder of one running browser. The browser's temporary files
// are created there too, because a killed browser does not remove them.
type profile struct {
	folder string
	lock   *os.File // held by this process; nil: profiles cannot be locked on this system
}

// Names of profiles, and of the file in each that its process holds a lock on.
const (
	profilePattern = "harness-*"
	lockName       = "harness.lock"
)

// removeDeadOnce removes what dead processes have left, before the first profile is
// made.
var removeDeadOnce sync.Once

func newProfile() (profile, error) {
	removeDeadOnce.Do(func() { removeDead(os.TempDir()) })
	folder, err := os.MkdirTemp("", profilePattern)
	if err != nil {
		return profile{}, err
	}
	lock, err := lockNew(folder)
	if err != nil {
		return profile{}, cmp.Or(os.RemoveAll(folder), err)
	}
	return profile{folder, lock}, nil
}

// lockNew locks a new profile. The locked file gets its name last, so that no other
// process can find it unlocked.
func lockNew(folder string) (*os.File, error) {
	path := filepath.Join(folder, lockName)
	f, err := os.Create(path + ".new")
	if err != nil {
		return nil, err
	}
	if !tryLock(f) {
		return nil, cmp.Or(f.Close(), os.Remove(path+".new"))
	}
	return f, os.Rename(path+".new", path)
}

// removeDead removes the profiles in a folder whose processes have died. A process
// that was killed could not remove its own. Profiles without a lock are left alone:
// their processes may be about to lock them.
func removeDead(in string) {
	locks, _ := filepath.Glob(filepath.Join(in, profilePattern, lockName))
	for _, path := range locks {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		if tryLock(f) {
			os.RemoveAll(filepath.Dir(path))
		}
		f.Close()
	}
}

// env returns the environment variables that make a browser create its temporary
// files in the profile.
func (p profile) env() []string { return []string{"TMPDIR=" + p.folder} }

// remove removes the folder of a browser that was killed. The last processes of
// the browser may still be exiting and writing files, so it retries for a second.
func (p profile) remove() {
	if p.lock != nil {
		defer p.lock.Close()
	}
	for range 40 {
		if os.RemoveAll(p.folder) == nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
}
