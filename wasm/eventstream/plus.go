//go:build plus

package eventstream

// The build tag plus adds a limit for each stream, and tokens for comments.
type extension struct {
	limit    int
	comments bool
}

// Extend sets the largest size of an event (see [MaxEvent]), and whether comments
// become tokens. Call it after [Parser.Reset].
func (e *extension) Extend(maxEvent int, comments bool) { *e = extension{maxEvent, comments} }

func (e *extension) maxEvent() int       { return e.limit }
func (e *extension) readsComments() bool { return e.comments }
