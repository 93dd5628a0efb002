// Package demo is the server side of the demo pages. It opens no port: see the
// serve verb.
//
// GET /events: an event a second, numbered by its id from the start of the
// process. A request with Last-Event-ID first gets what it missed.
//
// GET /stream: "data: 0" to "data: 9", one a second, and the stream ends.
//
// GET /demo/quotes/events: simulated prices, a named event for each tick.
//
// GET /demo/chat/events?room=R&name=N, POST /demo/chat: what is said in a room,
// and who is there.
//
// GET /demo/notify/events, POST /demo/notify: notifications for every open page.
//
// POST /demo/line?line=L: cuts the streams that were requested with line=L in
// their URL, and may keep them cut, so that a page can see its own connection
// fail. See [switchboard].
package demo

import (
	"context"
	"embed"
	"net/http"
	"time"
)

// Sources holds the files of this package, for pages that show how they are made.
//
//go:embed demo.go events.go quotes.go chat.go notify.go form.go line.go
var Sources embed.FS

// Handler serves the demo, which began at start and ends with ctx: then all
// streams end as streams end.
func Handler(ctx context.Context, start time.Time) http.Handler {
	lines, chat, notices := newSwitchboard(), chat(ctx), notifications(ctx)
	streams := http.NewServeMux()
	streams.Handle("/", article(start))
	streams.Handle("GET /demo/quotes/events", quotes(ctx))
	streams.Handle("GET /demo/chat/events", chat)
	streams.Handle("GET /demo/notify/events", notices)

	mux := http.NewServeMux()
	mux.Handle("/", lines.through(streams))
	mux.Handle("POST /demo/line", lines)
	mux.Handle("POST /demo/chat", chat)
	mux.Handle("POST /demo/notify", notices)
	// A page of another site may not post, even if its reader is at home here.
	return http.NewCrossOriginProtection().Handler(mux)
}

// article serves the streams of /events and /stream.
func article(start time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/events", stream(events{start}.send))
	mux.Handle("/stream", stream(digits))
	return mux
}
