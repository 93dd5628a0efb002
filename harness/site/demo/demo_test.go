package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestForms(t *testing.T) {
	tests := []struct {
		name, path, form string
		status           int
		want             string
	}{
		{"a message", "/demo/chat", "room=r&name=n&text=hello", 204, ""},
		{"the longest message", "/demo/chat", "room=r&name=m&text=" + strings.Repeat("語", messageLimit), 204, ""},
		{"no text", "/demo/chat", "room=r&name=n&text=", 400, "text is missing: send text=… in the form\n"},
		{"only space", "/demo/chat", "room=r&name=n&text=+%0A", 400, "text is missing: send text=… in the form\n"},
		{"nothing visible", "/demo/chat", "room=r&text=hello&name=%E2%80%AE%E3%85%A4%E2%A0%80", 400, "name is missing: send name=… in the form\n"},
		{"no name", "/demo/chat", "room=r&text=hello", 400, "name is missing: send name=… in the form\n"},
		{"no room", "/demo/chat", "name=n&text=hello", 400, "room is missing: send room=… in the form\n"},
		{"a long text", "/demo/chat", "room=r&name=n&text=" + strings.Repeat("x", messageLimit+1), 413, "text is too long: it has 501 characters, at most 500 are allowed\n"},
		{"a long text in Chinese, of the length that the page allows", "/demo/chat", "room=r&name=n&text=" + strings.Repeat("%E8%AA%9E", 1000), 413, "text is too long: it has 1000 characters, at most 500 are allowed\n"},
		{"a long name", "/demo/chat", "room=r&text=x&name=" + strings.Repeat("x", nameLimit+1), 413, "name is too long: it has 25 characters, at most 24 are allowed\n"},
		{"a huge form", "/demo/chat", "text=" + strings.Repeat("x", formLimit), 400, "cannot read the form: send at most 32768 bytes, encoded as curl -d does\n"},

		{"a notification", "/demo/notify", "text=hello", 204, ""},
		{"an unknown kind counts as info", "/demo/notify", "text=hello&kind=x", 204, ""},
		{"an empty one", "/demo/notify", "", 400, "text is missing: send text=… in the form\n"},
		{"a long one", "/demo/notify", "text=" + strings.Repeat("x", noticeLimit+1), 413, "text is too long: it has 201 characters, at most 200 are allowed\n"},

		{"no line", "/demo/line", "", 400, "line is missing: send ?line=NAME, as in the URLs of its streams\n"},
		{"too long", "/demo/line?line=l&seconds=1e9", "", 400, "invalid seconds=1e9: want 0 to 600\n"},
		{"out of range", "/demo/line?line=l&seconds=1e10", "", 400, "invalid seconds=1e10: want 0 to 600\n"},
		{"infinite", "/demo/line?line=l&seconds=Inf", "", 400, "invalid seconds=Inf: want 0 to 600\n"},
		{"not a number", "/demo/line?line=l&seconds=NaN", "", 400, "invalid seconds=NaN: want 0 to 600\n"},
		{"a word", "/demo/line?line=l&seconds=x", "", 400, "invalid seconds=x: want 0 to 600\n"},
		{"another status", "/demo/line?line=l&status=200", "", 400, "invalid status=200: want 204 or 503\n"},
	}
	handler := Handler(t.Context(), time.Now())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(handler, tt.path, tt.form, "")
			require.Equal(t, tt.want, w.Body.String())
			require.Equal(t, tt.status, w.Code)
		})
	}
}

// Pages of other sites may not post.
func TestForeignForms(t *testing.T) {
	handler := Handler(t.Context(), time.Now())
	for _, path := range []string{"/demo/chat", "/demo/notify", "/demo/line?line=l"} {
		require.Equal(t, http.StatusForbidden, post(handler, path, "text=hello&room=r&name=n", "http://elsewhere.test").Code, path)
	}
}

// A name is one line with single spaces, so that two names do not look the same.
func TestChatNames(t *testing.T) {
	server := newServer(t)
	reader := listen(t, server, "/demo/chat/events?room=r&name=a%0A%20b", "")
	require.Equal(t, `present ["a b"]`, reader.next())
}

func TestLimiter(t *testing.T) {
	start := time.Now()
	l := newLimiter(2, time.Second)
	tests := []struct {
		name string
		key  string
		at   time.Duration
		wait time.Duration
	}{
		{"a first", "a", 0, 0},
		{"a second, the burst", "a", 0, 0},
		{"a third is too many", "a", ms(100), ms(900)},
		{"a refused request does not count", "a", ms(100), ms(900)},
		{"other keys have their own limit", "b", ms(100), 0},
		{"a second later there is one more", "a", ms(1000), 0},
		{"but only one", "a", ms(1000), ms(1000)},
		{"later, the whole burst again", "a", ms(9000), 0},
		{"the whole burst", "a", ms(9000), 0},
		{"and not more", "a", ms(9000), ms(1000)},
	}
	for _, tt := range tests {
		require.Equal(t, tt.wait, max(0, l.wait(tt.key, start.Add(tt.at))), tt.name)
	}
}

// A client in a room gets the names of those present, and the messages.
func TestChat(t *testing.T) {
	server := newServer(t)
	anna := listen(t, server, "/demo/chat/events?room=r&name=anna", "")
	require.Equal(t, `present ["anna"]`, anna.next())
	bob := listen(t, server, "/demo/chat/events?room=r&name=bob", "")
	require.Equal(t, `present ["anna","bob"]`, anna.next())
	require.Equal(t, `present ["anna","bob"]`, bob.next())
	other := listen(t, server, "/demo/chat/events?room=other&name=anna", "")
	require.Equal(t, `present ["anna"]`, other.next())

	say(t, server, "r", "<b>hello</b>\nthere")
	require.Contains(t, anna.next(), `message {"name":"bob","text":"\u003cb\u003ehello\u003c/b\u003e\nthere","time":`)
	require.Contains(t, bob.next(), "hello")
	id := bob.id
	bob.close()
	require.Equal(t, `present ["anna"]`, anna.next())

	say(t, server, "r", "missed")
	bob = listen(t, server, "/demo/chat/events?room=r&name=bob", id)
	require.Contains(t, bob.next(), `"text":"missed"`)
	say(t, server, "other", "elsewhere")
	require.Contains(t, other.next(), `"text":"elsewhere"`)
}

// The number of rooms is limited. Empty rooms are removed to make space.
func TestRooms(t *testing.T) {
	h := &chat{rate: newLimiter(1, time.Second), rooms: map[string]*room{}}
	for n := range maxRooms {
		require.NotNil(t, h.enter(httptest.NewRecorder(), request, string(rune('A'+n)), "anna"))
	}
	w := httptest.NewRecorder()
	require.Nil(t, h.enter(w, request, "one more", "anna"))
	require.Equal(t, "too many rooms: join another, or wait until one is empty\n", w.Body.String())

	h.leave(h.rooms["A"], "anna")
	require.NotNil(t, h.enter(w, request, "one more", "anna"))
	require.NotContains(t, h.rooms, "A")
}

// The number of names in a room is limited, that of the streams of a name is not.
func TestNames(t *testing.T) {
	h := &chat{rooms: map[string]*room{}}
	for n := range maxNames {
		require.NotNil(t, h.enter(httptest.NewRecorder(), request, "r", fmt.Sprint(n)))
	}
	w := httptest.NewRecorder()
	require.Nil(t, h.enter(w, request, "r", "one more"))
	require.Equal(t, "the room is full: join another\n", w.Body.String())
	require.NotNil(t, h.enter(w, request, "r", "0"))
	require.NotNil(t, h.enter(w, request, "another", "one more"))
}

// The rate of messages is limited by host, not by name.
func TestChatRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // with a fake clock
		handler := newChat(t.Context())
		var status []int
		for n := range 6 {
			status = append(status, post(handler, "/demo/chat", fmt.Sprint("room=r&text=x&name=", n), "").Code)
		}
		require.Equal(t, []int{204, 204, 204, 204, 204, 429}, status)
	})
}

func TestNotify(t *testing.T) {
	server := newServer(t)
	require.Equal(t, 204, post(server.Config.Handler, "/demo/notify", "text=first&kind=warning", "").Code)
	early := listen(t, server, "/demo/notify/events", "")
	require.Contains(t, early.next(), `message {"text":"first","kind":"warning"`)
	require.Equal(t, 204, post(server.Config.Handler, "/demo/notify", "text=second&kind=x", "").Code)
	require.Contains(t, early.next(), `message {"text":"second","kind":"info"`)
}

// Prices move, but not far. All markets have the same prices.
func TestMarket(t *testing.T) {
	a, b := newMarket(), newMarket()
	seen := map[string]int{}
	for n := range 5000 {
		share, tick := a.tick(time.UnixMilli(0))
		same, again := b.tick(time.UnixMilli(0))
		require.Equal(t, tick, again)
		require.Equal(t, share, same)
		require.EqualValues(t, n+1, tick.Number)
		require.Less(t, math.Abs(math.Log(tick.Price/share.price)), 0.5)
		seen[share.Symbol]++
	}
	require.Len(t, seen, len(shares))
}

// A client whose stream was cut gets the ticks that it missed, each once.
func TestQuotesResume(t *testing.T) {
	server := newServer(t)
	c := listen(t, server, "/demo/quotes/events?line=l", "")
	number := func() int64 {
		_, data, _ := strings.Cut(c.next(), " ")
		var tick Tick
		require.NoError(t, json.Unmarshal([]byte(data), &tick))
		return tick.Number
	}
	for n := range int64(tickHistory / 2) {
		require.Equal(t, n+1, number())
	}
	require.Equal(t, 204, post(server.Config.Handler, "/demo/line?line=l", "", "").Code)
	read, err := io.ReadAll(c.body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotContains(t, string(read), "lost")

	c = listen(t, server, "/demo/quotes/events?line=l", c.id)
	require.EqualValues(t, tickHistory/2+1, number())
}

// Cutting a line disconnects its streams, and no others.
func TestLine(t *testing.T) {
	server := newServer(t)
	mine, other := listen(t, server, "/events?line=mine", ""), listen(t, server, "/events?line=other", "")
	get := func() (*http.Response, error) { return server.Client().Get(server.URL + "/events?line=mine") }
	cut := func(query string) {
		require.Equal(t, 204, post(server.Config.Handler, "/demo/line?line=mine"+query, "", "").Code)
	}

	cut("&seconds=60")
	_, err := io.ReadAll(mine.body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = get()
	require.ErrorIs(t, err, io.EOF)

	cut("&seconds=60&status=204")
	response, err := get()
	require.NoError(t, err)
	require.Equal(t, 204, response.StatusCode)

	cut("&seconds=0")
	mine = listen(t, server, "/events?line=mine", "")
	require.NotEmpty(t, mine.next())
	require.NotEmpty(t, other.next())
}

func newServer(t *testing.T) *httptest.Server {
	server := httptest.NewServer(Handler(t.Context(), time.Now().Add(-time.Minute)))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	return server
}

func post(handler http.Handler, path, form, origin string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func say(t *testing.T, server *httptest.Server, room, text string) {
	form := url.Values{"room": {room}, "name": {"bob"}, "text": {text}}.Encode()
	require.Equal(t, 204, post(server.Config.Handler, "/demo/chat", form, "").Code)
}

// A listener reads the events of a stream.
type listener struct {
	t     *testing.T
	body  io.ReadCloser
	lines *bufio.Scanner
	id    string
}

func listen(t *testing.T, server *httptest.Server, path, lastEventID string) *listener {
	client := http.Client{Timeout: 20 * time.Second}
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
	require.NoError(t, err)
	r.Header.Set("Last-Event-ID", lastEventID)
	response, err := client.Do(r)
	require.NoError(t, err)
	require.Equal(t, 200, response.StatusCode)
	t.Cleanup(func() { response.Body.Close() })
	return &listener{t: t, body: response.Body, lines: bufio.NewScanner(response.Body)}
}

func (l *listener) close() { l.body.Close() }

// next returns the type and data of the next event, or "" at the end.
func (l *listener) next() string {
	id, kind, data := l.id, "message", ""
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if data != "" {
				l.id = id
				return kind + " " + data
			}
		}
	}
	return ""
}

// However many lines there were, an open one can be cut, and none is kept without a
// stream.
func TestManyLines(t *testing.T) {
	s := newSwitchboard()
	come := func() {
		for i := range 2 * maxLines {
			name := fmt.Sprint(i)
			s.leave(name, s.enter(name))
		}
	}
	come()
	mine := s.enter("mine")
	second := s.enter("mine")
	require.Same(t, mine, second)
	come()
	s.leave("mine", second)
	require.True(t, s.cut("mine", outage{}))
	select {
	case <-mine.cut:
	default:
		require.Fail(t, "the line was not cut")
	}
	s.leave("mine", mine)
	require.Empty(t, s.current)
}

// The names of those present are sent when they change, and only then.
func TestPresenceChanges(t *testing.T) {
	c := &chat{rooms: map[string]*room{}}
	w := httptest.NewRecorder()
	room := c.enter(w, request, "tea", "Anna")
	first := presence(room)
	c.enter(w, request, "tea", "Anna")
	c.leave(room, "Anna")
	require.Equal(t, first, presence(room), "a second tab of the same name")
	c.enter(w, request, "tea", "Bob")
	require.NotEqual(t, first, presence(room))
}

// presence returns how many lists of names a room has sent, and the last one.
func presence(r *room) string {
	w := httptest.NewRecorder()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	r.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	return fmt.Sprint(r.States(), w.Body.String()[strings.Index(w.Body.String(), "event: present"):])
}

// request is one of a client that wants errors as text.
var request = httptest.NewRequest("POST", "/", nil)
