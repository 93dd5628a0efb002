// Reads streams, a few at a time, and posts what was dispatched. The answer to each post
// is the next batch. ES5.
(function () {
  'use strict'

  var AT_ONCE = 5 // one less than browsers open to a host over HTTP/1.1
  var results = []

  function post() {
    var request = new XMLHttpRequest()
    request.open('POST', 'next')
    request.setRequestHeader('Content-Type', 'text/plain')
    request.onload = function () {
      run(JSON.parse(request.responseText))
    }
    request.send(JSON.stringify(results))
    results = []
  }

  function run(batch) {
    if (!batch.streams) return // the run is over
    var next = 0
    var running = 0
    if (batch.streams.length) begin()
    else post()

    function begin() {
      while (running < AT_ONCE && next < batch.streams.length) {
        running++
        read(batch.streams[next++], batch, finished)
      }
    }

    function finished() {
      running--
      if (next < batch.streams.length) begin()
      else if (running === 0) post()
    }
  }

  // Reads a stream until its last event. What comes later is recorded too, until the
  // results are posted.
  function read(stream, batch, finished) {
    var events = []
    var result = { token: stream.token, events: events, complete: false }
    var source = new EventSource(stream.url)
    var timer = setTimeout(finish, batch.limit)
    var over = false
    results.push(result)

    for (var i = 0; i < batch.types.length; i++) source.addEventListener(batch.types[i], record)

    function record(event) {
      events.push({ type: event.type, data: event.data, lastEventId: event.lastEventId, readyState: source.readyState })
      if (event.type === batch.last) {
        result.complete = true
        finish()
      }
      if (event.type === 'error' && source.readyState === 2) finish()
    }

    function finish() {
      if (over) return
      over = true
      clearTimeout(timer)
      source.close()
      setTimeout(finished, 0)
    }
  }

  window.onerror = function (message) {
    results.push({ token: '', events: [], error: String(message) })
  }

  post()
})()
