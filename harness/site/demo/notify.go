package demo

import (
	"context"
	"net/http"
	"slices"
	"time"

	"eventsource-wasm/harness/site/broker"
)

const (
	// The most notifications that are kept for pages opened later.
	noticeHistory = 50

	// The most characters of a notification.
	noticeLimit = 200
)

// A Notice is a notification. Its kind determines how the page shows it.
type Notice struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
	Time int64  `json:"time"` // milliseconds since 1970
}

var kinds = []string{"info", "success", "warning"}

// notifications serves the stream of notifications, and publishes those posted as a
// form:
//
//	curl -d text=Hello http://127.0.0.1:8080/demo/notify
func notifications(ctx context.Context) http.Handler {
	topic := broker.New(noticeHistory)
	context.AfterFunc(ctx, topic.Close)
	rate := newLimiter(10, time.Second)

	mux := http.NewServeMux()
	mux.Handle("/demo/notify/events", served(topic))
	mux.HandleFunc("POST /demo/notify", func(w http.ResponseWriter, r *http.Request) {
		text, ok := field(w, r, "text", noticeLimit)
		if !ok || !rate.allow(w, r, "") {
			return
		}
		notice := Notice{text, kinds[max(0, slices.Index(kinds, r.PostForm.Get("kind")))], time.Now().UnixMilli()}
		topic.Publish("", asJSON(notice))
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}
