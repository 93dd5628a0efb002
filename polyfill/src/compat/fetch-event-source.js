// The function of the package @microsoft/fetch-event-source, over the second build. Each
// attempt is a source of its own, which is closed when its connection ends: onerror
// decides what follows.

import { EventSource } from 'eventsource-plus'

var root = typeof self == 'object' ? self : globalThis

export var EventStreamContentType = 'text/event-stream'

// The first delay, in ms, as in the original.
var DELAY = 1000

export function fetchEventSource(input, options) {
  options = Object(options)
  return new Promise(function (resolve, reject) {
    var page = !options.openWhenHidden && root.document
    var request = Object(input) === input && input.clone ? input : null // a Request
    var headers = {}
    var id = ''
    var delay = DELAY
    var source
    var timer
    var finished
    var waits // for the page to be visible

    copy(request && !options.headers ? request.headers : options.headers, function (value, name) {
      if (/^last-event-id$/i.test(name)) id = value
      else headers[name] = value
    })

    function start() {
      if (source) id = source.lastEventId
      var attempt = source = new EventSource(request ? request.url : input, {
        method: options.method || request && request.method,
        headers: Object.keys(headers).length ? headers : null,
        body: options.body,
        redirect: options.redirect || (request && request.redirect == 'error' ? 'error' : undefined),
        lastEventId: id,
        // The core keeps the time that the stream sets with retry.
        reconnect: options.body && options.body.getReader ? false : { delay: delay, factor: 1, jitter: 0, statuses: [], onWake: false },
        fetch: function (url, init) {
          return send(init).then(function (response) {
            if (response.type == 'opaqueredirect' || !options.onopen || !alive()) return response
            return Promise.resolve(options.onopen(response)).then(function () { return accepted(response) })
          }).then(null, function (error) {
            if (alive()) fail(error)
            return new Promise(function () {}) // the source is closed
          })
        },
        observe: function (what, event) {
          if (what != 'event' || !options.onmessage) return
          try {
            options.onmessage({ id: event.lastEventId, event: event.type == 'message' ? '' : event.type, data: event.data, retry: undefined })
          } catch (error) {
            if (alive()) fail(error)
          }
        }
      })
      function alive() { return !finished && attempt == source && attempt.readyState != 2 }
      attempt.onerror = function (event) {
        if (event.willReconnect) delay = event.delay
        source.close()
        if (event.reason == 'redirect') return finish(reject, new TypeError("fetchEventSource: the response is a redirect, which may pass headers on to another origin; allow it with redirect: 'follow'"))
        if (event.reason != 'end') return fail(errorOf(event))
        try {
          if (options.onclose) options.onclose()
        } catch (error) {
          return fail(error)
        }
        finish(resolve)
      }
    }

    function send(init) {
      var all = { cache: init.cache }
      for (var name in options) all[name] = options[name]
      'method body headers redirect signal'.split(' ').forEach(function (name) { all[name] = init[name] })
      if (request) {
        // What is undefined is taken from the request.
        if (!options.body) all.method = undefined
        all.cache = options.cache
      }
      return Promise.resolve().then(function () {
        return (options.fetch || root.fetch)(request ? request.clone() : input, all)
      })
    }

    function fail(error) {
      source.close()
      try {
        var interval = options.onerror && options.onerror(error)
        if (options.body && options.body.getReader) throw error // the stream has been read
      } catch (fatal) {
        return finish(reject, fatal)
      }
      if (finished) return
      clearTimeout(timer)
      timer = setTimeout(function () {
        if (page && page.hidden) waits = true
        else start()
      }, interval == null ? delay : interval)
    }

    function change() {
      if (page.hidden) {
        waits = true
        clearTimeout(timer)
        source.close()
      } else if (waits) {
        waits = false
        start()
      }
    }

    function finish(settle, value) {
      finished = true
      clearTimeout(timer)
      if (source) source.close()
      if (page) page.removeEventListener('visibilitychange', change)
      if (signal && signal.removeEventListener) signal.removeEventListener('abort', abort)
      settle(value)
    }

    function abort() { finish(resolve) }

    var signal = options.signal
    if (signal) {
      if (signal.aborted) return finish(resolve)
      signal.addEventListener('abort', abort)
    }
    start()
    if (page) page.addEventListener('visibilitychange', change)
  })
}

// Calls callback with each value and name of headers, an object or Headers.
function copy(headers, callback) {
  if (headers && headers.forEach) headers.forEach(callback)
  else for (var name in headers) callback(headers[name], name)
}

// Returns what the core accepts: onopen has accepted the response, whatever its status
// and type are.
function accepted(response) {
  return {
    status: 200,
    headers: { get: function (name) { return /^content-type$/i.test(name) ? EventStreamContentType : response.headers.get(name) } },
    url: response.url,
    redirected: response.redirected,
    body: response.body
  }
}

function errorOf(event) {
  if (event.reason == 'type') return new Error('Expected content-type to be ' + EventStreamContentType + ', Actual: ' + event.headers.get('Content-Type'))
  if (event.reason == 'status') return new Error('Expected status 200, Actual: ' + event.status)
  return event.error || new TypeError('fetchEventSource: the connection ended: ' + event.reason)
}
