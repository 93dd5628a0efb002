// The page's one EventSource: which implementation it uses, its readyState, and the
// buttons that cut its connection at the server.
(function () {
  'use strict'

  // The names of readyState 0, 1 and 2.
  var STATES = ['connecting', 'open', 'closed']
  var CLOSED = 2

  // eventsource.js gives both classes a name of their own, whichever of them it
  // leaves as EventSource.
  var implementations = {
    native: site.Recording || (window.EventSourcePolyfill ? window.NativeEventSource : window.EventSource),
    polyfill: site.Recording || window.EventSourcePolyfill
  }

  // The server cuts the streams whose URL has ?line= and this name: those of this
  // page.
  var line = Math.random().toString(36).slice(2)

  var source = null

  // What the inspector of the page shows, if the page has one.
  var inspector = {opened: nothing, closed: nothing, cut: nothing}

  function nothing() {}

  // Opens a stream with the chosen implementation and closes the previous one. The
  // server first describes the request, in an event of the type request. Returns null if
  // this browser has no implementation.
  function open(url, init) {
    var Class = implementations[site.chosen('implementation')] || implementations.native || implementations.polyfill
    if (source) {
      source.close()
    }
    if (!/[?&]request(&|$)/.test(url)) {
      url += (url.indexOf('?') < 0 ? '?' : '&') + 'request'
    }
    source = Class ? new Class(url, init) : null
    if (source) {
      site.inspector.opened(source)
      source.addEventListener('open', showState)
      source.addEventListener('error', showState)
    }
    showState()
    return source
  }

  function close() {
    if (source) {
      source.close()
      site.inspector.closed()
    }
    showState()
  }

  function showState() {
    var element = site.id('state')
    var state = source ? source.readyState : CLOSED
    if (element) {
      site.setText(element, state + ', ' + STATES[state])
      element.className = STATES[state]
    }
  }

  // Cuts the connection. With seconds, the server also refuses new ones for that
  // time: by closing them, or with a status if one is given.
  function cut(seconds, status, callback) {
    site.inspector.cut()
    site.post('/demo/line?line=' + line + (seconds === undefined ? '' : '&seconds=' + seconds) + (status ? '&status=' + status : ''),
      {}, callback)
  }

  // Time after which a hidden page closes its stream, in milliseconds.
  var HIDDEN = 3000

  // Over HTTP/1.1 a browser has six connections to a host, so pages that nobody sees close
  // their streams, and a page that is shown again calls connect. A page that is left closes
  // its stream at once, because the browser may keep the page for the Back button, with its
  // connections. A hidden tab closes it after some time or, if it was hidden from the
  // start, at once. Where the browser has Web Locks, one hidden tab keeps its stream, so
  // that it can still count what arrives.
  function closeWhileHidden(connect) {
    var timer = null
    var closed = false
    var release = null // of the lock

    function keepOrClose() {
      if (!navigator.locks) {
        return sleep()
      }
      navigator.locks.request('hidden stream', {ifAvailable: true}, function (lock) {
        if (!lock) {
          return sleep()
        }
        return new Promise(function (resolve) {
          release = resolve
          if (!document.hidden) {
            wake()
          }
        })
      })
    }

    function sleep() {
      if (document.hidden) {
        pause()
      }
    }

    function pause() {
      if (source && source.readyState !== CLOSED) {
        close()
        closed = true
      }
    }

    function wake() {
      clearTimeout(timer)
      if (release) {
        release()
        release = null
      }
      if (closed) {
        closed = false
        connect()
      }
    }

    document.addEventListener('visibilitychange', function () {
      if (document.hidden) {
        timer = setTimeout(keepOrClose, HIDDEN)
      } else {
        wake()
      }
    })
    window.addEventListener('pagehide', pause)
    window.addEventListener('pageshow', function (ev) {
      if (ev.persisted) {
        wake()
      }
    })
    if (document.hidden) {
      keepOrClose()
    }
  }

  // Calls connect, which opens the page's stream: now, whenever another
  // implementation is chosen, and when the page is shown again after its stream was
  // closed because nobody saw it.
  function start(connect) {
    var radios = document.getElementsByName('implementation')
    for (var i = 0; i < radios.length; i++) {
      radios[i].checked = radios[i].value === (site.setting('implementation') || 'native')
      radios[i].onclick = function () {
        site.remember('implementation', this.value)
        connect()
      }
    }
    for (i = 0; i < radios.length; i++) {
      if (!implementations[radios[i].value]) {
        radios[i].disabled = true
        radios[1 - i].checked = true
        showMissing(radios[i].value)
      }
    }
    if (site.id('down')) {
      site.id('cut').onclick = function () { cut() }
      site.id('down').onclick = function () { cut(5) }
    }
    connect()
    closeWhileHidden(connect)
  }

  function showMissing(name) {
    site.id('missing').hidden = false
    if (name === 'native') {
      site.setText(site.id('missing'), 'This browser has no native EventSource, so the page uses the polyfill.', '当前浏览器没有原生 EventSource，已改用 polyfill。')
    } else {
      site.setText(site.id('missing'), 'The polyfill does not run in this browser.', '当前浏览器无法运行 polyfill。')
    }
  }

  site.inspector = inspector
  site.STATES = STATES
  site.implementations = implementations
  site.line = line
  site.open = open
  site.close = close
  site.cut = cut
  site.start = start
}())
