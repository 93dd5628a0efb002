// One stream for all windows of a site: whoever gets the lock opens it, and
// tells the others. When that window is closed, the next one takes over, and
// begins without a last event ID. navigator.locks needs https, or localhost.
var channel = new BroadcastChannel('events')

navigator.locks.request('events', function () {
  return new Promise(function () { // never fulfilled: held until the window closes
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
