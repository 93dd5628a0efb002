package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"eventsource-wasm/harness/internal/respond"
)

// The most bytes of a posted form. It has space for a text that is too long, so that
// the error can give its length: an encoded character takes up to nine bytes.
const formLimit = 32 << 10

// field returns a field of a posted form, checked by [checked].
func field(w http.ResponseWriter, r *http.Request, name string, limit int) (string, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem(
			"cannot read the form: send at most %d bytes, encoded as curl -d does", "无法读取表单：请按 curl -d 的编码方式发送，最多 %d 字节", formLimit))
		return "", false
	}
	return checked(w, r, name, r.PostForm.Get(name), limit)
}

// checked returns a text without leading and trailing space, and without characters that
// could change how others read the page. If nothing that can be seen is left, or more than
// limit characters, it answers the request with an error and returns false.
func checked(w http.ResponseWriter, r *http.Request, name, text string, limit int) (string, bool) {
	text = strings.TrimSpace(strings.Map(printable, strings.ToValidUTF8(text, "\uFFFD")))
	length := utf8.RuneCountInString(text)
	switch {
	case !strings.ContainsFunc(text, visible):
		respond.Fail(w, r, http.StatusBadRequest, respond.NewProblem("%[1]s is missing: send %[1]s=… in the form", "缺少 %[1]s：请在表单中发送 %[1]s=…", name))
		return "", false
	case length > limit:
		respond.Fail(w, r, http.StatusRequestEntityTooLarge, respond.NewProblem(
			"%s is too long: it has %d characters, at most %d are allowed", "%s 太长：共 %d 个字符，最多允许 %d 个", name, length, limit))
		return "", false
	}
	return text, true
}

// printable returns a character, or -1 for one that a text must not have: control
// characters but for line ends and tabs, and characters that change the direction of text.
// The joiners that emoji and some scripts need may stay.
func printable(c rune) rune {
	const zeroWidthNonJoiner, zeroWidthJoiner = 0x200C, 0x200D
	switch {
	case c == '\n', c == '\r', c == '\t', c == zeroWidthNonJoiner, c == zeroWidthJoiner:
		return c
	case unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co):
		return -1
	}
	return c
}

// visible reports whether a character can be seen by itself.
func visible(c rune) bool {
	const hangulFiller, halfwidthHangulFiller, choseongFiller, jungseongFiller, brailleBlank = 0x3164, 0xFFA0, 0x115F, 0x1160, 0x2800
	switch c {
	case hangulFiller, halfwidthHangulFiller, choseongFiller, jungseongFiller, brailleBlank:
		return false
	}
	return unicode.IsGraphic(c) && !unicode.IsSpace(c) && !unicode.IsMark(c)
}

// A limiter allows a burst of requests for each key, and one more request after each
// interval.
type limiter struct {
	burst    int
	interval time.Duration

	mu   sync.Mutex
	free map[string]time.Time // when a key has its whole burst again
}

func newLimiter(burst int, interval time.Duration) *limiter {
	return &limiter{burst: burst, interval: interval, free: map[string]time.Time{}}
}

// allow reports whether a request is allowed. If not, it answers the request with the
// time to wait.
func (l *limiter) allow(w http.ResponseWriter, r *http.Request, key string) bool {
	wait := l.wait(key, time.Now())
	if wait <= 0 {
		return true
	}
	seconds := math.Ceil(wait.Seconds())
	w.Header().Set("Retry-After", fmt.Sprint(seconds))
	respond.Fail(w, r, http.StatusTooManyRequests, respond.NewProblem("too many requests: wait %.0f s", "请求过于频繁：请等待 %.0f 秒", seconds))
	return false
}

// wait returns how long a key has to wait. If that is 0 or less, it counts the
// request.
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
	free = free.Add(l.interval)
	wait := free.Sub(now) - time.Duration(l.burst)*l.interval
	if wait <= 0 {
		l.free[key] = free
	}
	return wait
}

// asJSON returns a value as JSON, for the data of an event.
func asJSON(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // values of this package
	}
	return string(data)
}
