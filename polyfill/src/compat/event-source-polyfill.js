// The package event-source-polyfill's class, over the second build.

import { EventSource } from 'eventsource-plus'

var root = typeof self == 'object' ? self : globalThis

// In ms, as in the original.
var HEARTBEAT = 45000
var SHORTEST_HEARTBEAT = 1000
var FIRST_DELAY = 1000
var MAX_DELAY = 16000

export var NativeEventSource = root.EventSource

export function EventSourcePolyfill(url, options) {
  var source = this
  options = Object(options)
  if (options.Transport) {
    throw new TypeError('EventSourcePolyfill: the option Transport is not supported; use the option fetch')
  }
  var idle = Math.max(parseInt(options.heartbeatTimeout, 10) || HEARTBEAT, SHORTEST_HEARTBEAT)
  EventSource.apply(source, !arguments.length ? [] : [url, {
    withCredentials: options.withCredentials,
    // A page may assign new headers to the source.
    headers: options.headers && function () { return source.headers },
    redirect: options.redirect,
    fetch: options.fetch,
    lastEventIdParameter: options.lastEventIdQueryParameterName || 'lastEventId',
    idleTimeout: idle,
    reconnect: { delay: FIRST_DELAY, max: MAX_DELAY, statuses: [] }
  }])
  source.headers = options.headers || {}
  source.addEventListener('error', function (event) {
    var reason = event.reason
    var silent = reason == 'timeout' || reason == 'buffering'
    event.error = silent ? new Error('No activity within ' + idle + ' milliseconds. Reconnecting.')
      : event.error || (reason == 'network' ? new TypeError('network error') : undefined)
  })
}

EventSourcePolyfill.__proto__ = EventSource
EventSourcePolyfill.prototype = Object.create(EventSource.prototype)
Object.defineProperty(EventSourcePolyfill.prototype, 'constructor', { value: EventSourcePolyfill })

var Preferred = NativeEventSource || EventSourcePolyfill
export { Preferred as EventSource }
