// The inspector of a page's EventSource: the states of the standard, how the source went
// from one to the next and why, as far as a page can know it, and what the server says
// about the request. What happens to the source comes from eventsource-wasm/inspect, which
// watches any implementation.
(function () {
  'use strict'

  var NAMES = ['CONNECTING', 'OPEN', 'CLOSED']
  var CONNECTING = 0
  var OPEN = 1
  var CLOSED = 2

  var MOST = 12 // transitions in the list

  // The reconnection time of a stream that sets none, in milliseconds. A browser chooses
  // it; most wait for 3 s.
  var USUAL_RETRY = 3000

  var source = null
  var state = CLOSED
  var since = 0 // when it entered the state
  var retry = 0 // the reconnection time, in milliseconds
  var retryKnown = false // whether the server said it
  var attempt = 0 // when the next attempt is due; 0: none is
  var cuts = false // whether the page has asked the server to cut the connection
  var events = 0
  var bytes = 0

  // Follows another source.
  function opened(newest) {
    source = newest
    events = bytes = attempt = 0
    retryKnown = cuts = false
    retry = USUAL_RETRY
    site.setText(site.id('inspector-id'), '–')
    site.empty(site.id('inspector-headers'))
    enter(CONNECTING, 'new EventSource()', 'new EventSource()', '')
    EventSourceInspect.watch(newest)
    newest.addEventListener('request', function (ev) {
      if (source === newest) {
        showRequest(JSON.parse(ev.data))
      }
    })
  }

  // Called with everything that happens to a source that is watched.
  function observe(about, what, detail) {
    if (about !== source) {
      return
    }
    if (what === 'open') {
      attempt = 0
      cuts = false
      enter(OPEN, 'the server answered with an event stream', '服务器返回了事件流', 'announce')
    } else if (what === 'error') {
      failed()
    } else if (what === 'event' && detail.type !== 'request') {
      events++
      bytes += size(detail.data)
      if (detail.lastEventId) {
        site.setText(site.id('inspector-id'), detail.lastEventId)
      }
    }
  }

  // Returns the number of bytes of a text in UTF-8.
  function size(text) {
    try {
      return unescape(encodeURIComponent(text)).length
    } catch (loneSurrogate) {
      return text.length
    }
  }

  function failed() {
    if (source.readyState === CLOSED) {
      attempt = 0
      enter(CLOSED, 'the answer was not a stream, or no answer may be read: it does not reconnect', '响应不是事件流，或不允许读取：不再重连', 'fail')
      return
    }
    attempt = +new Date() + retry
    if (state === OPEN && cuts) {
      enter(CONNECTING, 'the server cut the connection, as you asked', '服务器按你的要求断开了连接', 'reestablish')
    } else if (state === OPEN) {
      enter(CONNECTING, 'the response ended, or the connection was lost', '响应结束，或连接中断', 'reestablish')
    } else {
      enter(CONNECTING, 'the server could not be reached', '无法连接服务器', 'retry')
    }
  }

  function closed() {
    attempt = 0
    enter(CLOSED, 'the page called close()', '页面调用了 close()', state === OPEN ? 'close' : 'fail')
  }

  // Enters a state, along an arrow of the picture.
  function enter(to, english, chinese, arrow) {
    var from = state
    state = to
    since = +new Date()
    var list = site.id('inspector-transitions')
    var item = document.createElement('li')
    site.add(item, 'span', 'time', site.clock())
    site.add(item, 'b', site.STATES[to], (arrow ? NAMES[from] + ' → ' : '') + NAMES[to])
    site.setText(site.add(item, 'span', 'why'), english, chinese)
    list.insertBefore(item, list.firstChild)
    while (list.childNodes.length > MOST) {
      list.removeChild(list.lastChild)
    }
    var parts = document.querySelectorAll('#inspector .machine [data-part]')
    for (var i = 0; i < parts.length; i++) {
      var name = parts[i].getAttribute('data-part')
      parts[i].setAttribute('class', name === NAMES[to] ? 'lit ' + site.STATES[to] : name === arrow ? 'lit' : '')
    }
    draw()
  }

  function showRequest(request) {
    if (request.retry) {
      retry = request.retry
      retryKnown = true
    }
    var names = []
    for (var name in request.headers) {
      names.push(name + ': ' + request.headers[name].join(', '))
    }
    site.setText(site.id('inspector-headers'), names.sort().join('\n'))
  }

  // Shows what changes with time.
  function draw() {
    var now = +new Date()
    site.setText(site.id('inspector-events'), events)
    site.setText(site.id('inspector-bytes'), site.grouped(bytes) + ' B')
    site.setText(site.id('inspector-state'), state + ' ' + NAMES[state])
    site.id('inspector-state').className = site.STATES[state]
    if (attempt) {
      var left = (Math.max(0, attempt - now) / 1000).toFixed(1)
      var about = [retryKnown ? '' : 'about ', retryKnown ? '' : '约 ']
      site.setText(site.id('inspector-retry'), about[0] + left + ' s', about[1] + left + ' 秒')
      site.setText(site.id('inspector-line'), 'reconnects in ' + about[0] + left + ' s', about[1] + left + ' 秒后重连')
    } else {
      var seconds = Math.floor((now - since) / 1000)
      site.setText(site.id('inspector-retry'), '–')
      site.setText(site.id('inspector-line'), 'for ' + seconds + ' s · ' + events + (events === 1 ? ' event' : ' events'), '已 ' + seconds + ' 秒 · ' + events + ' 个事件')
    }
  }

  EventSourceInspect.observe(observe)
  site.inspector = {
    opened: opened,
    closed: closed,
    cut: function () { cuts = true }
  }
  document.body.className = 'inspected'
  if (window.innerWidth > 640) {
    site.id('inspector').setAttribute('open', '')
  }
  setInterval(function () {
    if (!site.paused) {
      draw()
    }
  }, 100)
}())
