// Package demo is the server side of the demo pages. It provides handlers and does
// not listen itself.
//
// GET /events: one event a second. Its id ends with the number of seconds since
// the server started. A request with Last-Event-ID first gets the events that it missed.
//
// GET /stream: "data: 0" to "data: 9", one a second. Then the stream ends.
//
// GET /demo/quotes/events: simulated prices, a named event for each tick.
//
// GET /demo/chat/events?room=R&name=N, POST /demo/chat: the messages of a room, and
// the names of those present.
//
// GET /demo/notify/events, POST /demo/notify: notifications for every open page.
//
// POST /demo/line?line=L: disconnects the streams that have line=L in their URL, and
// can keep them disconnected, so that a page can watch its own connection fail. See
// [switchboard].
package demo

import (
	"context"
	"embed"
	"net/http"
	"time"
)

// Sources holds the files of this package that pages show.
//
//go:embed demo.go events.go quotes.go chat.go notify.go form.go line.go
var Sources embed.FS

// Handler serves the demo, whose events are numbered from start. When ctx is
// canceled, all streams end normally.
func Handler(ctx context.Context, start time.Time) http.Handler {
	lines, chat, notices := newSwitchboard(), newChat(ctx), notifications(ctx)
	streams := http.NewServeMux()
	streams.Handle("/", plain(start))
	streams.Handle("GET /demo/quotes/events", quotes(ctx))
	streams.Handle("GET /demo/chat/events", chat)
	streams.Handle("GET /demo/notify/events", notices)

	mux := http.NewServeMux()
	mux.Handle("/", lines.connect(streams))
	mux.Handle("POST /demo/line", lines)
	mux.Handle("POST /demo/chat", chat)
	mux.Handle("POST /demo/notify", notices)
	// Pages of other sites may not post.
	return http.NewCrossOriginProtection().Handler(mux)
}

// plain serves the streams /events and /stream, which need no topic.
func plain(start time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/events", stream(events{start}.send))
	mux.Handle("/stream", stream(digits))
	return mux
}
