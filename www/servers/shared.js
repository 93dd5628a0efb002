// One event stream for all tabs of a site. The tab that holds the lock opens the
// stream and passes its events on to the others. When that tab is closed, the next
// one takes over, with a new stream that has no last event ID. navigator.locks needs
// HTTPS or localhost.
var channel = new BroadcastChannel('events')

navigator.locks.request('events', function () {
  return new Promise(function () { // never resolves: the lock is held until the tab closes
    var es = new EventSource('/events')
    es.onmessage = function (ev) {
      channel.postMessage(ev.data)
      show(ev.data)
    }
  })
})
channel.onmessage = function (ev) {
  show(ev.data)
}
