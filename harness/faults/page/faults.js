// One cell of the matrix: opens the stream, and records what comes of it until the
// last event, until the source fails, or until the time is over. Then the source is
// closed, and what was recorded is posted.
(function () {
  'use strict'

  var task = JSON.parse(document.documentElement.getAttribute('data-task'))
  var log = { opens: [], errors: [], events: [], problems: [], after: 0, closed: 0, failed: false }
  var source

  window.onerror = function (message) {
    log.problems.push(String(message))
  }
  if (window.addEventListener) {
    window.addEventListener('unhandledrejection', function (event) {
      log.problems.push('unhandled rejection: ' + event.reason)
    })
  }

  // Blocks the page, as a long task does.
  function block(ms) {
    var end = Date.now() + ms
    while (Date.now() < end) {}
  }

  function finish() {
    if (log.closed) {
      return
    }
    source.close()
    log.closed = Date.now()
    setTimeout(post, task.settle)
  }

  // Posts what was recorded, again and again while the server cannot be reached.
  function post() {
    var request = new XMLHttpRequest()
    request.open('POST', 'report')
    request.setRequestHeader('Content-Type', 'text/plain')
    request.onload = function () {
      if (request.status !== 204) {
        setTimeout(post, 300)
      }
    }
    request.onerror = function () {
      setTimeout(post, 300)
    }
    request.send(JSON.stringify(log))
  }

  source = new EventSource('stream')
  source.onopen = function () {
    log.after += log.closed ? 1 : 0
    log.opens.push(Date.now())
  }
  source.onerror = function () {
    log.after += log.closed ? 1 : 0
    if (source.readyState === 2 && !log.closed) {
      log.failed = true
      finish()
      return
    }
    log.errors.push(Date.now())
  }
  source.onmessage = function (event) {
    log.after += log.closed ? 1 : 0
    var number = parseInt(event.data, 10)
    log.events.push([number, parseInt(event.lastEventId, 10), event.data.length])
    if (task.block && number === 1) {
      block(task.block)
    }
    if (number === task.count) {
      finish()
    }
  }
  setTimeout(finish, task.limit)
})()
