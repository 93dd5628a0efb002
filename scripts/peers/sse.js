import { SSE } from 'sse.js'

// It does not reconnect by default.
self.EventSource = function (url, options) {
  return new SSE(url, { autoReconnect: true, withCredentials: options && options.withCredentials })
}
self.EventSource.prototype = SSE.prototype
