import { SSE } from 'sse.js'

// It reconnects only if told so.
self.EventSource = function (url, options) {
  return new SSE(url, { autoReconnect: true, withCredentials: options && options.withCredentials })
}
self.EventSource.prototype = SSE.prototype
