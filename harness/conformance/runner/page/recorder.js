// Records what an EventSource does in this page or worker, and posts the transcript to
// "result" when it is complete. ES5, for engines as old as PhantomJS 1.9.
//
// case.js calls recorder.take(task, script). The task says what to do and how much is
// expected (type task in case.go); script is the case's own function or null. Then a
// page begins at once. A worker, which loads its scripts with recorder.load, begins
// when host.js sends it a port. Nothing here judges.
var recorder = (function () {
  var MAX_TEXT = 4096 // UTF-16 code units; longer texts are summarised
  var FNV_OFFSET = 2166136261

  // Kept for use after hide.js has run.
  var fetch = self.fetch
  var Promise = self.Promise

  // Read before a case can change the base URL or the address of its page.
  var resultURL = String(location.href).replace(/[^\/]*([?#].*)?$/, '') + 'result'

  var transcript = {events: [], log: [], complete: false}
  var sources = []
  var task = null
  var ownScript = null
  var tellHost = function () { parent.postMessage('done', '*') }
  var begun = false
  var settling = false
  var finished = false

  // Until the case begins, an error comes from a script that could not be loaded.
  self.onerror = function (message, file, line) {
    transcript.error = transcript.error || fileName(file) + ':' + line + ': ' + message
  }

  // A dialog would stop all cases of this browser.
  if (self.document) {
    self.alert = dialog('alert')
    self.confirm = dialog('confirm')
    self.prompt = dialog('prompt')
  }

  if (!self.document) {
    self.addEventListener('connect', beginInWorker)
    self.addEventListener('message', beginInWorker)
  }

  // Returns a function that replaces the one that opens a dialog.
  function dialog(name) {
    return function (message) {
      breakOff('called ' + name + '(' + (message === undefined ? '' : JSON.stringify(String(message))) + ')')
    }
  }

  // Loads scripts into a worker. An exception must not escape: a service worker would
  // not be installed, and could not report it.
  function load(urls) {
    for (var i = 0; i < urls.length && !transcript.error; i++) {
      try {
        importScripts(urls[i])
      } catch (e) {
        transcript.error = fileName(urls[i]) + ': ' + e
      }
    }
  }

  // Begins when the page that started this worker sends a port. Keeps a service worker
  // alive until it is done.
  function beginInWorker(event) {
    self.removeEventListener('connect', beginInWorker)
    self.removeEventListener('message', beginInWorker)
    var port = event.ports[0]
    tellHost = function () { port.postMessage('done') }
    if (event.waitUntil) {
      event.waitUntil(new Promise(function (resolve) {
        tellHost = function () {
          port.postMessage('done')
          resolve()
        }
      }))
    }
    begin()
  }

  function fileName(url) {
    return String(url || '').replace(/.*\//, '') || 'page'
  }

  function now() {
    return self.performance && performance.now ? performance.now() : new Date().getTime()
  }

  function take(given, script) {
    task = given
    ownScript = script
  }

  // Runs the case, or reports why it cannot be run.
  function begin() {
    if (!transcript.error && !task) transcript.error = 'case.js did not run'
    if (!transcript.error && typeof EventSource === 'undefined') {
      transcript.error = task.implementation + ' defines no EventSource'
    }
    begun = true
    if (transcript.error || transcript.broke) return finish(false)

    self.onerror = null
    setTimeout(function () { if (!settling) finish(false) }, task.client.limit)
    attempt(function () {
      if (ownScript) ownScript(tools())
      else construct()
    })
    check()
  }

  // Runs an action of the case. The actions do not throw with a right implementation.
  function attempt(action) {
    try {
      action()
    } catch (e) {
      breakOff('threw ' + e)
    }
  }

  // Ends the case early, because of what the implementation did.
  function breakOff(how) {
    if (finished) return
    if (!transcript.broke) transcript.broke = how
    if (begun) finish(false)
  }

  // The client of a case without a script: one source, closed when the case says so. If
  // the constructor throws, the exception is the only event.
  function construct() {
    var client = task.client
    var close = client.close || {}
    var source
    try {
      source = 'init' in client ? new EventSource(client.url, client.init) : new EventSource(client.url)
    } catch (e) {
      transcript.events.push({type: 'exception', data: text(String(e))})
      return finish(true)
    }
    var seen = 0
    record(source, function (event) {
      if (event.type === close.on && ++seen === (close.nth || 1)) source.close()
    })
    if (close.on === 'construct') source.close()
    if (close.after) setTimeout(function () { source.close() }, close.after)
  }

  // Records the events of a source; calls then, if given, after each.
  function record(source, then) {
    var start = now()
    var types = ['open', 'message', 'error'].concat(task.client.listen || [])
    var added = {}
    for (var i = 0; i < types.length; i++) {
      if (added['$' + types[i]]) continue
      added['$' + types[i]] = true
      source.addEventListener(types[i], listener, false)
    }
    sources.push(source)
    return source

    function listener(event) {
      if (!finished) transcript.events.push(seen(event, source, now() - start))
      if (then) then(event)
      check()
    }
  }

  function seen(event, source, ms) {
    return {
      type: event.type,
      data: text(event.data),
      lastEventId: text(event.lastEventId),
      origin: event.origin === undefined ? undefined : String(event.origin),
      'class': className(event),
      readyState: source.readyState,
      ms: Math.round(ms * 1000) / 1000
    }
  }

  function className(event) {
    if (isA(event, 'MessageEvent')) return 'MessageEvent'
    return isA(event, 'Event') ? 'Event' : 'Object'
  }

  function isA(object, name) {
    try {
      return object instanceof self[name]
    } catch (e) {
      return false
    }
  }

  // Returns a text as it is reported, or the summary of a long one.
  function text(value) {
    if (value === undefined) return undefined
    if (typeof value !== 'string') return '(' + typeof value + ') ' + String(value)
    return value.length > MAX_TEXT ? {length: value.length, fnv1a: fnv1a(value)} : wellFormed(value)
  }

  // FNV-1a of UTF-16 code units, 32 bits. The shifts add up to the product with the
  // prime 16777619, which a double cannot hold exactly.
  function fnv1a(string) {
    var h = FNV_OFFSET
    for (var i = 0; i < string.length; i++) {
      h ^= string.charCodeAt(i)
      h += (h << 1) + (h << 4) + (h << 7) + (h << 8) + (h << 24)
      h >>>= 0
    }
    return ('0000000' + h.toString(16)).slice(-8)
  }

  // UTF-8 cannot encode a lone surrogate; it is reported as U+FFFD and its number.
  function wellFormed(string) {
    return string.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, function (s) {
      return s.length === 2 ? s : '\ufffd{' + s.charCodeAt(0).toString(16) + '}'
    })
  }

  // Returns the value of a log entry as JSON can encode it.
  function plain(value) {
    if (value === undefined || typeof value === 'function') return typeof value
    if (typeof value === 'number' && !isFinite(value)) return String(value)
    if (typeof value === 'string') return text(value)
    try {
      return JSON.parse(JSON.stringify(value))
    } catch (e) {
      return String(value)
    }
  }

  // What a script is called with: see harness/conformance/catalogue/README.md.
  function tools() {
    var t = {
      implementation: task.install,
      record: function (source) { return record(source) },
      log: function (name, value) {
        if (!finished) transcript.log.push([name, plain(value)])
        check()
      },
      throws: function (action) {
        try {
          action()
        } catch (e) {
          return e && e.name || String(e)
        }
        return 'none'
      },
      get: function (url, action) {
        send('GET', url, null, function (text) { attempt(function () { action(text) }) })
      },
      frame: frame,
      later: function (ms, action) {
        setTimeout(function () { attempt(action) }, ms)
      },
      done: function () { finish(true) }
    }
    for (var name in task.addresses) t[name] = task.addresses[name]
    return t
  }

  // Shows a page in a frame; calls then with its window when it has loaded.
  function frame(url, then) {
    var element = document.createElement('iframe')
    element.onload = function () {
      element.onload = null
      if (then) attempt(function () { then(element.contentWindow) })
    }
    element.src = url
    document.documentElement.appendChild(element)
    return element
  }

  // Begins to settle when as much was recorded as is expected.
  function check() {
    if (settling || finished || task.untilDone) return
    if (transcript.events.length < task.events || transcript.log.length < task.log) return
    settling = true
    setTimeout(function () { finish(true) }, task.client.settle)
  }

  // Closes the sources and posts the transcript, once.
  function finish(complete) {
    if (finished) return
    finished = true
    transcript.complete = complete
    for (var i = 0; i < sources.length; i++) {
      try {
        sources[i].close()
      } catch (e) {}
    }
    report()
  }

  function report() {
    send('POST', resultURL, ascii(JSON.stringify(transcript)), tellHost)
  }

  // Sends a request; calls then with the text of the response, or with nothing. Service
  // workers have no XMLHttpRequest, old engines no fetch.
  function send(method, url, body, then) {
    if (!self.XMLHttpRequest) {
      fetch(url, {method: method, body: body}).then(function (response) { return response.text() }).then(then, then)
      return
    }
    var request = new XMLHttpRequest()
    request.open(method, url)
    request.onload = request.onerror = function () { then(request.responseText) }
    request.send(body)
  }

  // Escapes everything except ASCII, so that every code unit arrives unchanged.
  function ascii(json) {
    return json.replace(/[\u007f-\uffff]/g, function (c) {
      return '\\u' + ('000' + c.charCodeAt(0).toString(16)).slice(-4)
    })
  }

  return {load: load, take: take, begin: begin}
}())
