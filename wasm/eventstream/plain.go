//go:build !plus

package eventstream

// The build tag plus adds what the standard does not have: see plus.go.
type extension struct{}

// Extend does nothing in this build.
func (extension) Extend(maxEvent int, comments bool) {}

func (extension) maxEvent() int       { return MaxEvent }
func (extension) readsComments() bool { return false }
