package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// The most bytes of a form that is posted. A text that is too long is told so by
// its characters, of which one may be nine bytes there.
const formLimit = 32 << 10

// field is a field of a posted form, as [checked] wants it.
func field(w http.ResponseWriter, r *http.Request, name string, limit int) (string, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		http.Error(w, fmt.Sprintf("the form cannot be read (send at most %d bytes, as curl -d does)", formLimit), http.StatusBadRequest)
		return "", false
	}
	return checked(w, name, r.PostForm.Get(name), limit)
}

// checked is a text without the space around it. If there is none, or more than
// limit characters, it answers the request with what is wrong, and reports false.
func checked(w http.ResponseWriter, name, text string, limit int) (string, bool) {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "\uFFFD")
	length := utf8.RuneCountInString(text)
	switch {
	case length == 0:
		http.Error(w, fmt.Sprintf("%s is missing (send %s=… in the form)", name, name), http.StatusBadRequest)
		return "", false
	case length > limit:
		http.Error(w, fmt.Sprintf("%s is too long: %d characters of at most %d", name, length, limit), http.StatusRequestEntityTooLarge)
		return "", false
	}
	return text, true
}

// A limiter allows so many requests at once, and one more each time that every
// has gone by. It counts for each key.
type limiter struct {
	burst int
	every time.Duration

	mu   sync.Mutex
	free map[string]time.Time // when a key will have all of its burst again
}

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{burst: burst, every: every, free: map[string]time.Time{}}
}

// allow reports whether a request may pass. If not, it answers it with how long
// to wait.
func (l *limiter) allow(w http.ResponseWriter, key string) bool {
	wait := l.wait(key, time.Now())
	if wait <= 0 {
		return true
	}
	seconds := math.Ceil(wait.Seconds())
	w.Header().Set("Retry-After", fmt.Sprint(seconds))
	http.Error(w, fmt.Sprintf("too many in a short time (wait %.0f s)", seconds), http.StatusTooManyRequests)
	return false
}

// wait is how long a key has to wait; not at all, and the request counts.
func (l *limiter) wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.free) > 1000 {
		for key, free := range l.free {
			if free.Before(now) {
				delete(l.free, key)
			}
		}
	}
	free := l.free[key]
	if free.Before(now) {
		free = now
	}
	free = free.Add(l.every)
	wait := free.Sub(now) - time.Duration(l.burst)*l.every
	if wait <= 0 {
		l.free[key] = free
	}
	return wait
}

// asJSON is a value as JSON, which is what events carry.
func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // values of this package
	}
	return string(data)
}
