package browser

import (
	"os"
	"time"
)

// A profile is the folder of one running browser. The browser's temporary files
// are created there too, because a killed browser does not remove them.
type profile struct{ folder string }

func newProfile() (profile, error) {
	folder, err := os.MkdirTemp("", "harness-")
	return profile{folder}, err
}

// env returns the environment variables that make a browser create its temporary
// files in the profile.
func (p profile) env() []string { return []string{"TMPDIR=" + p.folder} }

// remove removes the folder of a browser that was killed. The last processes of
// the browser may still be exiting and writing files, so it retries for a second.
func (p profile) remove() {
	for range 40 {
		if os.RemoveAll(p.folder) == nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
}
