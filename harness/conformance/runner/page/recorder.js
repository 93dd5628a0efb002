// Records what an EventSource does in this page or worker, and posts the transcript to
// "result" when it is complete. ES5, for engines as old as PhantomJS 1.9.
//
// The page loads this script first, then case.js, which calls recorder.take(task,
// script). The task says what to do and how much is expected (type task in case.go);
// script is the case's own function or null. Then come hide.js and the implementation,
// and then a page begins. A worker, which loads its scripts with recorder.load, begins
// when host.js sends it a port. Nothing here judges.
//
// The implementation runs in the same page, and can replace everything global. So what
// is used for the record is kept in this function: methods of the engine, the key
// without which the runner takes no record, and the record itself, as text.
var recorder = (function () {
  var MAX_TEXT = 4096 // UTF-16 code units; longer texts are summarised
  var FNV_OFFSET = 2166136261

  var fetch = self.fetch
  var Promise = self.Promise
  var XMLHttpRequest = self.XMLHttpRequest
  var performance = self.performance
  var setTimeout = self.setTimeout
  var timeOf = Date.now
  var isArray = Array.isArray
  var call = Function.prototype.call
  var owns = method(Object.prototype, 'hasOwnProperty')
  var codeAt = method(String.prototype, 'charCodeAt')
  var clock = performance && method(performance, 'now')
  var openRequest = XMLHttpRequest && method(XMLHttpRequest.prototype, 'open')
  var sendRequest = XMLHttpRequest && method(XMLHttpRequest.prototype, 'send')
  var stopEvent = self.Event && method(Event.prototype, 'stopImmediatePropagation')
  var dataOf = getter(self.ExtendableMessageEvent || self.MessageEvent, 'data') // the former in service workers

  // Read before a case can change the base URL or the address of its page.
  var resultURL = String(location.href).replace(/[^\/]*([?#].*)?$/, '') + 'result?key='

  var key = ''
  var events = '' // as JSON, separated by commas
  var entries = ''
  var eventCount = 0
  var entryCount = 0
  var error = '' // why the case could not be run
  var missing = '' // what the engine lacks to run the case
  var broke = '' // how the implementation ended the case early
  var sources = []
  var task = null
  var ownScript = null
  var tellHost = function () { parent.postMessage('done', '*') }
  var begun = false
  var settling = false
  var finished = false

  // Until the case begins, an error comes from a script that could not be loaded.
  self.onerror = function (message, file, line) {
    error = error || fileName(file) + ':' + line + ': ' + message
  }

  // A dialog would stop all cases of this browser.
  if (self.document) {
    self.alert = dialog('alert')
    self.confirm = dialog('confirm')
    self.prompt = dialog('prompt')
  }

  if (!self.document) {
    self.addEventListener('connect', connected)
    self.addEventListener('message', beginInWorker)
  }

  // Returns a method of the engine as a function of an object and its arguments.
  function method(object, name) {
    var f = object[name]
    if (!f || call.bind) return f && call.bind(f)
    return function (object) {
      return f.apply(object, Array.prototype.slice.call(arguments, 1))
    }
  }

  // Returns the getter of a member as a function of the object.
  function getter(constructor, name) {
    var d = constructor && Object.getOwnPropertyDescriptor(constructor.prototype, name)
    if (d && d.get && call.bind) return call.bind(d.get)
    return function (object) { return object[name] }
  }

  // Takes the key of this page from the script that calls, and removes that script.
  function trust(given) {
    if (key) return
    key = given
    var scripts = document.getElementsByTagName('script')
    var script = scripts[scripts.length - 1]
    script.parentNode.removeChild(script)
  }

  // Returns a function that replaces the one that opens a dialog.
  function dialog(name) {
    return function (message) {
      breakOff('called ' + name + '(' + (message === undefined ? '' : '"' + message + '"') + ')')
    }
  }

  // Loads a script into a worker.
  function load(url) {
    run(fileName(url), function () { importScripts(url) })
  }

  // Runs a part of a worker's script that has a name, unless an earlier part failed. An
  // exception must not escape: a service worker would not be installed, and could not
  // report it.
  function run(name, part) {
    if (error) return
    try {
      part()
    } catch (e) {
      error = name + ': ' + e
    }
  }

  // Waits for the message to a shared worker, which comes through the port.
  function connected(event) {
    if (stopEvent) stopEvent(event)
    var port = event.ports[0]
    self.removeEventListener('connect', connected)
    port.onmessage = function (event) { beginWith(event, port) }
  }

  // Begins when the page that started this worker sends a port and a key. No other
  // listener gets that message.
  function beginInWorker(event) {
    if (stopEvent) stopEvent(event)
    self.removeEventListener('message', beginInWorker)
    beginWith(event, event.ports[0])
  }

  // Begins, and keeps a service worker alive until it is done.
  function beginWith(event, port) {
    if (key) return
    key = dataOf(event)
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
    return clock ? clock(performance) : timeOf()
  }

  function take(given, script) {
    if (task) return
    task = given
    ownScript = script
    try {
      new Function(task.client.syntax || '')
    } catch (e) {
      missing = 'this engine cannot parse: ' + task.client.syntax
    }
  }

  // Runs the case, or reports why it cannot be run.
  function begin() {
    if (begun) return
    begun = true
    if (!error && !task) error = 'case.js did not run'
    if (!error && typeof EventSource === 'undefined') {
      error = task.implementation + ' defines no EventSource'
    }
    if (error || broke || missing) return finish(false)

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
    if (!broke) broke = how
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
      addEvent({type: 'exception', data: text(String(e))})
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
      if (!finished) addEvent(seen(event, source, now() - start))
      if (then) then(event)
      check()
    }
  }

  function addEvent(event) {
    events += (eventCount ? ',' : '') + json(event)
    eventCount++
  }

  function addEntry(name, value) {
    entries += (entryCount ? ',' : '') + json([name, plain(value)])
    entryCount++
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
      h ^= codeAt(string, i)
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
      json(value)
      return value
    } catch (e) {
      return String(value)
    }
  }

  // Returns a value as JSON, in ASCII, so that every code unit arrives unchanged.
  // JSON.stringify would call toJSON, which the implementation can define for every
  // object.
  function json(value) {
    if (typeof value === 'string') return quoted(value)
    if (typeof value === 'number' && !isFinite(value)) return 'null'
    if (value === undefined || typeof value === 'function') return 'null'
    if (value === null || typeof value !== 'object') return '' + value
    var members = ''
    if (isArray(value)) {
      for (var i = 0; i < value.length; i++) members += (i ? ',' : '') + json(value[i])
      return '[' + members + ']'
    }
    for (var name in value) {
      if (!owns(value, name) || value[name] === undefined || typeof value[name] === 'function') continue
      members += (members ? ',' : '') + quoted(name) + ':' + json(value[name])
    }
    return '{' + members + '}'
  }

  function quoted(string) {
    var digits = '0123456789abcdef'
    var text = ''
    for (var i = 0; i < string.length; i++) {
      var code = codeAt(string, i)
      if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) text += string[i]
      else text += '\\u' + digits[code >> 12] + digits[code >> 8 & 15] + digits[code >> 4 & 15] + digits[code & 15]
    }
    return '"' + text + '"'
  }

  // What a script is called with: see harness/conformance/catalogue/README.md.
  function tools() {
    var t = {
      implementation: task.install,
      record: function (source) { return record(source) },
      log: function (name, value) {
        if (!finished) addEntry(name, value)
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
    if (eventCount < task.events || entryCount < task.log) return
    settling = true
    setTimeout(function () { finish(true) }, task.client.settle)
  }

  // Closes the sources and posts the transcript, once.
  function finish(complete) {
    if (finished) return
    finished = true
    for (var i = 0; i < sources.length; i++) {
      try {
        sources[i].close()
      } catch (e) {}
    }
    var record = '{"events":[' + events + '],"log":[' + entries + '],"error":' + quoted(error) + ',"missing":' + quoted(missing) + ',"broke":' + quoted(broke) + ',"complete":' + complete + '}'
    send('POST', resultURL + key, record, tellHost)
  }

  // Sends a request; calls then with the text of the response, or with nothing. Service
  // workers have no XMLHttpRequest, old engines no fetch.
  function send(method, url, body, then) {
    if (!XMLHttpRequest) {
      fetch(url, {method: method, body: body}).then(function (response) { return response.text() }).then(then, then)
      return
    }
    var request = new XMLHttpRequest()
    openRequest(request, method, url)
    request.onload = request.onerror = function () { then(request.responseText) }
    sendRequest(request, body)
  }

  return {trust: trust, load: load, run: run, take: take, begin: begin}
}())
