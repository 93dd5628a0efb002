package demo

import (
	"strconv"
	"time"
)

// A Sample is an event of a stream, as a copy of the site without a server shows it.
type Sample struct {
	At   int64  `json:"at"` // milliseconds after the stream was opened
	Type string `json:"type,omitempty"`
	Data string `json:"data"`
	ID   string `json:"id,omitempty"`
}

// Samples returns what the streams of the demo send, by path, without waiting for it:
// minutes of /events and of the quotes, the ten events of /stream, and some messages.
func Samples() map[string][]Sample {
	const minutes = 10
	start := time.UnixMilli(0)
	samples := map[string][]Sample{}
	add := func(path string, at time.Duration, kind, data, id string) {
		samples[path] = append(samples[path], Sample{at.Milliseconds(), kind, data, id})
	}
	numbered := events{start}
	for n := range int64(minutes * 60) {
		e := numbered.event(n + 1)
		add("/events", time.Duration(n)*interval, "", e.Data, e.ID)
	}
	for n := range 10 {
		add("/stream", time.Duration(n)*interval, "", strconv.Itoa(n), "")
	}
	market := newMarket()
	for n := range int(minutes * time.Minute / tickInterval / 5) {
		at := max(0, time.Duration(n-tickHistory/2)*tickInterval) // a minute of history comes at once
		share, tick := market.tick(start.Add(at))
		add("/demo/quotes/events", at, share.Symbol, asJSON(tick), "sample-"+strconv.FormatInt(tick.Number, 10))
	}
	for n, text := range []string{"Is anybody here?", "Yes. 你好！", "The kettle is on."} {
		add("/demo/chat/events", time.Duration(n)*2*time.Second, "", asJSON(Message{[]string{"Anna", "小明"}[n%2], text, start.UnixMilli()}), strconv.Itoa(n+1))
	}
	for n, text := range []string{"The build is green", "Disk space is low"} {
		add("/demo/notify/events", time.Duration(n)*3*time.Second, "", asJSON(Notice{text, []string{"success", "warning"}[n], start.UnixMilli()}), strconv.Itoa(n+1))
	}
	return samples
}
