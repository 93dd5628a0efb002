// The live log: one EventSource, and all that happens to it as lines of a list.
(function () {
  'use strict'

  // readyState 0, 1 and 2, in the words of the standard.
  var STATES = ['connecting', 'open', 'closed']
  var CLOSED = 2

  // The most lines kept. Older ones are dropped.
  var LINES = 500

  // eventsource.js names its own class and the native one, whichever of them
  // is installed as EventSource.
  var names = {native: 'EventSource', polyfill: 'EventSourcePolyfill'}
  var classes = {
    native: window.EventSourcePolyfill ? window.NativeEventSource : window.EventSource,
    polyfill: window.EventSourcePolyfill
  }
  var missing = {
    native: 'This browser has no EventSource of its own. The polyfill is used.',
    polyfill: 'The polyfill did not load, or does not run in this browser.'
  }

  var source = null
  var events = 0
  var controls = document.getElementById('controls')
  var log = document.getElementById('log')
  var lines = document.getElementById('lines')

  function start() {
    var implementation = chosen('implementation')
    var url = chosen('stream')

    stop()
    if (!classes[implementation]) {
      return
    }
    append('note', 'new ' + names[implementation] + '("' + url + '")')
    source = new classes[implementation](url)
    source.onopen = function () {
      append('open', 'open')
    }
    source.onmessage = function (ev) {
      events++
      append('message', ev.data, ev.lastEventId)
    }
    source.onerror = function () {
      append('error', 'error, readyState ' + state())
    }
    events = 0
    show('last', 'none')
    showState()
  }

  function stop() {
    if (running()) {
      source.close()
      append('note', 'close()')
    }
  }

  function running() {
    return source !== null && source.readyState !== CLOSED
  }

  function state() {
    return source.readyState + ', ' + STATES[source.readyState]
  }

  // Adds a line at the end of the log, and keeps the end in sight if it was.
  function append(kind, text, id) {
    var atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 8
    var line = document.createElement('li')
    line.className = kind
    add(line, 'time', clock())
    if (id) {
      add(line, 'id', 'id ' + id)
      show('last', id)
    }
    add(line, 'text', text)
    lines.appendChild(line)
    while (lines.childNodes.length > LINES) {
      lines.removeChild(lines.firstChild)
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight
    }
    showState()
  }

  // Adds a part to a line. What a server sends is only ever text.
  function add(line, className, text) {
    var part = document.createElement('span')
    part.className = className
    part.appendChild(document.createTextNode(text))
    line.appendChild(part)
    line.appendChild(document.createTextNode(' '))
  }

  function showState() {
    if (source) {
      show('state', state())
      document.getElementById('state').className = STATES[source.readyState]
    }
    show('events', events)
    show('toggle', running() ? 'Stop' : 'Start')
  }

  // Makes text the text of an element. One that says it already is left alone,
  // or a screen reader would repeat it.
  function show(id, text) {
    var element = document.getElementById(id)
    var said = element.firstChild
    if (!said) {
      element.appendChild(document.createTextNode(text))
    } else if (said.nodeValue !== String(text)) {
      said.nodeValue = text
    }
  }

  // The time of day, as 08:05:11.
  function clock() {
    var now = new Date()
    return [now.getHours(), now.getMinutes(), now.getSeconds()].join(':').replace(/\b\d\b/g, '0$&')
  }

  // The value of the radio button that is on.
  function chosen(name) {
    var radios = controls[name]
    for (var i = 0; i < radios.length; i++) {
      if (radios[i].checked) {
        return radios[i].value
      }
    }
  }

  // Offers the implementations that are there, and names one that is not.
  function offer() {
    var radios = controls.implementation
    for (var i = 0; i < radios.length; i++) {
      radios[i].onclick = start
      if (!classes[radios[i].value]) {
        radios[i].disabled = true
        radios[1 - i].checked = true
        document.getElementById('missing').hidden = false
        show('missing', missing[radios[i].value])
      }
    }
    controls.stream[0].onclick = controls.stream[1].onclick = start
  }

  document.getElementById('toggle').onclick = function () {
    if (running()) {
      stop()
    } else {
      start()
    }
  }
  document.getElementById('clear').onclick = function () {
    while (lines.firstChild) {
      lines.removeChild(lines.firstChild)
    }
  }
  offer()
  start()
}())
