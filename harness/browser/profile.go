package browser

import (
	"os"
	"time"
)

// A profile is the folder of one running browser. Its temporary files go there
// too: a browser that is killed does not remove them.
type profile struct{ folder string }

func newProfile() (profile, error) {
	folder, err := os.MkdirTemp("", "harness-")
	return profile{folder}, err
}

// env tells a browser where to put its temporary files.
func (p profile) env() []string { return []string{"TMPDIR=" + p.folder} }

// remove removes the folder of a browser that was killed, whose last processes
// may need a moment to die.
func (p profile) remove() {
	for range 40 {
		if os.RemoveAll(p.folder) == nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
}
