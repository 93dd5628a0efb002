package browser

import "sync"

// A windowSet holds the windows that belong to a tab and are closed with it. Its
// methods may be called concurrently.
type windowSet struct {
	close func(id string)

	mu     sync.Mutex
	open   []string
	closed bool
}

// add adds a window that was opened. If the set is already closed, it closes the
// window at once.
func (w *windowSet) add(id string) {
	w.mu.Lock()
	late := w.closed
	w.open = append(w.open, id)
	w.mu.Unlock()
	if late {
		w.close(id)
	}
}

// closeAll closes all windows of the set.
func (w *windowSet) closeAll() {
	w.mu.Lock()
	open := w.open
	w.closed = true
	w.mu.Unlock()
	for _, id := range open {
		w.close(id)
	}
}
