package browser

import "sync"

// windows are those of a tab, which end with it. They may be opened and closed by
// several goroutines.
type windows struct {
	close func(id string)

	mu    sync.Mutex
	open  []string
	ended bool
}

// add notes a window that was opened; one that comes too late is closed at once.
func (w *windows) add(id string) {
	w.mu.Lock()
	late := w.ended
	w.open = append(w.open, id)
	w.mu.Unlock()
	if late {
		w.close(id)
	}
}

// end closes all windows.
func (w *windows) end() {
	w.mu.Lock()
	open := w.open
	w.ended = true
	w.mu.Unlock()
	for _, id := range open {
		w.close(id)
	}
}
