// One cell of the matrix: opens the stream, and records what comes of it until the
// last event, until the source fails, or until the time is over. Then the source is
// closed, and what was recorded is posted.
(function () {
  'use strict'

  var task = JSON.parse(document.documentElement.getAttribute('data-task'))
  var log = { opens: [], errors: [], events: [], problems: [], after: 0, kept: 0, closed: 0, failed: false }
  var listeners = -1 // at the first open event
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
    var end = faults.now() + ms
    while (faults.now() < end) {}
  }

  function finish() {
    if (log.closed) {
      return
    }
    source.close()
    log.closed = faults.now()
    setTimeout(end, task.settle)
  }

  // Notes what is left, and posts everything.
  function end() {
    log.kept = listeners < 0 ? 0 : faults.listeners() - listeners
    post()
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

  source = new EventSource(task.url)
  source.onopen = function () {
    log.after += log.closed ? 1 : 0
    log.opens.push(faults.now())
    if (listeners < 0) {
      listeners = faults.listeners()
    }
  }
  source.onerror = function () {
    log.after += log.closed ? 1 : 0
    if (source.readyState === 2 && !log.closed) {
      log.failed = true
      finish()
      return
    }
    log.errors.push(faults.now())
  }
  source.onmessage = function (event) {
    log.after += log.closed ? 1 : 0
    var number = parseInt(event.data, 10)
    log.events.push([number, parseInt(event.lastEventId, 10), event.data.length])
    if (task.block && number === 1) {
      block(task.block)
    }
    if (task.jumps && number === 3) {
      faults.jump(3600000)
    }
    if (task.jumps && number === 6) {
      faults.jump(-7200000)
    }
    if (number === task.count) {
      finish()
    }
  }
  setTimeout(finish, task.limit)
})()
