import { SSE } from 'sse.js'

// It reconnects only if told so.
window.EventSource = function (url, options) {
  return new SSE(url, { autoReconnect: true, withCredentials: options && options.withCredentials })
}
window.EventSource.prototype = SSE.prototype
